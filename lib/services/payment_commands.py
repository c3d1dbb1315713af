"""Online payments from the server's own command line: disputed ones, and giving money back."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from db import session as database
from db.queries import settlements as queries
from lib.domain.online_payment import State
from lib.errors import PortalError
from lib.services import settlement

LISTED = 200


class PaymentNotFound(PortalError):
    """There is no such payment."""

    def __init__(self) -> None:
        super().__init__("Такого онлайн-платежа нет: номер печатает «kabinet payment list».")


@dataclass(frozen=True, slots=True)
class ListedPayment:
    """A payment as the operator sees it; ``said`` is the bank's own last amount, if it differs."""

    payment_id: UUID
    bank_id: str | None
    account: str
    state: State
    amount: Decimal
    refunded: Decimal
    said: str | None
    created_at: dt.datetime


def list_payments(*, state: State | None) -> tuple[ListedPayment, ...]:
    """Return the latest online payments, of one state or of all."""
    with database.transaction(database.OPERATOR) as session:
        rows = queries.latest(session, status=state.value if state else None, most=LISTED)
    return tuple(
        ListedPayment(
            payment_id=row.id,
            bank_id=row.bank_id,
            account=row.number,
            state=State(row.status),
            amount=row.amount + row.fee,
            refunded=row.refunded,
            said=row.said,
            created_at=row.created_at,
        )
        for row in rows
    )


def refund(*, payment_id: UUID, amount: Decimal | None) -> None:
    """Have the bank give back ``amount``, or all that is left of a payment.

    Raises:
        PaymentNotFound: no payment has this key.
        BankRefused: there is not so much left.
        BankAway: the bank does not answer; saying it again gives nothing back twice.
    """
    with database.transaction(database.OPERATOR) as session:
        row = queries.whole(session, payment_id=payment_id)
    if row is None:
        raise PaymentNotFound
    settlement.refund(
        account_id=row.account_id,
        payment_id=payment_id,
        amount=row.amount + row.fee - row.refunded if amount is None else amount,
    )
