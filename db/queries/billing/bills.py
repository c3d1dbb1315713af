"""Bills and their lines: closed periods only."""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import ARRAY, BindParameter, Date, any_, bindparam, func, select, tuple_
from sqlalchemy.orm import Session, aliased

from db.models import (
    Account,
    Accrual,
    Bill,
    BillingPeriod,
    Organization,
    Penalty,
    Recalculation,
    Service,
    ServiceGroup,
)
from db.queries import scope
from db.rows import read_all
from db.session import Viewer


class LineRow(NamedTuple):
    """One line of a bill with its group; money in roubles, volumes in the service's unit."""

    account_id: int
    period: dt.date
    number: str | None
    due_on: dt.date | None
    group_id: int
    group_code: str
    group: str
    recipient_id: int
    recipient: str
    penalty_apart: Decimal | None
    service: str
    unit: str
    supplier: str
    method: str | None
    tariff: Decimal | None
    volume_ind: Decimal | None
    volume_common: Decimal | None
    amount_ind: Decimal | None
    amount_common: Decimal | None
    opening: Decimal
    accrued: Decimal
    coefficient: Decimal | None
    coefficient_amount: Decimal | None
    recalculation: Decimal | None
    privilege: Decimal | None
    penalty: Decimal | None
    paid: Decimal | None
    total: Decimal
    closing: Decimal


class RecalculationRow(NamedTuple):
    """A correction of some months, and what they had been charged before it."""

    service: str
    for_period_from: dt.date | None
    for_period_to: dt.date | None
    reason: str | None
    amount: Decimal
    before: Decimal | None


class MonthlyChargeRow(NamedTuple):
    """What one service charged an account in one month."""

    period: dt.date
    group: str
    service: str
    total: Decimal


