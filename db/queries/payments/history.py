"""Payments of accounts that the last bills do not include yet, and the latest payments."""

import datetime as dt
from decimal import Decimal
from typing import NamedTuple

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
from db.rows import read_all
from db.session import Viewer


class LaterPartRow(NamedTuple):
    """A part of a payment; ``period`` is None until billing delivers the payment."""

    account_id: int
    period: dt.date | None
    group_id: int | None
    amount: Decimal


class WaitingPartRow(NamedTuple):
    """A payment that billing has not delivered yet, with one of its parts.

    An online payment has ``paid_at``, one of a register ``paid_on``. The last three fields are
    None where the payment is not allocated yet.
    """

    key: str
    paid_at: dt.datetime | None
    paid_on: dt.date | None
    amount: Decimal
    channel: str
    group_id: int | None
    part: Decimal | None
    group: str | None


class LatestPaymentRow(NamedTuple):
    """The latest payment of an account."""

    account_id: int
    paid_on: dt.date
    amount: Decimal


# the month in which billing counts a payment, by the same rule as the importer
_MONTH = cast(
    func.date_trunc("month", func.coalesce(Payment.period, Payment.posted_on, Payment.paid_on)),
    Date,
)
# a payment that is not allocated yet is one part without a group
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
    .where(scope.match_viewer(Payment.account_id), bindparam("after") < _MONTH)
)
# billing sends our payments back under the same reference: from then on billing's row counts
_DELIVERED = (
    select(Payment.id)
    .where(
        Payment.account_id == OnlinePayment.account_id,
        Payment.reference == OnlinePayment.bank_id,
    )
    .exists()
)
# matched by an import although billing gave no reference
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
        scope.match_viewer(OnlinePayment.account_id),
        OnlinePayment.status == "paid",
        ~_DELIVERED,
        ~_CARRIED,
    )
)
# payments of bank registers, until billing delivers them
_REGISTERED = select(
    RegisterPart.account_id,
    literal(None, Date).label("period"),
    RegisterPart.group_id,
    RegisterPart.amount,
).where(scope.match_viewer(RegisterPart.account_id), RegisterPart.is_carried.is_(False))
_LATER = union_all(_PARTS, _ONLINE, _REGISTERED)
_later = _LATER.subquery("later")
# sums in kopecks as one text: the quickest way to read thousands of accounts
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
# the payments of an account that no package contains yet, a row for each part
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
        scope.match_viewer(OnlinePayment.account_id),
        OnlinePayment.account_id == bindparam("account"),
        OnlinePayment.status == "paid",
        online.LEFT > 0,
        ~_DELIVERED,
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
        scope.match_viewer(RegisterRow.account_id),
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
    .where(scope.match_viewer(Payment.account_id), Payment.is_reversal.is_(False))
    .ext(distinct_on(Payment.account_id))
    .order_by(Payment.account_id, Payment.paid_on.desc(), Payment.id.desc())
)


def list_later_parts(session: Session, *, viewer: Viewer, after: dt.date) -> list[LaterPartRow]:
    """Return the parts of payments that no bill up to ``after`` includes.

    A payment from billing has the period in which it counts. A payment that no package contains
    yet has no period and counts at once.
    """
    values = {"after": after, **scope.bind_viewer(viewer)}
    return read_all(session.execute(_LATER, values), LaterPartRow)


def sum_later_parts(session: Session, *, viewer: Viewer, after: dt.date) -> str:
    """Return the sums of ``list_later_parts`` as lines of account, group and kopecks.

    A payment without a group has group 0.
    """
    values = {"after": after, **scope.bind_viewer(viewer)}
    return session.scalar(_LATER_SUMS, values) or ""


def list_waiting_parts(
    session: Session, *, viewer: Viewer, account_id: int
) -> list[WaitingPartRow]:
    """Return an account's payments that no package contains yet, oldest first."""
    values = {"account": account_id, **scope.bind_viewer(viewer)}
    return read_all(session.execute(_WAITING_ROWS, values), WaitingPartRow)


def list_latest_payments(session: Session, *, viewer: Viewer) -> list[LatestPaymentRow]:
    """Return the latest payment of each of the viewer's accounts that has any."""
    return read_all(session.execute(_LATEST, scope.bind_viewer(viewer)), LatestPaymentRow)
