"""A request for a paid service as the resident sees it: its facts, and how it is paid."""

from collections.abc import Mapping
from uuid import UUID

import streamlit as st
from markupsafe import Markup

from lib import links
from lib.access import AccessDenied, Actor
from lib.domain import formats
from lib.domain.payments.online import State
from lib.services.paid_services import request_payments, requests
from lib.services.paid_services.requests import PaidRequest
from lib.services.payments import paying, quotes
from lib.ui import markup, query, session
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


def build_request(request: PaidRequest) -> Markup:
    """Return the request's facts and how it is paid."""
    facts: list[tuple[str, str | Markup]] = [
        *_words.list_facts(request),
        ("Кто выполняет", request.organization),
        ("Лицевой счёт", request.account),
        ("Как с вами связаться", request.contact),
    ]
    return (
        markup.build_title(f"Заявка № {request.number}")
        + markup.build_links(
            [("Прейскурант и мои заявки", links.link_to_screen(links.PAID_SERVICES))]
        )
        + markup.build_facts(facts)
        + _build_payment(request)
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
