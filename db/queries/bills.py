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
    & (BillingPeriod.period == Bill.period)
    & (BillingPeriod.status == "closed")
)
_PERIODS = (
    select(Bill.account_id, Bill.period, Bill.number, Bill.due_on, BillingPeriod.status)
    .join(Account, Account.id == Bill.account_id)
    .join(
        BillingPeriod,
        (BillingPeriod.sender_id == Account.sender_id) & (BillingPeriod.period == Bill.period),
    )
    .where(scope.visible(Bill.account_id), Bill.account_id == bindparam("account"))
    .where(Bill.line_count > 0)
    .order_by(Bill.period.desc())
)
_supplier = aliased(Organization)
_recipient = aliased(Organization)
_MONTHS: Any = bindparam("months", type_=ARRAY(Date))
_LINES = (
    select(
        Accrual,
        Service.name.label("service"),
        Service.unit,
        ServiceGroup.id.label("group_id"),
        ServiceGroup.external_id.label("group_code"),
        ServiceGroup.name.label("group"),
        _recipient.id.label("recipient_id"),
        _recipient.name.label("recipient"),
        func.coalesce(_supplier.name, _recipient.name).label("supplier"),
    )
    .join(Service, Service.id == Accrual.service_id)
    .join(ServiceGroup, ServiceGroup.id == Service.group_id)
    .join(_recipient, _recipient.id == ServiceGroup.recipient_organization_id)
    .outerjoin(_supplier, _supplier.id == Accrual.supplier_organization_id)
    # the months by themselves let the planner leave the other partitions alone
    .where(
        scope.visible(Accrual.account_id),
        Accrual.period == any_(_MONTHS),
        tuple_(Accrual.account_id, Accrual.period).in_(bindparam("bills", expanding=True)),
    )
    .order_by(Accrual.account_id, ServiceGroup.sort, ServiceGroup.name, Service.name, Accrual.line)
)
_PENALTIES = select(Penalty).where(
    scope.visible(Penalty.account_id),
    tuple_(Penalty.account_id, Penalty.period).in_(bindparam("bills", expanding=True)),
)
_RECALCULATIONS = (
    select(Recalculation, Service.name.label("service"))
    .join(Service, Service.id == Recalculation.service_id)
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
        ServiceGroup.sort,
        func.sum(Accrual.total).label("total"),
    )
    .join(Service, Service.id == Accrual.service_id)
    .join(ServiceGroup, ServiceGroup.id == Service.group_id)
    .join(Bill, (Bill.account_id == Accrual.account_id) & (Bill.period == Accrual.period))
    .join(Account, Account.id == Accrual.account_id)
    .join(BillingPeriod, _IS_CLOSED)
    .where(
        scope.visible(Accrual.account_id),
        Accrual.account_id == bindparam("account"),
        Accrual.period >= bindparam("since"),
    )
    .group_by(Accrual.period, ServiceGroup.name, ServiceGroup.sort)
    .order_by(Accrual.period, ServiceGroup.sort, ServiceGroup.name)
)


def periods(session: Session, *, viewer: Viewer, account_id: int) -> Sequence[AnyRow]:
    """Return the account's billed periods, latest first, each with its status."""
    return session.execute(_PERIODS, {"account": account_id, **scope.values(viewer)}).all()


def lines(
    session: Session, *, viewer: Viewer, bills: Iterable[tuple[int, dt.date]]
) -> Sequence[AnyRow]:
    """Return the lines of some bills, given as (account, period), in printing order."""
    return session.execute(_LINES, {**_bills(bills), **scope.values(viewer)}).all()


def penalties(
    session: Session, *, viewer: Viewer, bills: Iterable[tuple[int, dt.date]]
) -> Sequence[Penalty]:
    """Return the penalties that billing keeps apart from the lines of some bills."""
    wanted = _bills(bills)
    del wanted["months"]
    return session.scalars(_PENALTIES, {**wanted, **scope.values(viewer)}).all()


def recalculations(
    session: Session, *, viewer: Viewer, account_id: int, period: dt.date
) -> Sequence[AnyRow]:
    """Return the reasons of one bill's recalculations."""
    values = {"account": account_id, "month": period, **scope.values(viewer)}
    return session.execute(_RECALCULATIONS, values).all()


def history(
    session: Session, *, viewer: Viewer, account_id: int, since: dt.date
) -> Sequence[AnyRow]:
    """Return what was charged to an account by month and group, closed periods only."""
    values = {"account": account_id, "since": since, **scope.values(viewer)}
    return session.execute(_HISTORY, values).all()


def _bills(bills: Iterable[tuple[int, dt.date]]) -> dict[str, Any]:
    wanted = list(bills)
    return {"bills": wanted, "months": sorted({period for _, period in wanted})}
