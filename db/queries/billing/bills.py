"""Bills and their lines: closed periods only."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ARRAY, Date, any_, bindparam, func, select, tuple_
from sqlalchemy.orm import Session, aliased

from db.base import AnyRow
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
from db.session import Viewer

_IS_CLOSED = (
    (BillingPeriod.sender_id == Account.sender_id)
    & (BillingPeriod.period == Accrual.period)
    & (BillingPeriod.status == "closed")
)
_supplier = aliased(Organization)
_recipient = aliased(Organization)
_MONTHS: Any = bindparam("months", type_=ARRAY(Date))
_LINES = (
    # columns and not the entity: lines are read by the dozen and never changed
    select(
        *Accrual.__table__.columns,
        Service.name.label("service"),
        Service.unit,
        ServiceGroup.id.label("group_id"),
        ServiceGroup.external_id.label("group_code"),
        ServiceGroup.name.label("group"),
        _recipient.id.label("recipient_id"),
        _recipient.name.label("recipient"),
        func.coalesce(_supplier.name, _recipient.name).label("supplier"),
        Bill.number,
        Bill.due_on,
        Penalty.closing.label("penalty_apart"),
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
    # the months by themselves let the planner leave the other partitions alone
    .where(
        scope.visible(Accrual.account_id),
        Accrual.period == any_(_MONTHS),
        tuple_(Accrual.account_id, Accrual.period).in_(bindparam("bills", expanding=True)),
    )
    .order_by(Accrual.account_id, ServiceGroup.sort, ServiceGroup.name, Service.name, Accrual.line)
)
_earlier = aliased(Recalculation)
_corrected_line = aliased(Accrual)
_last_corrected = func.coalesce(Recalculation.for_period_to, Recalculation.for_period_from)
# what the corrected months had been charged at first
_CHARGED = (
    select(func.sum(_corrected_line.accrued))
    .where(
        _corrected_line.account_id == Recalculation.account_id,
        _corrected_line.service_id == Recalculation.service_id,
        _corrected_line.period.between(Recalculation.for_period_from, _last_corrected),
    )
    .scalar_subquery()
)
# what the same months had been corrected by before
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
        Recalculation,
        Service.name.label("service"),
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
        scope.visible(Recalculation.account_id),
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
    .where(scope.visible(Accrual.account_id), Accrual.account_id == bindparam("account"))
    .group_by(Accrual.period, ServiceGroup.sort, ServiceGroup.name, Service.name)
    .order_by(Accrual.period, ServiceGroup.sort, ServiceGroup.name, Service.name)
)


def lines(
    session: Session, *, viewer: Viewer, bills: Iterable[tuple[int, dt.date]]
) -> Sequence[AnyRow]:
    """Return the lines of some closed bills, given as (account, period), in printing order."""
    return session.execute(_LINES, {**_bills(bills), **scope.values(viewer)}).all()


def recalculations(
    session: Session, *, viewer: Viewer, account_id: int, period: dt.date
) -> Sequence[AnyRow]:
    """Return one closed month's recalculations, each with the charge before it."""
    values = {"account": account_id, "month": period, **scope.values(viewer)}
    return session.execute(_RECALCULATIONS, values).all()


def history(session: Session, *, viewer: Viewer, account_id: int) -> Sequence[AnyRow]:
    """Return what each service charged an account, by closed month, oldest first."""
    values = {"account": account_id, **scope.values(viewer)}
    return session.execute(_HISTORY, values).all()


def _bills(bills: Iterable[tuple[int, dt.date]]) -> dict[str, Any]:
    wanted = list(bills)
    return {"bills": wanted, "months": sorted({period for _, period in wanted})}
