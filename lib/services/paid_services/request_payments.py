"""Online payments for agreed requests; a request has at most one payment under way.

They go to the same bank and have the same states as payments of bills, but they have no parts
and reduce no debt.
"""

import datetime as dt
from dataclasses import replace
from uuid import UUID, uuid4

import structlog
from sqlalchemy.orm import Session

from db import session as database
from db.queries.paid_services import requests as queries
from db.queries.paid_services.requests import RequestRow
from db.queries.payments import for_requests, online
from db.queries.payments.for_requests import RequestPaymentRow
from db.queries.payments.online import NewPayment
from db.session import Viewer
from lib import acquiring, clock
from lib.access import AccessDenied, Actor, Permission
from lib.acquiring.bank import BankUnavailable, Method
from lib.domain import formats
from lib.domain.payments.online import MAX_AMOUNT, MIN_AMOUNT, State
from lib.services.appeals import steps
from lib.services.paid_services import requests
from lib.services.paid_services.requests import PaidRequest
from lib.services.payments import quotes, settlement
from lib.services.payments.quotes import SumRefused

_LOG = structlog.get_logger("payments")
_FIRST_CHECK = dt.timedelta(seconds=30)


def begin_payment(
    *, actor: Actor, account_id: int, appeal_id: int, method: Method, request_key: UUID
) -> tuple[UUID, str | None]:
    """Begin a payment for a request, or go on with the one that is under way.

    Returns the payment's key and the address of the bank's page if the bank has given it.

    Args:
        actor: the resident; needs ``payments:make``.
        account_id: one of the actor's accounts.
        appeal_id: a request of that account.
        method: by card or by СБП.
        request_key: one value for a rendered form, not for a click.

    Raises:
        AccessDenied: no permission, no such request, or there are no online payments here.
        SumRefused: nothing is to be paid, or the amount is outside the bank's limits.
    """
    actor.demand(Permission.PAYMENTS_MAKE)
    actor.demand_account(account_id)
    bank = acquiring.find_bank()
    if bank is None:
        raise AccessDenied
    viewer = replace(actor.viewer, accounts=(account_id,))
    with database.transaction(viewer) as session:
        # locked, so that nobody begins a payment, declines or changes the price at the same time
        steps.lock_appeal(session, actor=actor, account_id=account_id, appeal_id=appeal_id)
        payment_id = online.find_by_request(
            session, viewer=viewer, account_id=account_id, request_key=request_key
        )
        if payment_id is None:
            request = _demand_payable(
                queries.find_request(session, viewer=viewer, appeal_id=appeal_id)
            )
            payment_id = request.waiting
        if payment_id is None:
            new = _new_payment(actor, request, method, bank=bank.name, request_key=request_key)
            payment_id = new.id
            online.add_payment(session, new=new, parts={})
    _ask(account_id, payment_id)
    with database.transaction(viewer) as session:
        return payment_id, _pay_url(session, viewer, account_id, payment_id)


def refresh_payment(*, actor: Actor, account_id: int, payment_id: UUID) -> State:
    """Ask the bank about a payment for a request and return its state.

    Raises:
        AccessDenied: no permission, or no such payment of the actor's account.
    """
    actor.demand(Permission.PAYMENTS_MAKE)
    actor.demand_account(account_id)
    viewer = replace(actor.viewer, accounts=(account_id,))
    with database.transaction(viewer) as session:
        _get_payment(session, viewer, account_id, payment_id)
    _ask(account_id, payment_id)
    with database.transaction(viewer) as session:
        return State(_get_payment(session, viewer, account_id, payment_id).status)


def _demand_payable(row: RequestRow | None) -> PaidRequest:
    """Return a request that may be paid; raise the reason if it may not."""
    if row is None:
        raise AccessDenied
    request = requests.make_request(row)
    if request.is_disputed:
        raise SumRefused(
            "Банк прислал другую сумму – разбираемся. Не платите ещё раз: деньги не потеряются."
        )
    if request.is_paid:
        raise SumRefused("Заявка уже оплачена.")
    if request.is_returned:
        raise SumRefused("Деньги по этой заявке возвращены. Если услуга нужна, закажите её снова.")
    if not request.is_payable:
        raise SumRefused("Оплатить можно согласованную заявку: сначала договоритесь о цене.")
    return request


def _new_payment(
    actor: Actor, request: PaidRequest, method: Method, *, bank: str, request_key: UUID
) -> NewPayment:
    """Return a payment for the whole price."""
    assert request.price is not None  # noqa: S101 - a payable request has a price
    if not MIN_AMOUNT <= request.price <= MAX_AMOUNT:
        raise SumRefused(
            f"Онлайн можно оплатить от {formats.format_money(MIN_AMOUNT)} "
            f"до {formats.format_money(MAX_AMOUNT)} ₽ за один раз. "
            "Договоритесь с организацией о другом способе."
        )
    now = clock.now()
    return NewPayment(
        id=uuid4(),
        account_id=request.account_id,
        appeal_id=request.appeal_id,
        login_id=actor.login_id,
        request_key=request_key,
        bank=bank,
        amount=request.price,
        fee=quotes.calculate_fee(request.price),
        method=method.value,
        status=State.CREATED.value,
        created_at=now,
        check_at=now + _FIRST_CHECK,
    )


def _ask(account_id: int, payment_id: UUID) -> None:
    try:
        settlement.check_payment(account_id=account_id, payment_id=payment_id)
    except BankUnavailable:
        _LOG.warning("bank away, asked again later", payment=str(payment_id))


def _pay_url(session: Session, viewer: Viewer, account_id: int, payment_id: UUID) -> str | None:
    return _get_payment(session, viewer, account_id, payment_id).pay_url


def _get_payment(
    session: Session, viewer: Viewer, account_id: int, payment_id: UUID
) -> RequestPaymentRow:
    row = for_requests.find_payment(
        session, viewer=viewer, account_id=account_id, payment_id=payment_id
    )
    if row is None or row.appeal_id is None:
        raise AccessDenied
    return row
