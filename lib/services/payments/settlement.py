"""Settlement: what the bank says of online payments, asked back and written down once.

The steps towards a bank - ours first, then the bank's, then ours again - may be cut off between
any two of them, and each may happen twice. Our key of a payment is the bank's key of the request,
so that repeating it makes nothing new; and what the bank says is applied to the payment under a
lock, by the table of ``lib.domain.payments.online``, so that saying it again changes nothing.
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
# a bank forgets the key of a request after a day: by then nothing is asked for anew
_MAY_BE_MADE = dt.timedelta(hours=12)
_FIRST_PAUSE, _LONGEST_PAUSE = 30.0, 3600.0  # s, between questions about one payment
_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of a payment before the bank is asked."""

    account_id: int
    payment_id: UUID
    state: State
    bank: str
    bank_id: str | None
    created_at: dt.datetime

    @property
    def is_old(self) -> bool:
        """Tell whether the bank may have forgotten the request."""
        return clock.now() - self.created_at > _MAY_BE_MADE


def check_payment(*, account_id: int, payment_id: UUID) -> None:
    """Ask the bank about a payment and write down what it says; make the payment if need be.

    Raises:
        BankUnavailable: the bank does not answer.
    """
    known = _known(account_id, payment_id)
    bank = acquiring.find_bank_by_name(known.bank) if known else None
    if known is None or bank is None:
        return
    if known.bank_id is not None:
        said = bank.find_payment(known.bank_id)
        if said is not None:
            _apply(known, said)
        elif known.is_old:
            _LOG.error("bank knows no such payment", payment=str(payment_id))
            _tell(known, Event.DECLINED)
    elif known.state is State.CREATED and not known.is_old:
        _make(known, bank)
    elif known.state is State.CREATED:
        _tell(known, Event.DECLINED)
    else:
        _tell(known, Event.CANCELLED)  # nobody has ever been shown where to pay


def handle_notice(*, body: bytes) -> bool:
    """Take a notice: ask the bank what it is about, and tell whether that has been written down.

    Raises:
        BankUnavailable: the bank does not answer; the notice is to come again.
    """
    bank = acquiring.find_bank()
    bank_id = bank.parse_notice(body) if bank else None
    if bank is None or bank_id is None:
        return False
    said = bank.find_payment(bank_id)
    if said is None:
        return False
    with database.transaction(database.OPERATOR) as session:
        row = queries.find_by_bank_id(session, bank=bank.name, bank_id=bank_id)
        if row is None and (own := _uuid(said.order)):
            # we died before we could write down how the bank calls it
            row = queries.find_by_id(session, bank=bank.name, payment_id=own)
    return row is not None and _steps.apply_report(
        account_id=row.account_id, payment_id=row.id, said=said
    )


def check_due_payments() -> None:
    """Ask about every payment whose time has come: no notice is relied upon."""
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

    The bank is asked first, and goes on being asked afterwards: its page may still be open.

    Args:
        account_id: whose payment it is.
        payment_id: the payment.
        record: called in the transaction of the call that cancels it, and of no other.
    """
    try:
        check_payment(account_id=account_id, payment_id=payment_id)
    except BankUnavailable:
        _LOG.warning("cancelled without the bank", payment=str(payment_id))
    known = _known(account_id, payment_id)
    if known is not None and known.state in UNFINISHED:
        _tell(known, Event.CANCELLED, record)


def refund_payment(*, account_id: int, payment_id: UUID, total: Decimal | None) -> Decimal:
    """Have the bank give back what is missing to a total, and return how much that was.

    The bank is asked first what it has given back already, and the key of the request is made of
    the total: saying it again, after whatever answer, gives nothing twice.

    Args:
        account_id: whose payment it is.
        payment_id: the payment.
        total: how much shall have been given back in all; None for all that the bank has taken.

    Raises:
        BankRefused: the bank has not taken so much, or knows no such payment.
        BankUnavailable: the bank does not answer; calling again is safe.
    """
    known = _known(account_id, payment_id)
    bank = acquiring.find_bank_by_name(known.bank) if known else None
    if known is None or bank is None or known.bank_id is None:
        raise BankRefused
    said = bank.find_payment(known.bank_id)
    if said is None or not _apply(known, said):
        raise BankRefused
    wanted = said.amount if total is None else total
    before, check_at = _steps.expect_refund(
        account_id=account_id, payment_id=payment_id, total=wanted
    )
    if wanted <= before:
        return Decimal("0.00")
    try:
        key = uuid5(payment_id, f"refunded up to {wanted:.2f}")
        bank.refund_payment(known.bank_id, amount=wanted - before, key=key)
    except BankRefused:
        _steps.schedule_check(account_id=account_id, payment_id=payment_id, moment=check_at)
        raise
    check_payment(account_id=account_id, payment_id=payment_id)
    return wanted - before


def _known(account_id: int, payment_id: UUID) -> _Known | None:
    with database.transaction(database.OPERATOR) as session:
        found = queries.find_payment(session, account_id=account_id, payment_id=payment_id)
        if found is None:
            return None
        return _Known(
            account_id,
            payment_id,
            State(found.status),
            found.bank,
            found.bank_id,
            found.created_at,
        )


def _apply(known: _Known, said: BankReport) -> bool:
    return _steps.apply_report(account_id=known.account_id, payment_id=known.payment_id, said=said)


def _tell(known: _Known, happening: Event, record: Callable[[Session], None] | None = None) -> None:
    _steps.apply_event(
        account_id=known.account_id,
        payment_id=known.payment_id,
        happening=happening,
        record=record,
    )


def _make(known: _Known, bank: Bank) -> None:
    """Make the payment at the bank; made before, it is the same one."""
    with database.transaction(database.OPERATOR) as session:
        order = _orders.make_order(
            session, account_id=known.account_id, payment_id=known.payment_id
        )
    try:
        said = bank.create_payment(order)
    except BankRefused:
        _tell(known, Event.DECLINED)
        return
    _apply(known, said)


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
