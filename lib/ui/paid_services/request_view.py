"""A request for a paid service as the resident sees it: agree, pay, write, withdraw."""

from collections.abc import Mapping
from uuid import UUID

import streamlit as st
from markupsafe import Markup

from lib import links
from lib.access import AccessDenied, Actor
from lib.domain import formats
from lib.domain.payments.online import State
from lib.services.appeals.threads import Thread
from lib.services.paid_services import request_payments, requests
from lib.services.paid_services.requests import PaidRequest
from lib.services.payments import paying, quotes
from lib.ui import markup, query, session, submit
from lib.ui.appeals import reply_forms, thread_forms
from lib.ui.appeals import thread as appeal_thread
from lib.ui.markup import EMPTY, fill
from lib.ui.paid_services import _words
from lib.ui.payments import online_form

PAYMENT = "payment"
_SENTENCES: Mapping[State, str] = {
    State.CREATED: "Банк пока не ответил. Ничего не списано; мы спросим его ещё раз сами.",
    State.WAITING: "Платёж ждёт оплаты на странице банка. Если вы уже оплатили, подождите минуту "
    "и обновите страницу.",
    State.PAID: "Оплата получена, организация её видит.",
    State.DECLINED: "Платёж не прошёл: банк отказал или вышло время. Деньги не списаны, "
    "можно попробовать ещё раз.",
    State.CANCELLED: "Платёж отменён, деньги не списаны.",
    State.DISPUTED: "Банк сообщил не ту сумму, что была в платеже. Мы проверяем его; деньги не "
    "потеряются.",
    State.REFUNDED: "Деньги по этому платежу возвращены.",
}
_DISPUTED = (
    "Банк прислал другую сумму – разбираемся. Деньги не потеряются; платить ещё раз не нужно."
)
_OFFLINE = "Онлайн-оплаты здесь нет: об оплате договоритесь с организацией."
_PAYMENT = Markup(
    '<section class="kb-online"><h2 class="kb-subtitle">К оплате {} ₽</h2><p>{} На долг за жильё '
    "и коммунальные услуги эта оплата не влияет.</p>{}</section>"
)
_WITHDRAWAL = Markup("<p>Организация получит письмо. Передумаете снова – закажите ещё раз.</p>")


def refresh_payment(actor: Actor, request: PaidRequest) -> PaidRequest:
    """Ask the bank about the payment that the address names; return the updated request."""
    try:
        payment_id = UUID(query.get_text(PAYMENT))
        state = request_payments.refresh_payment(
            actor=actor, account_id=request.account_id, payment_id=payment_id
        )
    except (ValueError, AccessDenied):
        return request
    session.renew_key(_name_form(request))  # the next try to pay is another payment
    if state is State.PAID:
        st.success(_SENTENCES[state], icon=":material/check_circle:")
    else:
        st.warning(_SENTENCES[state], icon=":material/info:")
    return requests.get_request(actor=actor, appeal_id=request.appeal_id)


def render_request(actor: Actor, request: PaidRequest, thread: Thread) -> None:
    """Draw the request with the forms of its next steps, and its thread."""
    facts: list[tuple[str, str | Markup]] = [
        *_words.list_facts(request),
        ("Кто выполняет", request.organization),
        ("Лицевой счёт", request.account),
        ("Как с вами связаться", request.contact),
    ]
    markup.render_markup(
        markup.build_title(f"Заявка № {request.number}")
        + markup.build_links(
            [("Прейскурант и мои заявки", links.link_to_screen(links.PAID_SERVICES))]
        )
        + markup.build_facts(facts)
        + _build_payment(request)
    )
    if request.is_to_agree:
        _render_agreement(actor, request)
    markup.render_markup(appeal_thread.build_entries(thread, address=links.PAID_SERVICES))
    reply_forms.render_forms(actor, thread)
    if request.is_withdrawable:
        _render_withdrawal(actor, request, thread)


def _render_agreement(actor: Actor, request: PaidRequest) -> None:
    """Draw the button that agrees to the offered price."""
    price = request.offered
    if price is None:
        return
    form = f"agree.{request.appeal_id}"
    key = session.request_key(form)
    with st.form(f"{form}.{key}", border=False):
        sent = st.form_submit_button(
            f"Согласиться с ценой {formats.format_money(price)} ₽", type="primary"
        )
    if sent:
        with submit.report_outcome(form=form, done="Цена согласована. Заявку можно оплатить."):
            requests.agree_price(
                actor=actor,
                account_id=request.account_id,
                appeal_id=request.appeal_id,
                price=price,
                request_key=key,
            )


def _render_withdrawal(actor: Actor, request: PaidRequest, thread: Thread) -> None:
    """Draw the button that withdraws the request."""
    form = f"withdraw.{request.appeal_id}"
    key = session.request_key(form)
    folded = st.expander("Отозвать заявку", icon=":material/undo:")
    with folded, st.form(f"{form}.{key}", border=False):
        markup.render_markup(_WITHDRAWAL)
        sent = st.form_submit_button("Отозвать заявку")
    if sent:
        with thread_forms.report_outcome(form, thread, done="Заявка отозвана."):
            requests.withdraw_request(
                actor=actor,
                account_id=request.account_id,
                appeal_id=request.appeal_id,
                request_key=key,
            )


def _build_payment(request: PaidRequest) -> Markup:
    """Return the form that pays online, or why the request cannot be paid so."""
    if request.is_disputed:
        return markup.build_note(_DISPUTED)
    if not request.is_payable or request.price is None:
        return EMPTY
    if not paying.is_online_available():
        return markup.build_note(_OFFLINE)
    fields = {
        "account": request.account_id,
        "appeal": request.appeal_id,
        "key": session.request_key(_name_form(request)),
    }
    methods = online_form.UNFINISHED if request.waiting else online_form.METHODS
    fee = quotes.calculate_fee(request.price)
    costs = f"Комиссия {formats.format_money(fee)} ₽." if fee else "Без комиссии."
    form = online_form.build_online_form(fields, methods)
    return fill(_PAYMENT, formats.format_money(request.price), costs, form)


def _name_form(request: PaidRequest) -> str:
    return f"pay.{request.appeal_id}"
