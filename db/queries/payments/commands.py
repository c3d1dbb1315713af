"""Online payments as the operator's commands list and find them."""

import datetime as dt
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Text, bindparam, func, select
from sqlalchemy.orm import Session

from db.models import Account, OnlinePayment, OnlinePaymentEvent
from db.rows import read_all


class ListedRow(NamedTuple):
    """A payment as the operator lists it; ``said`` is the bank's last amount if it differs."""

    id: UUID
    bank_id: str | None
    status: str
    amount: Decimal
    fee: Decimal
    refunded: Decimal
    created_at: dt.datetime
    number: str
    said: str | None


# the amount that the bank named last, if it differs from the amount asked for
_BANK_AMOUNT = (
    select(func.concat(OnlinePaymentEvent.amount, " ", OnlinePaymentEvent.currency))
    .where(
        OnlinePaymentEvent.account_id == OnlinePayment.account_id,
        OnlinePaymentEvent.payment_id == OnlinePayment.id,
        OnlinePaymentEvent.happening == "differs",
    )
    .order_by(OnlinePaymentEvent.id.desc())
    .limit(1)
    .scalar_subquery()
)
_LATEST = (
    select(
        OnlinePayment.id,
        OnlinePayment.bank_id,
        OnlinePayment.status,
        OnlinePayment.amount,
        OnlinePayment.fee,
        OnlinePayment.refunded,
        OnlinePayment.created_at,
        Account.number,
        _BANK_AMOUNT.label("said"),
    )
    .join(Account, Account.id == OnlinePayment.account_id)
    .where(
        bindparam("status", type_=Text).is_(None) | (OnlinePayment.status == bindparam("status"))
    )
    .order_by(OnlinePayment.created_at.desc(), OnlinePayment.id)
    .limit(bindparam("most"))
)
_ACCOUNT_OF = select(OnlinePayment.account_id).where(OnlinePayment.id == bindparam("key"))


def list_latest(session: Session, *, status: str | None, limit: int) -> list[ListedRow]:
    """Return the latest payments, of one status or of all, with the bank's amount if it differs."""
    return read_all(session.execute(_LATEST, {"status": status, "most": limit}), ListedRow)


def find_account_id(session: Session, *, payment_id: UUID) -> int | None:
    """Return the key of a payment's account; None if there is no such payment."""
    return session.scalar(_ACCOUNT_OF, {"key": payment_id})
