"""Online payments of an account: the one that the address names, and the latest ones."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import streamlit as st

from lib import clock, links
from lib.access import AccessDenied, Actor
from lib.acquiring.bank import Method
from lib.domain import formats
from lib.domain.payments.online import State
from lib.services.payments import paying
from lib.services.payments.paying import OnlineTry
from lib.ui import markup, query, session
from lib.ui.markup import text

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


def followed(actor: Actor) -> OnlineTry | None:
    """Ask the bank about the payment that the address names, and return it; nothing for others'."""
    account_id, payment_id = query.number(_ACCOUNT), _uuid(PAYMENT)
    if account_id is None or payment_id is None:
        return None
    try:
        return paying.refresh(actor=actor, account_id=account_id, payment_id=payment_id)
    except AccessDenied:
        return None


def tell(actor: Actor, account_id: int, one: OnlineTry) -> None:
    """Say how far a payment has come, and what can be done about it."""
    sentence = f"{formats.money(one.amount)} ₽. {_SENTENCES[one.state]}"
    if one.state is State.PAID:
        st.success(sentence, icon=":material/check_circle:")
        return
    if one.state in {State.CANCELLED, State.REFUNDED}:
        st.info(sentence, icon=":material/info:")
    else:
        st.warning(sentence, icon=":material/info:")
    if not one.is_unfinished:
        return
    if one.pay_url:
        markup.show(f"<p>{markup.way('Перейти к оплате', one.pay_url, is_main=True)}</p>")
    with st.container(horizontal=True):
        st.button("Проверить")
        cancelled = st.button("Отменить платёж")
    if cancelled:
        paying.cancel(
            actor=actor,
            account_id=account_id,
            payment_id=one.payment_id,
            address=session.address(),
        )
        st.rerun()  # what has become of it is said by the next run: it may have been paid


def warn(account_id: int, tries: Sequence[OnlineTry]) -> None:
    """Say that a payment waits: whoever pays anew may pay twice."""
    asked = _uuid(PAYMENT)
    waiting = [one for one in tries if one.is_unfinished and one.payment_id != asked]
    if waiting:
        address = links.screen(links.PAY, account=account_id, payment=waiting[0].payment_id)
        markup.show(
            f'<p class="kb-note">Платёж на {formats.money(waiting[0].amount)} ₽ уже начат: '
            f'<a href="{text(address)}">завершите или отмените его</a>, чтобы не заплатить '
            "дважды.</p>"
        )


def repeated(tries: Sequence[OnlineTry]) -> OnlineTry | None:
    """Return the payment that is to be repeated."""
    asked = _uuid(_REPEAT)
    return next((one for one in tries if one.payment_id == asked), None)


def show(account_id: int, tries: Sequence[OnlineTry]) -> None:
    """Draw the latest payments with the way to each; nothing where there are none."""
    if tries:
        markup.show(_table(account_id, tries))


def _table(account_id: int, tries: Sequence[OnlineTry]) -> str:
    rows = "".join(_row(account_id, one) for one in tries)
    heads = "".join(
        f'<th scope="col"{mark}>{name}</th>'
        for name, mark in (
            ("Способ", ' class="kb-word"'),
            ("Состояние", ' class="kb-word"'),
            ("Сумма", ' class="kb-main"'),
        )
    )
    return (
        '<table class="kb-bill kb-tries"><caption>Онлайн-платежи</caption><thead><tr>'
        f'<th scope="col">Когда</th>{heads}</tr></thead><tbody>{rows}</tbody></table>'
    )


def _row(account_id: int, one: OnlineTry) -> str:
    when = formats.moment(clock.local(one.created_at))
    return (
        f'<tr><th scope="row">{text(when)}</th>'
        f'<td class="kb-word" data-label="Способ">{_METHODS[one.method]}</td>'
        f'<td class="kb-word" data-label="Состояние"><span>{_state(one)}{_way(account_id, one)}'
        "</span></td>"
        f'<td class="kb-main" data-label="Сумма">{formats.money(one.amount)}</td></tr>'
    )


def _state(one: OnlineTry) -> str:
    back = f", возвращено {formats.money(one.refunded)} ₽" if one.refunded else ""
    return f"{_STATES[one.state]}{back}"


def _way(account_id: int, one: OnlineTry) -> str:
    """Return the link to finish a payment, or to make it once more."""
    if one.is_unfinished:
        address = links.screen(links.PAY, account=account_id, payment=one.payment_id)
        return f' · <a href="{text(address)}">завершить</a>'
    if one.state in _REPEATED:
        address = links.screen(links.PAY, account=account_id, repeat=one.payment_id)
        return f' · <a href="{text(address)}">повторить</a>'
    return ""


def _uuid(name: str) -> UUID | None:
    try:
        return UUID(query.words(name))
    except ValueError:
        return None