_IS_CLOSED = (
    (BillingPeriod.sender_id == Account.sender_id)
    & (BillingPeriod.period == Accrual.period)
    & (BillingPeriod.status == "closed")
)
_supplier = aliased(Organization)
_recipient = aliased(Organization)
_MONTHS: BindParameter[Sequence[dt.date]] = bindparam("months", type_=ARRAY(Date))
_LINES = (
    # columns and not the entity: many lines are read and none is changed
    select(
        Accrual.account_id,
        Accrual.period,
        Bill.number,
        Bill.due_on,
        ServiceGroup.id.label("group_id"),
        ServiceGroup.external_id.label("group_code"),
        ServiceGroup.name.label("group"),
        _recipient.id.label("recipient_id"),
        _recipient.name.label("recipient"),
        Penalty.closing.label("penalty_apart"),
        Service.name.label("service"),
        Service.unit,
        func.coalesce(_supplier.name, _recipient.name).label("supplier"),
        Accrual.method,
        Accrual.tariff,
        Accrual.volume_ind,
        Accrual.volume_common,
        Accrual.amount_ind,
        Accrual.amount_common,
        Accrual.opening,
        Accrual.accrued,
        Accrual.coefficient,
        Accrual.coefficient_amount,
        Accrual.recalculation,
        Accrual.privilege,
        Accrual.penalty,
        Accrual.paid,
        Accrual.total,
        Accrual.closing,
    )
    .join(Bill, (Bill.account_id == Accrual.account_id) & (Bill.period == Accrual.period))
    .join(Account, Account.id == Accrual.account_id)
    .join(BillingPeriod, _IS_CLOSED)
    .join(Service, Service.id == Accrual.service_id)
    .join(ServiceGroup, ServiceGroup.id == Service.group_id)
    .join(_recipient, _recipient.id == ServiceGroup.recipient_organization_id)
    .outerjoin(_supplier, _supplier.id == Accrual.supplier_organization_id)
    .outerjoin(
        Penalty,
        (Penalty.account_id == Accrual.account_id)
        & (Penalty.group_id == ServiceGroup.id)
        & (Penalty.period == Accrual.period),
    )
    # the months as a condition of their own let the planner skip the other partitions
    .where(
        scope.match_viewer(Accrual.account_id),
        Accrual.period == any_(_MONTHS),
        tuple_(Accrual.account_id, Accrual.period).in_(bindparam("bills", expanding=True)),
    )
    .order_by(Accrual.account_id, ServiceGroup.sort, ServiceGroup.name, Service.name, Accrual.line)
)
_earlier = aliased(Recalculation)
_corrected_line = aliased(Accrual)
_last_corrected = func.coalesce(Recalculation.for_period_to, Recalculation.for_period_from)
# what the corrected months were charged at first
_CHARGED = (
    select(func.sum(_corrected_line.accrued))
    .where(
        _corrected_line.account_id == Recalculation.account_id,
        _corrected_line.service_id == Recalculation.service_id,
        _corrected_line.period.between(Recalculation.for_period_from, _last_corrected),
    )
    .scalar_subquery()
)
# the earlier corrections of the same months
_CORRECTED = (
    select(func.sum(_earlier.amount))
    .where(
        _earlier.account_id == Recalculation.account_id,
        _earlier.service_id == Recalculation.service_id,
        _earlier.for_period_from == Recalculation.for_period_from,
        _earlier.for_period_to.is_not_distinct_from(Recalculation.for_period_to),
        tuple_(_earlier.period, _earlier.id) < tuple_(Recalculation.period, Recalculation.id),
    )
    .scalar_subquery()
)
_RECALCULATIONS = (
    select(
        Service.name.label("service"),
        Recalculation.for_period_from,
        Recalculation.for_period_to,
        Recalculation.reason,
        Recalculation.amount,
        (_CHARGED + func.coalesce(_CORRECTED, 0)).label("before"),
    )
    .join(Service, Service.id == Recalculation.service_id)
    .join(Account, Account.id == Recalculation.account_id)
    .join(
        BillingPeriod,
        (BillingPeriod.sender_id == Account.sender_id)
        & (BillingPeriod.period == Recalculation.period)
        & (BillingPeriod.status == "closed"),
    )
    .where(
        scope.match_viewer(Recalculation.account_id),
        Recalculation.account_id == bindparam("account"),
        Recalculation.period == bindparam("month"),
    )
    .order_by(Service.name, Recalculation.for_period_from, Recalculation.id)
)
_HISTORY = (
    select(
        Accrual.period,
        ServiceGroup.name.label("group"),
        Service.name.label("service"),
        func.sum(Accrual.total).label("total"),
    )
    .join(Service, Service.id == Accrual.service_id)
    .join(ServiceGroup, ServiceGroup.id == Service.group_id)
    .join(Account, Account.id == Accrual.account_id)
    .join(BillingPeriod, _IS_CLOSED)
    .where(scope.match_viewer(Accrual.account_id), Accrual.account_id == bindparam("account"))
    .group_by(Accrual.period, ServiceGroup.sort, ServiceGroup.name, Service.name)
    .order_by(Accrual.period, ServiceGroup.sort, ServiceGroup.name, Service.name)
)


def list_lines(
    session: Session, *, viewer: Viewer, bills: Iterable[tuple[int, dt.date]]
) -> list[LineRow]:
    """Return the lines of some closed bills, given as (account, period), in printing order."""
    keys = list(bills)
    months = sorted({period for _, period in keys})
    values = {"bills": keys, "months": months, **scope.bind_viewer(viewer)}
    return read_all(session.execute(_LINES, values), LineRow)


def list_recalculations(
    session: Session, *, viewer: Viewer, account_id: int, period: dt.date
) -> list[RecalculationRow]:
    """Return one closed month's recalculations, each with the charge before it."""
    values = {"account": account_id, "month": period, **scope.bind_viewer(viewer)}
    return read_all(session.execute(_RECALCULATIONS, values), RecalculationRow)


def list_monthly_charges(
    session: Session, *, viewer: Viewer, account_id: int
) -> list[MonthlyChargeRow]:
    """Return what each service charged an account, by closed month, oldest first."""
    values = {"account": account_id, **scope.bind_viewer(viewer)}
    return read_all(session.execute(_HISTORY, values), MonthlyChargeRow)
