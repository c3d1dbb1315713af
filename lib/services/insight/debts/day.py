"""The day that debts are shown as of, and the last month that was closed by then."""

import datetime as dt
from collections.abc import Sequence

from lib.domain import periods
from lib.domain.insight.debt_ages import DUE_DAY
from lib.domain.insight.view import Compared
from lib.facts.questions import places
from lib.facts.questions.debt_lines import DebtDay
from lib.services.insight._context import Context


def list_closed(context: Context) -> list[dt.date]:
    """Return the months that all organisations have closed which closed the month before."""
    counts = {row.period: row.organizations for row in places.list_months(context.facts)}
    return [
        month
        for month, count in sorted(counts.items())
        if count >= counts.get(periods.add_months(month, -1), 0)
    ]


def get_end(month: dt.date) -> dt.date:
    """Return the last day of a month."""
    return periods.add_months(month, 1) - dt.timedelta(days=1)


def find_end(closed: Sequence[dt.date], month: dt.date) -> DebtDay | None:
    """Return the end of the last closed month that is not after a month; None: there is none."""
    known = [period for period in closed if period <= month]
    return _make_day(get_end(known[-1]), known[-1]) if known else None


def find_day(closed: Sequence[dt.date], day: dt.date) -> DebtDay | None:
    """Return a day with the last month that was closed by then; None: there is none."""
    known = [period for period in closed if get_end(period) <= day]
    return _make_day(day, known[-1]) if known else None


def find_day_before(context: Context, closed: Sequence[dt.date], at: DebtDay) -> DebtDay | None:
    """Return the day that a day is compared with; None: nothing is compared, or it is too early.

    It is a year earlier, or as many months earlier as the view has; a month's end stays one.
    """
    view = context.view
    if view.compared is Compared.NOTHING:
        return None
    back = 12 if view.compared is Compared.YEAR else view.months
    month = periods.add_months(at.day, -back)
    last = get_end(month)
    is_end = at.day == get_end(at.day)
    day = last if is_end else min(last, month + dt.timedelta(days=at.day.day - 1))
    found = find_day(closed, day)
    # without a closed month just before it, the day would be compared with another time
    gap = periods.count_months(at.month, at.day)
    is_near = found is not None and periods.count_months(found.month, day) == gap
    return found if is_near else None


def _make_day(day: dt.date, month: dt.date) -> DebtDay:
    due_on = periods.add_months(month, 1).replace(day=DUE_DAY)
    return DebtDay(day=day, month=month, due_on=due_on, is_end=day == get_end(month))


def get_month_before(month: dt.date) -> dt.date:
    """Return the month before a month."""
    return periods.add_months(month, -1)
