"""Which days within a month are shown: those that differ by at least ten accounts."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from lib.domain.insight import debt_ages, privacy
from lib.domain.insight.debt_ages import Ages
from lib.domain.insight.view import Place
from lib.domain.periods import add_months
from lib.facts.questions import debt_days
from lib.facts.questions.debt_days import DayChange
from lib.facts.questions.debt_lines import DebtDay
from lib.services.insight import rules
from lib.services.insight._context import Context
from lib.services.insight.debts import day as debt_day


class ShownDays(NamedTuple):
    """The last days that may be shown.

    Attributes:
        parts: everything, with its ages, groups and organisations.
        total: the sum of all debts alone; it is not before the other.
    """

    parts: DebtDay
    total: DebtDay


def find_shown(context: Context, at: DebtDay) -> ShownDays:
    """Return the last days up to a day that tell of no few accounts.

    The month's end is always shown. A later day of everything that the analyst sees is shown if
    since the last one that is shown at least ten accounts have paid; its parts, if each of
    them has changed by as many or not at all. A place or a group has the month's end alone.
    """
    end = make_end(at)
    view = context.view
    if at.is_end or view.place != Place() or view.group or view.service:
        return ShownDays(end, end)
    bounds = debt_ages.choose_bounds(rules.read_bounds(), end.day)
    ends = Ages(end.day, bounds), Ages(debt_day.get_end(add_months(at.month, 1)), bounds)
    scope = context.scope.change(since=at.month, until=at.month)
    changes = debt_days.list_changes(context.facts, scope, at, ends, withheld=context.withheld)
    parts, total = choose_days(changes)
    return ShownDays(_move(at, parts), _move(at, total))


def find_before(context: Context, closed: Sequence[dt.date], at: DebtDay) -> DebtDay | None:
    """Return the day that a day is compared with, if it may be shown; None: nothing is compared."""
    before = debt_day.find_day_before(context, closed, at)
    if before is None or before.is_end:
        return before
    found = find_shown(context, before).parts
    return None if found.is_end else found


def choose_days(changes: Iterable[DayChange]) -> tuple[dt.date | None, dt.date | None]:
    """Return the last days on which parts and the total may be shown; None: the month's end.

    Each day is chosen by what came before it alone, so the choice for a later day holds the same.
    """
    by_day: dict[dt.date, list[DayChange]] = {}
    for change in changes:
        by_day.setdefault(change.day, []).append(change)
    parts, total = None, None
    paid = 0
    since: Counter[tuple[str, int, int]] = Counter()
    for day in sorted(by_day):
        for change in by_day[day]:
            if change.kind == "all":
                paid += change.sure
            else:
                since[change.kind, change.key, change.age] += change.sure
        if paid < privacy.FEWEST:
            continue
        total, paid = day, 0
        if min(since.values(), default=0) >= privacy.FEWEST:
            parts = day
            since.clear()
    return parts, total


def make_end(at: DebtDay) -> DebtDay:
    """Return the month's end before a day."""
    return DebtDay(debt_day.get_end(at.month), at.month, at.due_on, is_end=True)


def _move(at: DebtDay, day: dt.date | None) -> DebtDay:
    return DebtDay(day, at.month, at.due_on, is_end=False) if day else make_end(at)
