"""Settlement: ask banks about online payments, and store each of their reports once.

A payment takes three steps: in the portal, at the bank, and in the portal again. The process may
stop between any two of them, and each may be repeated. Our key of a payment is also the key of the
request to the bank, so that a repeated request creates nothing new. A report of the bank is
applied to the payment under a lock, by the table of ``lib.domain.payments.online``, so that a
repeated report changes nothing.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID, uuid5

import structlog
from sqlalchemy.orm import Session

from db import session as database
from db.queries.payments import settlement as queries
from lib import acquiring, clock
from lib.acquiring.bank import Bank, BankRefused, BankUnavailable
from lib.domain.payments.online import UNFINISHED, BankReport, Event, State
from lib.services.payments import _orders, _steps

_LOG = structlog.get_logger("payments")
# a bank forgets the key of a request after a day, so an older payment is not created again
_MAY_BE_CREATED = dt.timedelta(hours=12)
_FIRST_PAUSE, _LONGEST_PAUSE = 30.0, 3600.0  # s, between questions about one payment
_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class _StoredPayment:
    """A stored payment, before the bank is asked about it."""

    account_id: int
    payment_id: UUID
    state: State
    bank: str
    bank_id: str | None
    created_at: dt.datetime

    @property
    def is_old(self) -> bool:
        """Tell whether the bank may have forgotten the request."""
        return clock.now() - self.created_at > _MAY_BE_CREATED


def check_payment(*, account_id: int, payment_id: UUID) -> None:
    """Ask the bank about a payment and store its report; create it at the bank if necessary.

    Raises:
        BankUnavailable: the bank does not answer.
    """
    stored = _find_stored(account_id, payment_id)
    bank = acquiring.find_bank_by_name(stored.bank) if stored else None
    if stored is None or bank is None:
        return
    if stored.bank_id is not None:
        report = bank.find_payment(stored.bank_id)
        if report is not None:
            _apply_report(stored, report)
        elif stored.is_old:
            _LOG.error("bank knows no such payment", payment=str(payment_id))
            _apply_event(stored, Event.DECLINED)
    elif stored.state is State.CREATED and not stored.is_old:
        _create(stored, bank)
    elif stored.state is State.CREATED:
        _apply_event(stored, Event.DECLINED)
    else:
        _apply_event(stored, Event.CANCELLED)  # it has no id at the bank, so nobody could pay it


def handle_notice(*, body: bytes) -> bool:
    """Handle a bank's notice: ask the bank about its payment; tell whether the report was stored.

    Raises:
        BankUnavailable: the bank does not answer; it has to send the notice again.
    """
    bank = acquiring.find_bank()
    bank_id = bank.parse_notice(body) if bank else None
    if bank is None or bank_id is None:
        return False
    report = bank.find_payment(bank_id)
    if report is None:
        return False
    with database.transaction(database.OPERATOR) as session:
        row = queries.find_by_bank_id(session, bank=bank.name, bank_id=bank_id)
        if row is None and (payment_id := _uuid(report.order)):
            # the process died before it stored the bank's id of the payment
            row = queries.find_by_id(session, bank=bank.name, payment_id=payment_id)
    return row is not None and _steps.apply_report(
        account_id=row.account_id, payment_id=row.id, said=report
    )


def check_due_payments() -> None:
    """Ask the bank about every payment whose check is due; notices may get lost."""
    with database.transaction(database.OPERATOR) as session:
        due = queries.claim_due(
            session,
            now=clock.now(),
            limit=_AT_ONCE,
            first_pause=_FIRST_PAUSE,
            longest_pause=_LONGEST_PAUSE,
        )
    for row in due:
        try:
            check_payment(account_id=row.account_id, payment_id=row.id)
        except BankUnavailable:
            _LOG.warning("bank away, asked again later", payment=str(row.id))


def cancel_payment(*, account_id: int, payment_id: UUID, record: Callable[[Session], None]) -> None:
    """Cancel a payment that nobody has paid.

    The bank is asked first, and again afterwards, because its page may still be open.

    Args:
        account_id: its account.
        payment_id: the payment.
        record: called in the transaction that cancels it, and only there.
    """
    try:
        check_payment(account_id=account_id, payment_id=payment_id)
    except BankUnavailable:
        _LOG.warning("cancelled without the bank", payment=str(payment_id))
    stored = _find_stored(account_id, payment_id)
    if stored is not None and stored.state in UNFINISHED:
        _apply_event(stored, Event.CANCELLED, record)


def refund_payment(*, account_id: int, payment_id: UUID, total: Decimal | None) -> Decimal:
    """Refund a payment up to a total, and return the amount that was refunded now.

    The bank is asked first how much it has refunded already. The key of the request contains the
    total, so that a repeated call refunds nothing twice.

    Args:
        account_id: its account.
        payment_id: the payment.
        total: how much is to be refunded in all; None for all that the bank has taken.

    Raises:
        BankRefused: the bank has not taken that much, or does not know the payment.
        BankUnavailable: the bank does not answer; calling again is safe.
    """
    stored = _find_stored(account_id, payment_id)
    bank = acquiring.find_bank_by_name(stored.bank) if stored else None
    if stored is None or bank is None or stored.bank_id is None:
        raise BankRefused
    report = bank.find_payment(stored.bank_id)
    if report is None or not _apply_report(stored, report):
        raise BankRefused
    target = report.amount if total is None else total
    before, check_at = _steps.expect_refund(
        account_id=account_id, payment_id=payment_id, total=target
    )
    if target <= before:
        return Decimal("0.00")
    try:
        key = uuid5(payment_id, f"refunded up to {target:.2f}")
        bank.refund_payment(stored.bank_id, amount=target - before, key=key)
    except BankRefused:
        _steps.schedule_check(account_id=account_id, payment_id=payment_id, moment=check_at)
        raise
    check_payment(account_id=account_id, payment_id=payment_id)
    return target - before


def _find_stored(account_id: int, payment_id: UUID) -> _StoredPayment | None:
    with database.transaction(database.OPERATOR) as session:
        found = queries.find_payment(session, account_id=account_id, payment_id=payment_id)
        if found is None:
            return None
        return _StoredPayment(
            account_id,
            payment_id,
            State(found.status),
            found.bank,
            found.bank_id,
            found.created_at,
        )


def _apply_report(stored: _StoredPayment, report: BankReport) -> bool:
    return _steps.apply_report(
        account_id=stored.account_id, payment_id=stored.payment_id, said=report
    )


def _apply_event(
    stored: _StoredPayment, happening: Event, record: Callable[[Session], None] | None = None
) -> None:
    _steps.apply_event(
        account_id=stored.account_id,
        payment_id=stored.payment_id,
        happening=happening,
        record=record,
    )


def _create(stored: _StoredPayment, bank: Bank) -> None:
    """Create the payment at the bank; a repeated request gives the same payment."""
    with database.transaction(database.OPERATOR) as session:
        order = _orders.make_order(
            session, account_id=stored.account_id, payment_id=stored.payment_id
        )
    try:
        report = bank.create_payment(order)
    except BankRefused:
        _apply_event(stored, Event.DECLINED)
        return
    _apply_report(stored, report)


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
