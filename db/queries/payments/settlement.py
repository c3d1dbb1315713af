"""Settlement of online payments: what the operator's role reads and writes."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Numeric,
    bindparam,
    cast,
    func,
    insert,
    literal,
    literal_column,
    select,
    update,
)
from sqlalchemy.orm import Session

from db.models import (
    Account,
    Login,
    LoginContact,
    OnlinePayment,
    OnlinePaymentEvent,
    OnlinePaymentPart,
    ServiceGroup,
)
from db.rows import read_all, read_one


class PaymentKey(NamedTuple):
    """The whole key of an online payment."""

    account_id: int
    id: UUID


class PartRow(NamedTuple):
    """The part of a payment that goes to one group."""

    group_id: int
    amount: Decimal
    name: str


class PayerRow(NamedTuple):
    """Who paid, and where letters to them go."""

    id: int
    username: str
    first_name: str
    email: str


_PARTS = (
    select(OnlinePaymentPart.group_id, OnlinePaymentPart.amount, ServiceGroup.name)
    .join(ServiceGroup, ServiceGroup.id == OnlinePaymentPart.group_id)
    .where(
        OnlinePaymentPart.account_id == bindparam("account"),
        OnlinePaymentPart.payment_id == bindparam("payment"),
    )
    .order_by(OnlinePaymentPart.place)
)
_BY_BANK = select(OnlinePayment.account_id, OnlinePayment.id).where(
    OnlinePayment.bank == bindparam("bank"), OnlinePayment.bank_id == bindparam("bank_id")
)
_BY_KEY = select(OnlinePayment.account_id, OnlinePayment.id).where(
    OnlinePayment.bank == bindparam("bank"), OnlinePayment.id == bindparam("key")
)
_PAYER = (
    select(Login.id, Login.username, LoginContact.first_name, LoginContact.email)
    .join(LoginContact, LoginContact.login_id == Login.id)
    .where(Login.id == bindparam("login"))
)
_NUMBER = select(Account.number).where(Account.id == bindparam("account"))
# two workers never claim the same payment, and the next check is set before the bank is asked:
# a process that dies leaves the payment to be checked again
_DUE = (
    select(OnlinePayment.account_id, OnlinePayment.id)
    .where(OnlinePayment.check_at <= bindparam("now"))
    .order_by(OnlinePayment.check_at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
    .cte("due")
)
_SECOND: ColumnElement[dt.timedelta] = literal_column("interval '1 second'")
_PAUSE = func.least(
    bindparam("first_pause") * func.power(2, func.least(OnlinePayment.checks, 16)),
    bindparam("longest_pause"),
)
_CLAIM = (
    update(OnlinePayment)
    .where(OnlinePayment.account_id == _DUE.c.account_id, OnlinePayment.id == _DUE.c.id)
    .values(
        check_at=bindparam("now") + _PAUSE * _SECOND,
        checks=OnlinePayment.checks + 1,
    )
    .returning(OnlinePayment.account_id, OnlinePayment.id)
)


def lock_payment(session: Session, *, account_id: int, payment_id: UUID) -> OnlinePayment | None:
    """Return a payment and lock its row until the transaction ends."""
    return session.get(OnlinePayment, (account_id, payment_id), with_for_update=True)


def find_payment(session: Session, *, account_id: int, payment_id: UUID) -> OnlinePayment | None:
    """Return a payment as it is now."""
    return session.get(OnlinePayment, (account_id, payment_id))


def list_parts(session: Session, *, account_id: int, payment_id: UUID) -> list[PartRow]:
    """Return the parts of a payment in their order."""
    values = {"account": account_id, "payment": payment_id}
    return read_all(session.execute(_PARTS, values), PartRow)


def record_refund_parts(
    session: Session, *, account_id: int, payment_id: UUID, left: Mapping[int, Decimal]
) -> None:
    """Record how much of each part has been refunded.

    Args:
        session: the operator's.
        account_id: the payment's account.
        payment_id: the payment.
        left: what is left of each part, by group's key.
    """
    for group_id, amount in left.items():
        session.execute(
            update(OnlinePaymentPart)
            .where(
                OnlinePaymentPart.account_id == account_id,
                OnlinePaymentPart.payment_id == payment_id,
                OnlinePaymentPart.group_id == group_id,
            )
            .values(refunded=OnlinePaymentPart.amount - cast(literal(amount), Numeric))
        )


def find_by_bank_id(session: Session, *, bank: str, bank_id: str) -> PaymentKey | None:
    """Return the key of the payment to which a bank has given this identifier."""
    return read_one(session.execute(_BY_BANK, {"bank": bank, "bank_id": bank_id}), PaymentKey)


def find_by_id(session: Session, *, bank: str, payment_id: UUID) -> PaymentKey | None:
    """Return the whole key of a bank's payment by our own identifier."""
    return read_one(session.execute(_BY_KEY, {"bank": bank, "key": payment_id}), PaymentKey)


def find_payer(session: Session, *, login_id: int | None) -> PayerRow | None:
    """Return the recipient of letters about a payment; None if the login was deleted."""
    return read_one(session.execute(_PAYER, {"login": login_id}), PayerRow)


def get_account_number(session: Session, *, account_id: int) -> str:
    """Return the number of an account."""
    return session.scalars(_NUMBER, {"account": account_id}).one()


def claim_due(
    session: Session, *, now: dt.datetime, limit: int, first_pause: float, longest_pause: float
) -> list[PaymentKey]:
    """Claim payments that are due for a check at the bank, and put off their next check.

    Args:
        session: the operator's.
        now: payments whose check was due by then are claimed.
        limit: how many at most.
        first_pause: seconds until the second check; each pause is twice the one before.
        longest_pause: seconds; no pause is longer.
    """
    values = {
        "now": now,
        "most": limit,
        "first_pause": first_pause,
        "longest_pause": longest_pause,
    }
    return read_all(session.execute(_CLAIM, values), PaymentKey)


def record_event(
    session: Session,
    *,
    account_id: int,
    payment_id: UUID,
    happened_at: dt.datetime,
    happening: str,
    status: str,
    amount: Decimal | None,
    currency: str | None,
    refunded: Decimal,
) -> None:
    """Add an event to a payment's history; amount and currency are the bank's."""
    added = insert(OnlinePaymentEvent).values(
        account_id=account_id,
        payment_id=payment_id,
        happened_at=happened_at,
        happening=happening,
        status=status,
        amount=amount,
        currency=currency,
        refunded=refunded,
    )
    session.execute(added.inline())
