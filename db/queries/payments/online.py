"""Online payments of a resident's own accounts, and what their debts have come from."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by, insert
from sqlalchemy.orm import Session

from db.base import AnyRow
from db.models import (
    Account,
    Accrual,
    BillingPeriod,
    OnlinePayment,
    OnlinePaymentPart,
    Service,
)
from db.queries import scope
from db.session import Viewer

# of what was paid for services: the fee goes back first, as ``left_after_refund`` spreads it
LEFT = OnlinePayment.amount - func.greatest(OnlinePayment.refunded - OnlinePayment.fee, 0)
_ADD = insert(OnlinePayment).on_conflict_do_nothing(index_elements=["account_id", "request_key"])
_BY_REQUEST = select(OnlinePayment.id).where(
    scope.visible(OnlinePayment.account_id),
    OnlinePayment.account_id == bindparam("account"),
    OnlinePayment.request_key == bindparam("key"),
)
# the latest tries of an account, each with its parts
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
        scope.visible(OnlinePayment.account_id), OnlinePayment.account_id == bindparam("account")
    )
    .group_by(OnlinePayment.account_id, OnlinePayment.id)
    .order_by(OnlinePayment.created_at.desc(), OnlinePayment.id)
    .limit(bindparam("most"))
)
_UNFINISHED = (
    select(func.count())
    .select_from(OnlinePayment)
    .where(
        scope.visible(OnlinePayment.account_id),
        OnlinePayment.account_id == bindparam("account"),
        OnlinePayment.status.in_(("created", "waiting")),
        OnlinePayment.appeal_id.is_(None),
    )
)
# what each closed month charged, by group: what a debt has come from
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
    .where(scope.visible(Accrual.account_id), Accrual.account_id == bindparam("account"))
    .group_by(Service.group_id, Accrual.period)
)


def add(session: Session, *, values: Mapping[str, Any], parts: Mapping[int, Decimal]) -> bool:
    """Begin a payment; tell whether it is new: its form may have begun it before."""
    added = session.execute(_ADD.values(**values).returning(OnlinePayment.id)).one_or_none()
    if added is None:
        return False
    if not parts:  # it is for a paid request
        return True
    session.execute(
        insert(OnlinePaymentPart),
        [
            {
                "account_id": values["account_id"],
                "payment_id": values["id"],
                "group_id": group_id,
                "place": place,
                "amount": amount,
            }
            for place, (group_id, amount) in enumerate(parts.items())
        ],
    )
    return True


def by_request(
    session: Session, *, viewer: Viewer, account_id: int, request_key: UUID
) -> UUID | None:
    """Return the payment that a form has begun."""
    values = {"account": account_id, "key": request_key, **scope.values(viewer)}
    return session.scalar(_BY_REQUEST, values)


def unfinished(session: Session, *, viewer: Viewer, account_id: int) -> int:
    """Count the payments of an account that wait."""
    return session.scalar(_UNFINISHED, {"account": account_id, **scope.values(viewer)}) or 0


def listed(session: Session, *, viewer: Viewer, account_id: int, most: int) -> Sequence[AnyRow]:
    """Return the latest payments of an account with their parts, the latest first."""
    values = {"account": account_id, "most": most, **scope.values(viewer)}
    return session.execute(_LISTED, values).all()


def charged(session: Session, *, viewer: Viewer, account_id: int) -> Sequence[AnyRow]:
    """Return what each closed month charged an account, by group."""
    return session.execute(_CHARGED, {"account": account_id, **scope.values(viewer)}).all()
