"""Online payments of a resident's own accounts, and the charges that debts consist of."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by, insert
from sqlalchemy.orm import Session

from db.models import (
    Account,
    Accrual,
    BillingPeriod,
    OnlinePayment,
    OnlinePaymentPart,
    Service,
)
from db.queries import scope
from db.rows import read_all
from db.session import Viewer


@dataclass(frozen=True, slots=True)
class NewPayment:
    """The columns of a payment to be added; the model explains them."""

    id: UUID
    account_id: int
    login_id: int
    request_key: UUID
    bank: str
    method: str
    amount: Decimal
    fee: Decimal
    status: str
    created_at: dt.datetime
    check_at: dt.datetime
    appeal_id: int | None = None


class TryRow(NamedTuple):
    """An online payment with its parts: ``groups`` and ``amounts`` are in the same order."""

    id: UUID
    amount: Decimal
    fee: Decimal
    refunded: Decimal
    status: str
    method: str
    pay_url: str | None
    created_at: dt.datetime
    paid_at: dt.datetime | None
    groups: list[int]
    amounts: list[Decimal]


class ChargeRow(NamedTuple):
    """What a closed month charged in one group."""

    group_id: int
    period: dt.date
    total: Decimal


# what is left for services: a refund returns the fee first, as in ``left_after_refund``
LEFT = OnlinePayment.amount - func.greatest(OnlinePayment.refunded - OnlinePayment.fee, 0)
_ADD = insert(OnlinePayment).on_conflict_do_nothing(index_elements=["account_id", "request_key"])
_BY_REQUEST = select(OnlinePayment.id).where(
    scope.match_viewer(OnlinePayment.account_id),
    OnlinePayment.account_id == bindparam("account"),
    OnlinePayment.request_key == bindparam("key"),
)
# the latest payments of an account, each with its parts
_LISTED = (
    select(
        OnlinePayment.id,
        OnlinePayment.amount,
        OnlinePayment.fee,
        OnlinePayment.refunded,
        OnlinePayment.status,
        OnlinePayment.method,
        OnlinePayment.pay_url,
        OnlinePayment.created_at,
        OnlinePayment.paid_at,
        func.array_agg(
            aggregate_order_by(OnlinePaymentPart.group_id, OnlinePaymentPart.place)
        ).label("groups"),
        func.array_agg(aggregate_order_by(OnlinePaymentPart.amount, OnlinePaymentPart.place)).label(
            "amounts"
        ),
    )
    .join(
        OnlinePaymentPart,
        (OnlinePaymentPart.account_id == OnlinePayment.account_id)
        & (OnlinePaymentPart.payment_id == OnlinePayment.id),
    )
    .where(
        scope.match_viewer(OnlinePayment.account_id),
        OnlinePayment.account_id == bindparam("account"),
    )
    .group_by(OnlinePayment.account_id, OnlinePayment.id)
    .order_by(OnlinePayment.created_at.desc(), OnlinePayment.id)
    .limit(bindparam("most"))
)
_UNFINISHED = (
    select(func.count())
    .select_from(OnlinePayment)
    .where(
        scope.match_viewer(OnlinePayment.account_id),
        OnlinePayment.account_id == bindparam("account"),
        OnlinePayment.status.in_(("created", "waiting")),
        OnlinePayment.appeal_id.is_(None),
    )
)
# what each closed month charged, by group: the months that a debt consists of
_CHARGED = (
    select(Service.group_id, Accrual.period, func.sum(Accrual.total).label("total"))
    .join(Service, Service.id == Accrual.service_id)
    .join(Account, Account.id == Accrual.account_id)
    .join(
        BillingPeriod,
        (BillingPeriod.sender_id == Account.sender_id)
        & (BillingPeriod.period == Accrual.period)
        & (BillingPeriod.status == "closed"),
    )
    .where(scope.match_viewer(Accrual.account_id), Accrual.account_id == bindparam("account"))
    .group_by(Service.group_id, Accrual.period)
)


def add_payment(session: Session, *, new: NewPayment, parts: Mapping[int, Decimal]) -> None:
    """Add a payment with its parts, unless its form has added one before.

    Args:
        session: the caller's.
        new: the payment.
        parts: amount by group's key, in the order of the bill; empty for a paid request.
    """
    added = session.scalar(_ADD.values(**asdict(new)).returning(OnlinePayment.id))
    if added is None or not parts:
        return
    session.execute(
        insert(OnlinePaymentPart),
        [
            {
                "account_id": new.account_id,
                "payment_id": new.id,
                "group_id": group_id,
                "place": place,
                "amount": amount,
            }
            for place, (group_id, amount) in enumerate(parts.items())
        ],
    )


def find_by_request(
    session: Session, *, viewer: Viewer, account_id: int, request_key: UUID
) -> UUID | None:
    """Return the key of the payment that a form has begun."""
    values = {"account": account_id, "key": request_key, **scope.bind_viewer(viewer)}
    return session.scalar(_BY_REQUEST, values)


def count_unfinished(session: Session, *, viewer: Viewer, account_id: int) -> int:
    """Count the account's payments for debts that are created or waiting."""
    return session.scalar(_UNFINISHED, {"account": account_id, **scope.bind_viewer(viewer)}) or 0


def list_tries(session: Session, *, viewer: Viewer, account_id: int, limit: int) -> list[TryRow]:
    """Return the latest payments of an account with their parts, the latest first."""
    values = {"account": account_id, "most": limit, **scope.bind_viewer(viewer)}
    return read_all(session.execute(_LISTED, values), TryRow)


def list_charges(session: Session, *, viewer: Viewer, account_id: int) -> list[ChargeRow]:
    """Return what each closed month charged an account, by group."""
    values = {"account": account_id, **scope.bind_viewer(viewer)}
    return read_all(session.execute(_CHARGED, values), ChargeRow)
