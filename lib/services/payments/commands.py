"""Online payments in the server's commands: list them and refund them."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from db import session as database
from db.queries.packages import exports
from db.queries.payments import commands as queries
from lib.domain.payments.online import State
from lib.errors import PortalError
from lib.services.payments import settlement

LIST_LIMIT = 200


class PaymentNotFound(PortalError):
    """There is no such payment."""

    def __init__(self) -> None:
        super().__init__("Такого онлайн-платежа нет: номер печатает «kabinet payment list».")


@dataclass(frozen=True, slots=True)
class ListedPayment:
    """A payment as the operator sees it; ``said`` is the bank's last amount, if it differs."""

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
        rows = queries.list_latest(session, status=state.value if state else None, limit=LIST_LIMIT)
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


@dataclass(frozen=True, slots=True)
class Refund:
    """A refund made now; zero if that much was refunded before.

    Attributes:
        given: the amount.
        is_known_to_billing: whether the payment was exported, so that billing must be informed.
    """

    given: Decimal
    is_known_to_billing: bool


def refund_payment(*, payment_id: UUID, total: Decimal | None) -> Refund:
    """Refund a payment up to ``total``, or all that the bank has taken.

    Raises:
        PaymentNotFound: no payment has this key.
        BankRefused: the bank has not taken that much.
        BankUnavailable: the bank does not answer; a repeated call refunds nothing twice.
    """
    with database.transaction(database.OPERATOR) as session:
        account_id = queries.find_account_id(session, payment_id=payment_id)
    if account_id is None:
        raise PaymentNotFound
    given = settlement.refund_payment(account_id=account_id, payment_id=payment_id, total=total)
    with database.transaction(database.OPERATOR) as session:
        is_known = exports.is_payment_sent(session, account_id=account_id, payment_id=payment_id)
    return Refund(given, is_known)
