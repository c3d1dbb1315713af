"""Payments of accounts."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import (
    BigInteger,
    Date,
    DateTime,
    Text,
    bindparam,
    cast,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from db.base import AnyRow
from db.models import (
    CarriedPayment,
    OnlinePayment,
    OnlinePaymentPart,
    Payment,
    PaymentPart,
    RegisterPart,
    RegisterRow,
    Service,
    ServiceGroup,
)
from db.queries import scope
from db.queries.payments import online
from db.session import Viewer

# the month in which billing counts a payment, as the importer reads it
_MONTH = cast(
    func.date_trunc("month", func.coalesce(Payment.period, Payment.posted_on, Payment.paid_on)),
    Date,
)
# a payment that nobody has spread yet comes as one part of no group
_PARTS = (
    select(
        Payment.account_id,
        _MONTH.label("period"),
        func.coalesce(PaymentPart.group_id, Service.group_id).label("group_id"),
        func.coalesce(PaymentPart.amount, Payment.amount).label("amount"),
    )
    .outerjoin(
        PaymentPart,
        (PaymentPart.account_id == Payment.account_id) & (PaymentPart.payment_id == Payment.id),
    )
    .outerjoin(Service, Service.id == PaymentPart.service_id)
    .where(scope.visible(Payment.account_id), bindparam("after") < _MONTH)
)
# the same reference is the same payment: once billing has brought it, in whatever month,
# billing's own counts
_BROUGHT = (
    select(Payment.id)
    .where(
        Payment.account_id == OnlinePayment.account_id,
        Payment.reference == OnlinePayment.bank_id,
    )
    .exists()
)
# without a reference, an import has found the two to be one
_CARRIED = (
    select(CarriedPayment.payment_id)
    .where(
        CarriedPayment.account_id == OnlinePayment.account_id,
        CarriedPayment.online_payment_id == OnlinePayment.id,
    )
    .exists()
)
_ONLINE = (
    select(
        OnlinePayment.account_id,
        literal(None, Date).label("period"),
        OnlinePaymentPart.group_id,
        (OnlinePaymentPart.amount - OnlinePaymentPart.refunded).label("amount"),
    )
    .join(
        OnlinePaymentPart,
        (OnlinePaymentPart.account_id == OnlinePayment.account_id)
        & (OnlinePaymentPart.payment_id == OnlinePayment.id),
    )
    .where(
        scope.visible(OnlinePayment.account_id),
        OnlinePayment.status == "paid",
        ~_BROUGHT,
        ~_CARRIED,
    )
)
# payments of banks' registers, as long as billing has not brought them
_REGISTERED = select(
    RegisterPart.account_id,
    literal(None, Date).label("period"),
    RegisterPart.group_id,
    RegisterPart.amount,
).where(scope.visible(RegisterPart.account_id), RegisterPart.is_carried.is_(False))
_LATER = union_all(_PARTS, _ONLINE, _REGISTERED)
_later = _LATER.subquery("later")
# for thousands of accounts at once: sums in kopecks, as one text
_summed = (
    select(
        _later.c.account_id,
        func.coalesce(_later.c.group_id, 0).label("group_id"),
        cast(func.sum(_later.c.amount) * 100, BigInteger).label("paid"),
    )
    .group_by(_later.c.account_id, _later.c.group_id)
    .subquery("summed")
)
_LATER_SUMS = select(
    func.string_agg(
        func.concat_ws(",", _summed.c.account_id, _summed.c.group_id, _summed.c.paid), "\n"
    )
)
# the same payments as rows of a list: what has come in and no package has brought
_WAITING = union_all(
    select(
        cast(OnlinePayment.id, Text).label("key"),
        OnlinePayment.paid_at,
        literal(None, Date).label("paid_on"),
        online.LEFT.label("amount"),
        literal("online").label("channel"),
        OnlinePaymentPart.group_id,
        (OnlinePaymentPart.amount - OnlinePaymentPart.refunded).label("part"),
    )
    .join(
        OnlinePaymentPart,
        (OnlinePaymentPart.account_id == OnlinePayment.account_id)
        & (OnlinePaymentPart.payment_id == OnlinePayment.id),
    )
    .where(
        scope.visible(OnlinePayment.account_id),
        OnlinePayment.account_id == bindparam("account"),
        OnlinePayment.status == "paid",
        online.LEFT > 0,
        ~_BROUGHT,
        ~_CARRIED,
    ),
    select(
        func.concat_ws("-", RegisterRow.register_id, RegisterRow.line),
        literal(None, DateTime(timezone=True)),
        RegisterRow.paid_on,
        RegisterRow.amount,
        RegisterRow.channel,
        RegisterPart.group_id,
        RegisterPart.amount,
    )
    .outerjoin(
        RegisterPart,
        (RegisterPart.account_id == RegisterRow.account_id)
        & (RegisterPart.register_id == RegisterRow.register_id)
        & (RegisterPart.line == RegisterRow.line),
    )
    .where(
        scope.visible(RegisterRow.account_id),
        RegisterRow.account_id == bindparam("account"),
        RegisterRow.status == "posted",
        RegisterRow.payment_id.is_(None),
    ),
).subquery("waiting")
_WAITING_ROWS = (
    select(_WAITING, ServiceGroup.name.label("group"))
    .outerjoin(ServiceGroup, ServiceGroup.id == _WAITING.c.group_id)
    .order_by(
        func.coalesce(_WAITING.c.paid_on, cast(_WAITING.c.paid_at, Date)),
        _WAITING.c.key,
        ServiceGroup.sort,
        ServiceGroup.name,
    )
)
_LATEST = (
    select(Payment.account_id, Payment.paid_on, Payment.amount)
    .where(scope.visible(Payment.account_id), Payment.is_reversal.is_(False))
    .ext(distinct_on(Payment.account_id))
    .order_by(Payment.account_id, Payment.paid_on.desc(), Payment.id.desc())
)


def later_parts(session: Session, *, viewer: Viewer, after: dt.date) -> Sequence[AnyRow]:
    """Return how payments that no bill up to ``after`` holds were spread.

    Those of billing carry the period in which they count; one that no package has brought yet
    carries none and counts at once.
    """
    return session.execute(_LATER, {"after": after, **scope.values(viewer)}).all()


def later_sums(session: Session, *, viewer: Viewer, after: dt.date) -> str:
    """Return the sums of ``later_parts``: lines of account, group and kopecks; no group is 0."""
    values = {"after": after, **scope.values(viewer)}
    return session.scalar(_LATER_SUMS, values) or ""


def waiting(session: Session, *, viewer: Viewer, account_id: int) -> Sequence[AnyRow]:
    """Return an account's payments that no package has brought yet, a row a part, oldest first."""
    return session.execute(_WAITING_ROWS, {"account": account_id, **scope.values(viewer)}).all()


def latest(session: Session, *, viewer: Viewer) -> Sequence[AnyRow]:
    """Return the latest payment of each of the viewer's accounts."""
    return session.execute(_LATEST, scope.values(viewer)).all()
