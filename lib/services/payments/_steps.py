"""Transitions of an online payment: stored once, under a lock, with letters and events."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from uuid import UUID

import structlog
from sqlalchemy.orm import Session

from db import session as database
from db.models import OnlinePayment
from db.queries.payments import settlement as queries
from lib import clock
from lib.domain.payments import online
from lib.domain.payments.online import UNFINISHED, BankReport, BankState, Event, State
from lib.services.payments import _notices

_LOG = structlog.get_logger("payments")
_FIRST_PAUSE = dt.timedelta(seconds=30)
# states that are final at the bank: only refunds are still asked about, for some three days
_REFUNDABLE = frozenset({State.PAID, State.DISPUTED})
_MOST_CHECKS = 80


def apply_report(*, account_id: int, payment_id: UUID, said: BankReport) -> bool:
    """Apply a bank's report to a payment; tell whether the report is about it."""
    with database.transaction(database.OPERATOR) as session:
        payment = queries.lock_payment(session, account_id=account_id, payment_id=payment_id)
        if payment is None or not _is_about(payment, said):
            _LOG.error("bank spoke of another payment", payment=str(payment_id))
            return False
        payment.bank_id = said.bank_id
        happening = online.read_report(said, asked=payment.amount + payment.fee)
        before, refunded = State(payment.status), payment.refunded
        _step(session, payment, happening, said)
        if State(payment.status) in UNFINISHED:
            payment.pay_url = said.pay_url or payment.pay_url
        if said.state is not BankState.PENDING:
            # final at the bank; only a refund that was requested may still be under way
            if not _awaits_refund(payment, before=before, refunded_before=refunded):
                payment.check_at = None
        elif payment.check_at is None:
            payment.check_at = clock.now() + _FIRST_PAUSE
        _notices.notify_change(session, payment, before=before, refunded_before=refunded)
    return True


def apply_event(
    *,
    account_id: int,
    payment_id: UUID,
    happening: Event,
    record: Callable[[Session], None] | None = None,
) -> None:
    """Apply an event that no bank reported; ``record`` is called if it changes anything."""
    with database.transaction(database.OPERATOR) as session:
        payment = queries.lock_payment(session, account_id=account_id, payment_id=payment_id)
        assert payment is not None  # noqa: S101 - payments are never deleted
        before = payment.status
        _step(session, payment, happening, None)
        if payment.bank_id is None:
            payment.check_at = None
        if record is not None and payment.status != before:
            record(session)


def expect_refund(
    *, account_id: int, payment_id: UUID, total: Decimal
) -> tuple[Decimal, dt.datetime | None]:
    """Ask the bank again until it has refunded something, unless ``total`` is refunded already.

    This is stored before the request to the bank, so that the bank is asked even after a crash.

    Returns:
        The amount refunded so far, and when the bank was to be asked before.
    """
    with database.transaction(database.OPERATOR) as session:
        payment = queries.lock_payment(session, account_id=account_id, payment_id=payment_id)
        assert payment is not None  # noqa: S101 - payments are never deleted
        check_at = payment.check_at
        if payment.refunded < total and State(payment.status) in _REFUNDABLE:
            payment.check_at, payment.checks = clock.now() + _FIRST_PAUSE, 0
        return payment.refunded, check_at


def schedule_check(*, account_id: int, payment_id: UUID, moment: dt.datetime | None) -> None:
    """Set when the bank is asked again about a payment whose state is final."""
    with database.transaction(database.OPERATOR) as session:
        payment = queries.lock_payment(session, account_id=account_id, payment_id=payment_id)
        if payment is not None and State(payment.status) in _REFUNDABLE:
            payment.check_at = moment


def _awaits_refund(payment: OnlinePayment, *, before: State, refunded_before: Decimal) -> bool:
    """Tell whether a requested refund is still to be reported."""
    return (
        before in _REFUNDABLE
        and payment.refunded == refunded_before
        and payment.checks < _MOST_CHECKS
    )


def _step(
    session: Session, payment: OnlinePayment, happening: Event, said: BankReport | None
) -> None:
    """Change the state of a payment; a change is recorded in its history."""
    now = clock.now()
    after = online.find_next_state(State(payment.status), happening)
    refunded = max(said.refunded, payment.refunded) if said else payment.refunded
    if after == payment.status and refunded == payment.refunded:
        return
    if after not in UNFINISHED:
        payment.pay_url = None
    if after is State.PAID and payment.paid_at is None:
        payment.paid_at = now
    payment.status = after.value
    if refunded != payment.refunded:
        payment.refunded = refunded
        _spread_refund(session, payment)
    queries.record_event(
        session,
        account_id=payment.account_id,
        payment_id=payment.id,
        happened_at=now,
        happening=happening.value,
        status=after.value,
        amount=said.amount if said else None,
        currency=said.currency if said else None,
        refunded=refunded,
    )


def _spread_refund(session: Session, payment: OnlinePayment) -> None:
    account_id, payment_id = payment.account_id, payment.id
    rows = queries.list_parts(session, account_id=account_id, payment_id=payment_id)
    left = online.subtract_refund(
        [(row.group_id, row.amount) for row in rows], fee=payment.fee, refunded=payment.refunded
    )
    queries.record_refund_parts(session, account_id=account_id, payment_id=payment_id, left=left)


def _is_about(payment: OnlinePayment, said: BankReport) -> bool:
    return said.order in {None, str(payment.id)} and payment.bank_id in {None, said.bank_id}
