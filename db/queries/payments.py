"""Payments of accounts."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from db.base import AnyRow
from db.models import Payment, PaymentPart, Service
from db.queries import scope
from db.session import Viewer

# a payment that nobody has spread yet comes as one part of no group
_PARTS = (
    select(
        Payment.account_id,
        Payment.period,
        func.coalesce(PaymentPart.group_id, Service.group_id).label("group_id"),
        func.coalesce(PaymentPart.amount, Payment.amount).label("amount"),
    )
    .outerjoin(
        PaymentPart,
        (PaymentPart.account_id == Payment.account_id) & (PaymentPart.payment_id == Payment.id),
    )
    .outerjoin(Service, Service.id == PaymentPart.service_id)
    .where(scope.visible(Payment.account_id), Payment.period > bindparam("after"))
)
_LATEST = (
    select(Payment.account_id, Payment.paid_on, Payment.amount)
    .where(scope.visible(Payment.account_id), Payment.is_reversal.is_(False))
    .ext(distinct_on(Payment.account_id))
    .order_by(Payment.account_id, Payment.paid_on.desc(), Payment.id.desc())
)


def parts(session: Session, *, viewer: Viewer, after: dt.date) -> Sequence[AnyRow]:
    """Return how the payments of periods later than ``after`` were spread."""
    return session.execute(_PARTS, {"after": after, **scope.values(viewer)}).all()


def latest(session: Session, *, viewer: Viewer) -> Sequence[AnyRow]:
    """Return the latest payment of each of the viewer's accounts."""
    return session.execute(_LATEST, scope.values(viewer)).all()
