"""Bills of closed periods, their corrections, and the history of charges."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from operator import attrgetter

from sqlalchemy.orm import Session

from db import session as database
from db.queries.billing import bills as queries
from db.queries.billing.bills import LineRow
from db.session import Viewer
from lib.access import Actor, Permission
from lib.domain import formats
from lib.domain.billing.bill import Bill, BillGroup, BillLine
from lib.errors import PortalError


class BillNotFound(PortalError):
    """There is no closed bill of this account and month."""

    def __init__(self) -> None:
        super().__init__("За этот месяц нет закрытых начислений по вашему лицевому счёту.")


@dataclass(frozen=True, slots=True)
class Recalculation:
    """A correction of earlier months.

    Attributes:
        service: what was corrected.
        corrected_from: first month corrected; None if billing did not give it.
        corrected_to: last month corrected; None if it is the first one.
        reason: as billing gave it.
        amount: the amount added; negative in the resident's favour.
        before: charge of those months before this correction; None if it is not known.
    """

    service: str
    corrected_from: dt.date | None
    corrected_to: dt.date | None
    reason: str | None
    amount: Decimal
    before: Decimal | None

    @property
    def months(self) -> str | None:
        """Return the corrected months in Russian; None if billing did not give them."""
        named = [formats.format_month(d) for d in (self.corrected_from, self.corrected_to) if d]
        return " – ".join(dict.fromkeys(named)) or None

    @property
    def after(self) -> Decimal | None:
        """Return the charge of those months after this correction."""
        return None if self.before is None else self.before + self.amount


@dataclass(frozen=True, slots=True)
class MonthlyCharge:
    """What one service charged in one closed month."""

    period: dt.date
    group: str
    service: str
    total: Decimal


@dataclass(frozen=True, slots=True)
class Charges:
    """The charges of one account, for the screen «Начисления».

    Attributes:
        bill: of the chosen month; None if the month is open or was not billed.
        corrections: recalculations of that month.
        history: what each service charged, by closed month, oldest first.
    """

    bill: Bill | None
    corrections: tuple[Recalculation, ...]
    history: tuple[MonthlyCharge, ...]


def get_charges(*, actor: Actor, account_id: int, period: dt.date | None) -> Charges:
    """Return an account's history and, for a closed month, its bill and corrections.

    Args:
        actor: the user; needs ``charges:read``.
        account_id: one of the actor's accounts.
        period: the month of the bill; an open or unbilled month has no bill.

    Raises:
        AccessDenied: no permission, or not the actor's account.
    """
    actor.demand(Permission.CHARGES_READ)
    actor.demand_account(account_id)
    viewer = actor.viewer
    with database.transaction(viewer) as session:
        history = _history(session, viewer=viewer, account_id=account_id)
        if period is None:
            return Charges(None, (), history)
        bills = load_bills(session, viewer=viewer, keys=[(account_id, period)])
        corrections = load_recalculations(
            session, viewer=viewer, account_id=account_id, period=period
        )
    return Charges(bills.get((account_id, period)), corrections, history)


def _history(session: Session, *, viewer: Viewer, account_id: int) -> tuple[MonthlyCharge, ...]:
    rows = queries.list_monthly_charges(session, viewer=viewer, account_id=account_id)
    return tuple(MonthlyCharge(row.period, row.group, row.service, row.total) for row in rows)


def load_recalculations(
    session: Session, *, viewer: Viewer, account_id: int, period: dt.date
) -> tuple[Recalculation, ...]:
    """Return a month's recalculations, within the caller's transaction."""
    rows = queries.list_recalculations(session, viewer=viewer, account_id=account_id, period=period)
    return tuple(
        Recalculation(
            service=row.service,
            corrected_from=row.for_period_from,
            corrected_to=row.for_period_to,
            reason=row.reason,
            amount=row.amount,
            before=row.before,
        )
        for row in rows
    )


def load_bills(
    session: Session, *, viewer: Viewer, keys: Iterable[tuple[int, dt.date]]
) -> dict[tuple[int, dt.date], Bill]:
    """Return whole bills, within the caller's transaction.

    Args:
        session: the caller's.
        viewer: whose accounts are read.
        keys: the bills as (account, period); bills of open months are left out.
    """
    rows = queries.list_lines(session, viewer=viewer, bills=keys)
    assembled = {}
    for key, lines in groupby(rows, key=lambda row: (row.account_id, row.period)):
        first, *rest = lines
        groups = tuple(_groups([first, *rest]))
        assembled[key] = Bill(key[0], key[1], groups, number=first.number, due_on=first.due_on)
    return assembled


def _groups(rows: Iterable[LineRow]) -> Iterator[BillGroup]:
    for _, members in groupby(rows, key=attrgetter("group_id")):
        first, *rest = members
        yield BillGroup(
            group_id=first.group_id,
            code=first.group_code,
            name=first.group,
            recipient_id=first.recipient_id,
            recipient=formats.quote_name(first.recipient),
            lines=tuple(_line(row) for row in (first, *rest)),
            penalty=first.penalty_apart,
        )


def _line(row: LineRow) -> BillLine:
    return BillLine(
        service=row.service,
        unit=row.unit,
        supplier=formats.quote_name(row.supplier),
        method=row.method,
        tariff=row.tariff,
        volume_ind=row.volume_ind,
        volume_common=row.volume_common,
        amount_ind=row.amount_ind,
        amount_common=row.amount_common,
        opening=row.opening,
        accrued=row.accrued,
        coefficient=row.coefficient,
        coefficient_amount=row.coefficient_amount,
        recalculation=row.recalculation,
        privilege=row.privilege,
        penalty=row.penalty,
        paid=row.paid,
        total=row.total,
        closing=row.closing,
    )
