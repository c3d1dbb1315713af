"""What the questions of «Платежи» share: receipts by day, charges by month, who paid how."""

import calendar
import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from lib.domain import periods
from lib.domain.insight import runs
from lib.domain.insight.hidden_places import extend_hidden
from lib.domain.insight.runs import Payers, Run
from lib.domain.insight.view import Compared, Place
from lib.facts.questions import payers
from lib.facts.questions import payments as questions
from lib.facts.questions.payers import DayCount
from lib.facts.questions.payments import MonthCharged, PayerCount
from lib.facts.questions.scope import Scope
from lib.services.insight._context import Context
from lib.services.insight._hidden_filters import find_hidden_channels, find_hidden_groups_paid
from lib.services.insight._tree import get_key, move_tree

TO_COMPARED = {Compared.YEAR: "к прошлому году", Compared.BEFORE: "к предыдущему периоду"}
PALE = {Compared.YEAR: "год назад", Compared.BEFORE: "предыдущий период"}
_YEARS_SHOWN, _MONTHS_TRIED = 35, 24  # months back: of the seasons, of the forecast


@dataclass(frozen=True, slots=True)
class Receipts:
    """What the place received.

    Attributes:
        context: of the screen.
        scope: its filters without the service: payments are allocated to groups.
        scope_before: the same over the compared months; None if nothing is compared.
        days: the sum and the payments of each day on which somebody paid.
        charges: of the closed months.
        payers: how many accounts paid in each month.
        counts: how many accounts paid by day in some months.
        hidden_channels: channels of the place that few use in some month, or that would tell.
        hidden_groups: the same of groups; an empty name is what is not allocated.
    """

    context: Context
    scope: Scope
    scope_before: Scope | None
    days: Mapping[dt.date, tuple[Decimal, int]]
    charges: Mapping[dt.date, MonthCharged]
    payers: Sequence[PayerCount]
    counts: Sequence[DayCount]
    hidden_channels: Collection[str]
    hidden_groups: Collection[str]

    def sum_month(self, period: dt.date | None, *, until: int = 31) -> Decimal:
        """Return what was paid in a month by the end of a day of it."""
        if period is None:
            return Decimal(0)
        days = range(1, min(until, _count_days(period)) + 1)
        found = (self.days.get(period.replace(day=number)) for number in days)
        return sum((day[0] for day in found if day), Decimal(0))

    def count_payments(self, period: dt.date | None) -> Decimal | None:
        """Return how many payments a month had; None: with a group they cannot be counted."""
        if period is None or self.scope.group is not None:
            return None
        count = sum(
            payments for day, (_, payments) in self.days.items() if _get_month(day) == period
        )
        return Decimal(count)

    def list_months(self) -> list[tuple[dt.date, dt.date | None]]:
        """Return the months of the view in which somebody paid, each with the compared one."""
        months = {_get_month(day) for day in self.days}
        view = self.context.view
        back = periods.count_months(self.scope_before.since, view.since) if self.scope_before else 0
        found = []
        for step in range(view.months):
            period = periods.add_months(view.since, step)
            if period in months:
                found.append((period, periods.add_months(period, -back) if back else None))
        return found

    def count_payers(self, period: dt.date | None = None, *, by: str = "") -> dict[str, int]:
        """Return the fewest accounts that paid in a month.

        Args:
            period: this month alone; None: any of the view and of those compared with.
            by: «channel» or «group» for each of them; empty: together, under an empty name.
        """
        fewest: dict[str, int] = {}
        for count in self.payers:
            channel = count.channel if by == "channel" else self.scope.channel
            group = count.group if by == "group" else self.scope.group
            name = {"channel": channel, "group": group}.get(by, "")
            is_wanted = (count.channel, count.group) == (channel, group) and name is not None
            if is_wanted and self._is_in(count.period, period):
                fewest[name or ""] = min(count.accounts, fewest.get(name or "", count.accounts))
        return fewest

    def find_hidden_parts(self, months: Mapping[dt.date, Mapping[str, int]]) -> set[str]:
        """Return the parts that one of some months hides: beside another it hides no fewer.

        Args:
            months: how many accounts paid so.
        """
        hidden: set[str] = set()
        for month, counts in months.items():
            whole = self.count_payers(month).get("", 0)
            hidden |= extend_hidden(counts, (), is_shared=True, whole=whole)
        return hidden

    def _is_in(self, month: dt.date, period: dt.date | None) -> bool:
        if period is not None:
            return month == period
        spans = (self.scope, self.scope_before)
        return any(span.since <= month <= span.until for span in spans if span)

    def divide_month(self, period: dt.date, *, by_days: bool = True) -> tuple[Run, ...]:
        """Return the days of a month in runs that may be shown; none if none may."""
        rows = [row for row in self.counts if row.period == period]
        days = {row.day: Payers(row.accounts, row.others) for row in rows if row.day is not None}
        thirds = [Payers(0, 0)] * len(runs.THIRDS)
        for row in rows:
            if row.third is not None:
                thirds[row.third] = Payers(row.accounts, row.others)
        last = calendar.monthrange(period.year, period.month)[1]
        if period == _get_month(self.context.today):
            last = self.context.today.day
        is_large = self.context.view.place.street is None
        return runs.divide_month(days, thirds, last=last, by_days=by_days and is_large)


def load_receipts(context: Context) -> Receipts:
    """Ask what the questions of «Платежи» share."""
    facts, view = context.facts, context.view
    scope = context.scope.change(service=None)
    before = context.scope_before.change(service=None) if context.scope_before else None
    first = min(
        view.since,
        before.since if before else view.since,
        periods.add_months(view.until, -_YEARS_SHOWN),
        periods.add_months(context.today, -_MONTHS_TRIED),
    )
    paid_in = periods.add_months(view.until, 1)
    last = max(paid_in, _get_month(context.today))
    shown = [view.until, paid_in, *([before.until] if before else [])]
    key = get_key(view.place)
    tree = move_tree(context.tree, len(key))
    return Receipts(
        context=context,
        scope=scope,
        scope_before=before,
        days={
            row.paid_on: (row.amount, row.payments)
            for row in questions.sum_by_day(facts, scope.change(since=first, until=last))
        },
        charges={
            row.period: row
            for row in questions.sum_charges(facts, scope.change(since=first, until=view.until))
        },
        payers=questions.count_payers(facts, scope.change(since=first, until=last)),
        counts=payers.count_by_day(facts, scope, shown, around=_find_around(view.place)),
        hidden_channels=find_hidden_channels(facts, tree, scope, context.spans).get(key, ()),
        hidden_groups=find_hidden_groups_paid(facts, tree, scope, context.spans).get(key, ()),
    )


def _find_around(place: Place) -> Place:
    """Return the part of the city that the place is a part of."""
    if place.house is not None:
        return Place(place.organization, place.street)
    return Place(place.organization) if place.street is not None else Place()


def _count_days(period: dt.date) -> int:
    return calendar.monthrange(period.year, period.month)[1]


def _get_month(day: dt.date) -> dt.date:
    return day.replace(day=1)
