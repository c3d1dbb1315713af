"""Online payments of an account: the one that the address names, and the latest ones."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import streamlit as st
from markupsafe import Markup

from lib import clock, links
from lib.access import AccessDenied, Actor
from lib.acquiring.bank import Method
from lib.domain import formats
from lib.domain.payments.online import State
from lib.services.payments import paying
from lib.services.payments.paying import OnlineTry
from lib.ui import markup, query, session, tables
from lib.ui.markup import EMPTY, fill
from lib.ui.tables import Heading

PAYMENT, _REPEAT, _ACCOUNT = "payment", "repeat", "account"
_METHODS = {Method.CARD: "карта", Method.SBP: "СБП"}
_STATES: Mapping[State, str] = {
    State.CREATED: "ждёт ответа банка",
    State.WAITING: "ждёт оплаты",
    State.PAID: "оплачен",
    State.DECLINED: "не прошёл",
    State.CANCELLED: "отменён",
    State.DISPUTED: "проверяем",
    State.REFUNDED: "возвращён",
}
_SENTENCES: Mapping[State, str] = {
    State.CREATED: "Банк пока не ответил. Ничего не списано; мы спросим его ещё раз сами. "
    "Можно подождать или отменить платёж.",
    State.WAITING: "Платёж ждёт оплаты на странице банка. Если вы уже оплатили, "
    "подождите минуту и нажмите «Проверить».",
    State.PAID: "Платёж получен. Сумма к оплате уже уменьшена.",
    State.DECLINED: "Платёж не прошёл: банк отказал или вышло время. Деньги не списаны, "
    "можно попробовать ещё раз.",
    State.CANCELLED: "Платёж отменён, деньги не списаны.",
    State.DISPUTED: "Банк сообщил не ту сумму, что была в платеже. Мы проверяем его; деньги не "
    "потеряются. Если ответа нет два дня, позвоните в расчётный центр.",
    State.REFUNDED: "Деньги по этому платежу возвращены.",
}
_REPEATED = frozenset({State.DECLINED, State.CANCELLED, State.REFUNDED})
_HEADINGS = (
    Heading("Когда"),
    Heading("Способ", is_word=True),
    Heading("Состояние", is_word=True),
    Heading("Сумма", is_main=True),
)
_UNFINISHED = Markup(
    '<p class="kb-note">Платёж на {} ₽ уже начат: <a href="{}">завершите или отмените его</a>, '
    "чтобы не заплатить дважды.</p>"
)


def find_followed(actor: Actor) -> OnlineTry | None:
    """Ask the bank about the payment that the address names; None for another's payment."""
    account_id, payment_id = query.get_number(_ACCOUNT), _get_uuid(PAYMENT)
    if account_id is None or payment_id is None:
        return None
    try:
        return paying.refresh_payment(actor=actor, account_id=account_id, payment_id=payment_id)
    except AccessDenied:
        return None


def render_followed(actor: Actor, account_id: int, followed: OnlineTry) -> None:
    """Show the state of a payment, and offer what can be done about it."""
    sentence = f"{formats.format_money(followed.amount)} ₽. {_SENTENCES[followed.state]}"
    if followed.state is State.PAID:
        st.success(sentence, icon=":material/check_circle:")
        return
    if followed.state in {State.CANCELLED, State.REFUNDED}:
        st.info(sentence, icon=":material/info:")
    else:
        st.warning(sentence, icon=":material/info:")
    if not followed.is_unfinished:
        return
    if followed.pay_url:
        button = markup.build_button("Перейти к оплате", followed.pay_url, is_main=True)
        markup.render_markup(fill(Markup("<p>{}</p>"), button))
    with st.container(horizontal=True):
        st.button("Проверить")
        cancelled = st.button("Отменить платёж")
    if cancelled:
        paying.cancel_payment(
            actor=actor,
            account_id=account_id,
            payment_id=followed.payment_id,
            address=session.get_address(),
        )
        st.rerun()  # the next run shows the outcome: it may have been paid meanwhile


def render_unfinished(account_id: int, tries: Sequence[OnlineTry]) -> None:
    """Warn that a payment waits: a second one may pay the same debt twice."""
    followed = _get_uuid(PAYMENT)
    waiting = [
        unfinished
        for unfinished in tries
        if unfinished.is_unfinished and unfinished.payment_id != followed
    ]
    if waiting:
        address = links.link_to_screen(links.PAY, account=account_id, payment=waiting[0].payment_id)
        markup.render_markup(fill(_UNFINISHED, formats.format_money(waiting[0].amount), address))


def find_repeated(tries: Sequence[OnlineTry]) -> OnlineTry | None:
    """Return the payment that the address asks to repeat."""
    payment_id = _get_uuid(_REPEAT)
    return next((former for former in tries if former.payment_id == payment_id), None)


def render_tries(account_id: int, tries: Sequence[OnlineTry]) -> None:
    """Draw the latest payments, each with its link; nothing where there are no payments."""
    if tries:
        markup.render_markup(
            tables.build_table(
                caption="Онлайн-платежи",
                headings=_HEADINGS,
                rows=[_build_cells(account_id, online_try) for online_try in tries],
                kind="kb-tries",
            )
        )


def _build_cells(account_id: int, online_try: OnlineTry) -> tuple[str | Markup, ...]:
    state = Markup("<span>{}{}</span>")
    return (
        formats.format_moment(clock.local(online_try.created_at)),
        _METHODS[online_try.method],
        fill(state, _format_state(online_try), _build_way(account_id, online_try)),
        formats.format_money(online_try.amount),
    )


def _format_state(online_try: OnlineTry) -> str:
    refunded = (
        f", возвращено {formats.format_money(online_try.refunded)} ₽" if online_try.refunded else ""
    )
    return f"{_STATES[online_try.state]}{refunded}"


def _build_way(account_id: int, online_try: OnlineTry) -> Markup:
    """Return the link to finish a payment, or to repeat it."""
    if online_try.is_unfinished:
        address = links.link_to_screen(links.PAY, account=account_id, payment=online_try.payment_id)
        return fill(Markup(' · <a href="{}">завершить</a>'), address)
    if online_try.state in _REPEATED:
        address = links.link_to_screen(links.PAY, account=account_id, repeat=online_try.payment_id)
        return fill(Markup(' · <a href="{}">повторить</a>'), address)
    return EMPTY


def _get_uuid(name: str) -> UUID | None:
    try:
        return UUID(query.get_text(name))
    except ValueError:
        return None
