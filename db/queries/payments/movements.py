"""An account's balances by closed month, and the payments that billing counts in them."""

import datetime as dt
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Date,
    Numeric,
    and_,
    bindparam,
    cast,
    func,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from db.models import (
    Account,
    Accrual,
    BillingPeriod,
    Payment,
    PaymentPart,
    Penalty,
    Service,
    ServiceGroup,
)
from db.queries import scope
from db.rows import read_all
from db.session import Viewer


class MovementRow(NamedTuple):
    """Sums of one group and month: of its lines, or of the penalty kept apart from them."""

    period: dt.date
    group_id: int
    opening: Decimal
    charged: Decimal | None
    coefficient: Decimal | None
    recalculated: Decimal | None
    privilege: Decimal | None
    penalty: Decimal | None
    received: Decimal | None
    closing: Decimal
    group: str


class PaymentPartRow(NamedTuple):
    """A payment with one of its parts.

    ``reverses`` is the day of the payment that it reverses, ``returned`` the sum of its own
    reversals. The last two fields are None where the payment is not allocated yet.
    """

    id: int
    paid_on: dt.date
    month: dt.date
    amount: Decimal
    channel: str
    source: str | None
    is_reversal: bool
    reverses: dt.date | None
    returned: Decimal | None
    group: str | None
    part: Decimal | None


_ACCOUNT: BindParameter[int] = bindparam("account")
_SINCE: BindParameter[dt.date] = bindparam("since")
_UNTIL: BindParameter[dt.date] = bindparam("until")
_NO_AMOUNT = cast(null(), Numeric(14, 2))


def _is_closed(table: type[Accrual | Penalty]) -> ColumnElement[bool]:
    return and_(
        BillingPeriod.sender_id == Account.sender_id,
        BillingPeriod.period == table.period,
        BillingPeriod.status == "closed",
    )


def _is_selected(table: type[Accrual | Penalty]) -> ColumnElement[bool]:
    return and_(
        scope.match_viewer(table.account_id),
        table.account_id == _ACCOUNT,
        table.period.between(_SINCE, _UNTIL),
    )


# the lines of a group as one row; a penalty kept apart from them is another
_OF_LINES = (
    select(
        Accrual.period,
        Service.group_id,
        func.sum(Accrual.opening).label("opening"),
        func.sum(Accrual.accrued).label("charged"),
        func.sum(Accrual.coefficient_amount).label("coefficient"),
        func.sum(Accrual.recalculation).label("recalculated"),
        func.sum(Accrual.privilege).label("privilege"),
        func.sum(Accrual.penalty).label("penalty"),
        func.sum(Accrual.paid).label("received"),
        func.sum(Accrual.closing).label("closing"),
    )
    .join(Service, Service.id == Accrual.service_id)
    .join(Account, Account.id == Accrual.account_id)
    .join(BillingPeriod, _is_closed(Accrual))
    .where(_is_selected(Accrual))
    .group_by(Accrual.period, Service.group_id)
)
_OF_PENALTIES = (
    select(
        Penalty.period,
        Penalty.group_id,
        Penalty.opening,
        _NO_AMOUNT,
        _NO_AMOUNT,
        _NO_AMOUNT,
        _NO_AMOUNT,
        Penalty.accrued,
        Penalty.paid,
        Penalty.closing,
    )
    .join(Account, Account.id == Penalty.account_id)
    .join(BillingPeriod, _is_closed(Penalty))
    .where(_is_selected(Penalty))
)
_both = union_all(_OF_LINES, _OF_PENALTIES).subquery("both_parts")
_MOVEMENTS = (
    select(_both, ServiceGroup.name.label("group"))
    .join(ServiceGroup, ServiceGroup.id == _both.c.group_id)
    .order_by(ServiceGroup.sort, ServiceGroup.name, _both.c.period)
)

# the month in which billing counts a payment, by the same rule as the importer
_MONTH = cast(
    func.date_trunc("month", func.coalesce(Payment.period, Payment.posted_on, Payment.paid_on)),
    Date,
)
_reversal, _reversed = aliased(Payment), aliased(Payment)
_RETURNED = (
    select(-func.sum(_reversal.amount))
    .where(
        _reversal.account_id == Payment.account_id,
        _reversal.is_reversal,
        _reversal.reversed_payment_id == Payment.external_id,
    )
    .scalar_subquery()
)
# materialized: otherwise the planner looks up the reversals of a payment once for each part
_OWN = (
    select(
        Payment.id,
        Payment.paid_on,
        _MONTH.label("month"),
        Payment.amount,
        Payment.channel,
        Payment.source,
        Payment.is_reversal,
        _reversed.paid_on.label("reverses"),
        _RETURNED.label("returned"),
    )
    .outerjoin(
        _reversed,
        (_reversed.account_id == Payment.account_id)
        & (_reversed.external_id == Payment.reversed_payment_id),
    )
    .where(
        scope.match_viewer(Payment.account_id),
        Payment.account_id == _ACCOUNT,
        _MONTH.between(_SINCE, _UNTIL),
    )
    .cte("own")
    .prefix_with("MATERIALIZED")
)
_SPREAD = (
    select(
        PaymentPart.id,
        PaymentPart.payment_id,
        PaymentPart.amount,
        func.coalesce(PaymentPart.group_id, Service.group_id).label("group_id"),
    )
    .outerjoin(Service, Service.id == PaymentPart.service_id)
    .where(scope.match_viewer(PaymentPart.account_id), PaymentPart.account_id == _ACCOUNT)
    .cte("spread")
    .prefix_with("MATERIALIZED")
)
_PAYMENTS = (
    select(_OWN, ServiceGroup.name.label("group"), _SPREAD.c.amount.label("part"))
    .outerjoin(_SPREAD, _SPREAD.c.payment_id == _OWN.c.id)
    .outerjoin(ServiceGroup, ServiceGroup.id == _SPREAD.c.group_id)
    .order_by(_OWN.c.paid_on, _OWN.c.id, ServiceGroup.sort, ServiceGroup.name, _SPREAD.c.id)
)


def list_movements(
    session: Session, *, viewer: Viewer, account_id: int, since: dt.date, until: dt.date
) -> list[MovementRow]:
    """Return the sums of each closed month and group, oldest first in each group."""
    values = _values(viewer, account_id, since, until)
    return read_all(session.execute(_MOVEMENTS, values), MovementRow)


def list_payment_parts(
    session: Session, *, viewer: Viewer, account_id: int, since: dt.date, until: dt.date
) -> list[PaymentPartRow]:
    """Return the payments that billing counts in these months, a row for each part, oldest first.

    Both ``since`` and ``until`` are included.
    """
    values = _values(viewer, account_id, since, until)
    return read_all(session.execute(_PAYMENTS, values), PaymentPartRow)


def _values(viewer: Viewer, account_id: int, since: dt.date, until: dt.date) -> dict[str, object]:
    return {"account": account_id, "since": since, "until": until, **scope.bind_viewer(viewer)}
