"""Bills: what was charged for a closed period, why, and what it was before."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from sqlalchemy.orm import Session

from db import session as database
from db.queries import bills as queries
from db.session import Viewer
from lib.access import Actor, Permission
from lib.domain import formats
from lib.domain.bill import Bill, BillGroup, BillLine
from lib.errors import PortalError

_LINE_FIELDS = (
    "tariff",
    "method",
    "volume_ind",
    "volume_common",
    "amount_ind",
    "amount_common",
    "opening",
    "accrued",
    "coefficient",
    "coefficient_amount",
    "recalculation",
    "privilege",
    "penalty",
    "paid",
    "total",
    "closing",
)


class BillNotFound(PortalError):
    """There is no closed bill of this account and month."""

    def __init__(self) -> None:
        super().__init__("За этот месяц нет закрытых начислений по вашему лицевому счёту.")


@dataclass(frozen=True, slots=True)
class BilledPeriod:
    """A month in which the account was billed; an open one shows no charges yet."""

    period: dt.date
    is_closed: bool


@dataclass(frozen=True, slots=True)
class Recalculation:
    """A correction: of which months (None: not told), why, by how much."""

    service: str
    corrected_from: dt.date | None
    corrected_to: dt.date | None
    reason: str | None
    amount: Decimal

    @property
    def months(self) -> str | None:
        """Name the months corrected; None where billing did not tell."""
        named = [formats.month_name(d) for d in (self.corrected_from, self.corrected_to) if d]
        return " – ".join(dict.fromkeys(named)) or None


@dataclass(frozen=True, slots=True)
class MonthlyCharge:
    """What one group charged in one closed month."""

    period: dt.date
    group: str
    total: Decimal


def list_periods(*, actor: Actor, account_id: int) -> tuple[BilledPeriod, ...]:
    """Return the account's billed periods, latest first, open ones among them.

    Raises:
        AccessDenied: no permission, or not the actor's account.
    """
    actor.demand(Permission.CHARGES_READ)
    actor.demand_account(account_id)
    with database.transaction(actor.viewer) as session:
        rows = queries.periods(session, viewer=actor.viewer, account_id=account_id)
    return tuple(BilledPeriod(row.period, row.status == "closed") for row in rows)


def get_bill(*, actor: Actor, account_id: int, period: dt.date) -> Bill:
    """Return the bill of a closed month.

    Raises:
        AccessDenied: no permission, or not the actor's account.
        BillNotFound: the month is open, or nothing was billed in it.
    """
    actor.demand(Permission.CHARGES_READ)
    actor.demand_account(account_id)
    with database.transaction(actor.viewer) as session:
        return closed_bill(session, viewer=actor.viewer, account_id=account_id, period=period)


def list_recalculations(
    *, actor: Actor, account_id: int, period: dt.date
) -> tuple[Recalculation, ...]:
    """Return the recalculations of a closed month with their reasons.

    Raises:
        AccessDenied: no permission, or not the actor's account.
        BillNotFound: the month is open, or nothing was billed in it.
    """
    actor.demand(Permission.CHARGES_READ)
    actor.demand_account(account_id)
    viewer = actor.viewer
    with database.transaction(viewer) as session:
        _closed_head(session, viewer=viewer, account_id=account_id, period=period)
        return recalculations(session, viewer=viewer, account_id=account_id, period=period)


def list_history(*, actor: Actor, account_id: int, since: dt.date) -> tuple[MonthlyCharge, ...]:
    """Return what each group charged, by closed month from ``since`` on, oldest first.

    Raises:
        AccessDenied: no permission, or not the actor's account.
    """
    actor.demand(Permission.CHARGES_READ)
    actor.demand_account(account_id)
    with database.transaction(actor.viewer) as session:
        rows = queries.history(session, viewer=actor.viewer, account_id=account_id, since=since)
    return tuple(MonthlyCharge(row.period, row.group, row.total) for row in rows)


def closed_bill(session: Session, *, viewer: Viewer, account_id: int, period: dt.date) -> Bill:
    """Return the bill of a closed month, within the caller's transaction."""
    head = _closed_head(session, viewer=viewer, account_id=account_id, period=period)
    key = (account_id, period)
    return assemble(session, viewer=viewer, heads={key: (head.number, head.due_on)})[key]


def recalculations(
    session: Session, *, viewer: Viewer, account_id: int, period: dt.date
) -> tuple[Recalculation, ...]:
    """Return a month's recalculations, within the caller's transaction."""
    rows = queries.recalculations(session, viewer=viewer, account_id=account_id, period=period)
    return tuple(
        Recalculation(
            service=row.service,
            corrected_from=row.Recalculation.for_period_from,
            corrected_to=row.Recalculation.for_period_to,
            reason=row.Recalculation.reason,
            amount=row.Recalculation.amount,
        )
        for row in rows
    )


def assemble(
    session: Session,
    *,
    viewer: Viewer,
    heads: Mapping[tuple[int, dt.date], tuple[str | None, dt.date | None]],
) -> dict[tuple[int, dt.date], Bill]:
    """Read some bills whole, within the caller's transaction.

    Args:
        session: the caller's.
        viewer: who looks.
        heads: number and due date by (account, period); the caller has made sure that
            the periods are closed.
    """
    lines = queries.lines(session, viewer=viewer, bills=heads)
    apart = {
        (penalty.account_id, penalty.period, penalty.group_id): penalty.closing
        for penalty in queries.penalties(session, viewer=viewer, bills=heads)
    }
    assembled = {}
    for key, rows in groupby(lines, key=lambda row: (row.Accrual.account_id, row.Accrual.period)):
        number, due_on = heads[key]
        groups = tuple(_groups(rows, penalties=apart))
        assembled[key] = Bill(key[0], key[1], groups, number=number, due_on=due_on)
    return assembled


def _closed_head(session: Session, *, viewer: Viewer, account_id: int, period: dt.date) -> Any:
    rows = queries.periods(session, viewer=viewer, account_id=account_id)
    for row in rows:
        if row.period == period and row.status == "closed":
            return row
    raise BillNotFound


def _groups(
    rows: Iterable[Any], *, penalties: Mapping[tuple[int, dt.date, int], Decimal]
) -> Iterable[BillGroup]:
    for _, members in groupby(rows, key=lambda row: row.group_id):
        first, *rest = members
        accrual = first.Accrual
        yield BillGroup(
            group_id=first.group_id,
            code=first.group_code,
            name=first.group,
            recipient_id=first.recipient_id,
            recipient=formats.quoted(first.recipient),
            lines=_lines([first, *rest]),
            penalty=penalties.get((accrual.account_id, accrual.period, first.group_id)),
        )


def _lines(rows: Sequence[Any]) -> tuple[BillLine, ...]:
    return tuple(
        BillLine(
            service=row.service,
            unit=row.unit,
            supplier=formats.quoted(row.supplier),
            **{field: getattr(row.Accrual, field) for field in _LINE_FIELDS},
        )
        for row in rows
    )
