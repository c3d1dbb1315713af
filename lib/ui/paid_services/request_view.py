"""A request for a paid service as the resident sees it: agree, pay, write, withdraw."""

from collections.abc import Mapping
from uuid import UUID

import streamlit as st

from lib import links
from lib.access import AccessDenied, Actor
from lib.acquiring.bank import Method
from lib.domain import formats
from lib.domain.payments.online import State
from lib.services.appeals.threads import Thread
from lib.services.paid_services import request_payments, requests
from lib.services.paid_services.requests import PaidRequest
from lib.services.payments import paying, quotes
from lib.ui import markup, query, session, submit
from lib.ui.appeals import answers, desk_seen
from lib.ui.appeals import thread as appeal_thread
from lib.ui.markup import text
from lib.ui.paid_services import _words

PAYMENT = "payment"
_METHODS = ((Method.CARD, "Оплатить картой", ""), (Method.SBP, "Оплатить через СБП", " kb-plain"))
_GO_ON = ((Method.CARD, "Продолжить оплату", ""),)
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


def followed(actor: Actor, request: PaidRequest) -> PaidRequest:
    """Ask the bank about the payment that the address names; return the request as it is then."""
    try:
        payment_id = UUID(query.words(PAYMENT))
        state = request_payments.refresh_payment(
            actor=actor, account_id=request.account_id, payment_id=payment_id
        )
    except (ValueError, AccessDenied):
        return request
    session.renew_key(_form(request))  # the next try to pay is another payment
    if state is State.PAID:
        st.success(_SENTENCES[state], icon=":material/check_circle:")
    else:
        st.warning(_SENTENCES[state], icon=":material/info:")
    return requests.get_request(actor=actor, appeal_id=request.appeal_id)


def show(actor: Actor, request: PaidRequest, thread: Thread) -> None:
    """Draw the request with what is to be done about it, and its thread."""
    told = [
        *_words.known(request),
        ("Кто выполняет", text(request.organization)),
        ("Лицевой счёт", text(request.account)),
        ("Как с вами связаться", text(request.contact)),
    ]
    markup.show(
        f"{markup.heading(f'Заявка № {request.number}')}"
        f'<p class="kb-links"><a href="{links.screen(links.PAID_SERVICES)}">Прейскурант и мои '
        f"заявки</a></p>{_words.facts(told)}{_pay(request)}"
    )
    if request.is_to_agree:
        _agree(actor, request)
    markup.show(appeal_thread.lines(thread, address=links.PAID_SERVICES))
    answers.show(actor, thread)
    if request.is_withdrawable:
        _withdraw(actor, request, thread)


def _agree(actor: Actor, request: PaidRequest) -> None:
    """Ask for consent to the price: one click."""
    price = request.offered
    if price is None:
        return
    form = f"agree.{request.appeal_id}"
    key = session.request_key(form)
    with st.form(f"{form}.{key}", border=False):
        sent = st.form_submit_button(
            f"Согласиться с ценой {formats.money(price)} ₽", type="primary"
        )
    if sent:
        with submit.outcome(form=form, done="Цена согласована. Заявку можно оплатить."):
            requests.agree_price(
                actor=actor,
                account_id=request.account_id,
                appeal_id=request.appeal_id,
                price=price,
                request_key=key,
            )


def _withdraw(actor: Actor, request: PaidRequest, thread: Thread) -> None:
    """Let the resident think better of it, until somebody has worked or paid."""
    form = f"withdraw.{request.appeal_id}"
    key = session.request_key(form)
    folded = st.expander("Отозвать заявку", icon=":material/undo:")
    with folded, st.form(f"{form}.{key}", border=False):
        markup.show("<p>Организация получит письмо. Передумаете снова – закажите ещё раз.</p>")
        sent = st.form_submit_button("Отозвать заявку")
    if sent:
        with desk_seen.outcome(form, thread, done="Заявка отозвана."):
            requests.withdraw_request(
                actor=actor,
                account_id=request.account_id,
                appeal_id=request.appeal_id,
                request_key=key,
            )


def _pay(request: PaidRequest) -> str:
    """Return the form that our own route takes: it sends the payer on to the bank's page."""
    if request.is_disputed:
        return markup.note(_DISPUTED)
    if not request.is_payable or request.price is None:
        return ""
    if not paying.is_online():
        return markup.note(_OFFLINE)
    fields = {
        "account": request.account_id,
        "appeal": request.appeal_id,
        "key": session.request_key(_form(request)),
    }
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{text(value)}">'
        for name, value in fields.items()
    )
    buttons = "".join(
        f'<button class="kb-button{mark}" type="submit" name="way" value="{method.value}">'
        f"{words}</button>"
        for method, words, mark in (_GO_ON if request.waiting else _METHODS)
    )
    fee = quotes.fee(request.price)
    costs = f"Комиссия {formats.money(fee)} ₽." if fee else "Без комиссии."
    return (
        f'<section class="kb-online"><h2 class="kb-subtitle">К оплате '
        f"{formats.money(request.price)} ₽</h2><p>{costs} На долг за жильё и коммунальные услуги "
        f'эта оплата не влияет.</p><form method="post" action="{links.PAY_ONLINE}" '
        f'class="kb-actions">{hidden}{buttons}</form></section>'
    )


def _form(request: PaidRequest) -> str:
    return f"pay.{request.appeal_id}"
