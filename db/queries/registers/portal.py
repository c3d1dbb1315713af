"""Payments made in the portal: banks' registers and packages of billing can contain them too."""

import datetime as dt
from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, Text, any_, bindparam, exists, insert, select
from sqlalchemy.orm import Session

from db.models import Account, CarriedPayment, OnlinePayment, Payment
from db.queries.payments import online as online_payments
from db.rows import read_all

_REFERENCES = bindparam("references", type_=ARRAY(Text))
_ONLINE = select(
    OnlinePayment.account_id,
    OnlinePayment.id,
    OnlinePayment.bank_id,
    OnlinePayment.status,
    (OnlinePayment.amount + OnlinePayment.fee).label("amount"),
).where(OnlinePayment.bank_id == any_(_REFERENCES))
# paid in the portal, and no package contains a payment with that reference
_UNCARRIED_ONLINE = (
    select(
        OnlinePayment.account_id,
        OnlinePayment.id,
        OnlinePayment.bank_id,
        OnlinePayment.amount,
        # what an export sends: billing does not know of the fee
        online_payments.LEFT.label("left"),
        OnlinePayment.paid_at,
    )
    .join(Account, Account.id == OnlinePayment.account_id)
    .where(
        Account.sender_id == bindparam("sender"),
        OnlinePayment.status == "paid",
        OnlinePayment.appeal_id.is_(None),  # billing does not know of paid requests
        ~exists().where(
            CarriedPayment.account_id == OnlinePayment.account_id,
            CarriedPayment.online_payment_id == OnlinePayment.id,
        ),
        ~exists().where(
            Payment.account_id == OnlinePayment.account_id,
            Payment.reference == OnlinePayment.bank_id,
        ),
    )
)


class PortalPayment(NamedTuple):
    """A payment made in the portal; ``amount`` includes the fee."""

    account_id: int
    id: UUID
    bank_id: str
    status: str
    amount: Decimal


class UncarriedPayment(NamedTuple):
    """A payment made in the portal that billing has not delivered yet.

    Attributes:
        account_id: key of the account.
        id: the payment's key within the account.
        bank_id: the bank's reference.
        amount: what was paid, without the fee.
        left: what is left of ``amount`` after refunds; exports send this.
        paid_at: when.
    """

    account_id: int
    id: UUID
    bank_id: str | None
    amount: Decimal
    left: Decimal
    paid_at: dt.datetime


class CarriedPaymentLink(NamedTuple):
    """A payment made in the portal, and the payment of billing that is the same one."""

    account_id: int
    online_payment_id: UUID
    payment_id: int


def list_portal_payments(session: Session, *, references: Collection[str]) -> list[PortalPayment]:
    """Return the payments made in the portal that have these references of the bank."""
    return read_all(session.execute(_ONLINE, {"references": list(references)}), PortalPayment)


def list_uncarried_online(session: Session, *, sender_id: int) -> list[UncarriedPayment]:
    """Return the payments made in the portal that billing has not delivered yet."""
    return read_all(session.execute(_UNCARRIED_ONLINE, {"sender": sender_id}), UncarriedPayment)


def add_carried_payments(session: Session, *, links: Sequence[CarriedPaymentLink]) -> None:
    """Record which payments of billing were made in the portal."""
    if links:
        session.execute(insert(CarriedPayment), [link._asdict() for link in links])
