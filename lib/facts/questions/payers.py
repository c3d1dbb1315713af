"""Questions about who pays: through whom, on which days, how soon, and how regularly.

They read lines of accounts: of one month or a few, or the small table of accounts by month.
"""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from lib.domain import periods
from lib.domain.insight.view import Place
from lib.facts.questions.scope import Scope
from lib.facts.reader import Facts


class SourcePaid(NamedTuple):
    """Who received payments of a month: the sum, and how many accounts paid there."""

    period: dt.date
    source: str | None
    amount: Decimal
    accounts: int


class DayCount(NamedTuple):
    """How many accounts paid on a day or in ten days of a month, in the place and around it.

    Attributes:
        period: the month.
        day: the day of the month; None for ten days.
        third: 0 for the days 1-10, 1 for 11-20, 2 for the others; None for a day.
        accounts: those that the filters match.
        others: those of the part around the place that the filters do not match.
    """

    period: dt.date
    day: int | None
    third: int | None
    accounts: int
    others: int


class PayingDay(NamedTuple):
    """Accounts that were charged about as much and had paid it on the same day of the next month.

    Attributes:
        band: how many of the bounds are not above what was to be paid.
        day: the day of the month; None: it was not paid in that month.
        accounts: how many accounts.
    """

    band: int
    day: int | None
    accounts: int


class HabitCount(NamedTuple):
    """Accounts with the same habit of paying, and what they paid in the month."""

    period: dt.date
    habit: str
    accounts: int
    paid: Decimal


def sum_by_source(facts: Facts, scope: Scope, months: Sequence[dt.date]) -> list[SourcePaid]:
    """Return who received the payments of some months; it reads their lines."""
    wide = scope.change(since=min(months), until=max(months))
    question = (
        "SELECT period, source, sum(amount) AS amount, count(DISTINCT account) AS accounts "
        "FROM payments WHERE period IN (SELECT unnest($months)) "
        f"AND {wide.match_place()} AND {scope.match_group()} "
        f"AND {scope.match_channel()} GROUP BY 1, 2 ORDER BY 1, 3 DESC"
    )
    return facts.ask(question, SourcePaid, wide.bind(question, months=list(months)))


def count_by_day(
    facts: Facts, scope: Scope, months: Sequence[dt.date], *, around: Place
) -> list[DayCount]:
    """Return how many accounts paid on each day and in each ten days; it reads lines of months.

    Args:
        facts: the version.
        scope: the place and the filters.
        months: the months, by the day of paying.
        around: the part of the city that the place is a part of.
    """
    inside = [scope.match_group(), scope.match_channel()]
    if scope.houses is not None:
        inside.append("house IN (SELECT unnest($houses))")
    wide = "true"
    if around.organization is not None:
        street = "street = $street" if around.street is not None else "true"
        houses = f"SELECT house FROM houses WHERE organization = $organization AND {street}"
        wide = f"house IN ({houses})"
    question = (
        "SELECT period, day, third, count(DISTINCT account) FILTER (is_inside) AS accounts, "
        "count(DISTINCT account) FILTER (NOT is_inside) AS others FROM (SELECT period, account, "
        "day(paid_on)::INTEGER AS day, least((day(paid_on) - 1) // 10, 2)::INTEGER AS third, "
        f"coalesce({' AND '.join(inside)}, false) AS is_inside FROM payments "
        f"WHERE period BETWEEN $first AND $last AND period IN (SELECT unnest($months)) AND {wide}) "
        "GROUP BY GROUPING SETS ((period, day), (period, third)) ORDER BY 1, 2, 3"
    )
    parameters = scope.bind(
        question,
        months=list(months),
        first=min(months),
        last=max(months),
        organization=around.organization,
        street=around.street,
    )
    return facts.ask(question, DayCount, parameters)


def count_paying_days(
    facts: Facts, scope: Scope, *, charged_in: dt.date, paid_in: dt.date, bounds: Sequence[Decimal]
) -> list[PayingDay]:
    """Return on which day of a month accounts had paid what was charged for the month before.

    What is to be paid is the charge, or the debt at the end of its month if that is less.

    Args:
        facts: the version.
        scope: the place and the group; channels are not told apart.
        charged_in: the month of the charge.
        paid_in: the month of paying.
        bounds: what is to be paid is divided by, ascending.
    """
    place = scope.change(since=charged_in, until=charged_in)
    owed = f"SELECT account, least(charged, owed) AS due FROM account_months WHERE {_at(place)}"
    if scope.group is not None:
        owed = (
            "SELECT account, least(sum(total) + coalesce(sum(penalty), 0), sum(closing)) AS due "
            f"FROM charges WHERE {_at(place)} AND {scope.match_group()} GROUP BY 1"
        )
    question = (
        f"WITH owed AS ({owed}), paid AS (SELECT account, paid_on, sum(amount) AS amount "
        "FROM payments WHERE period = $paid_in "
        f"AND {_in_houses(scope)} AND {scope.match_group()} GROUP BY 1, 2), "
        "reached AS (SELECT account, paid_on, sum(amount) OVER (PARTITION BY account "
        "ORDER BY paid_on) AS total FROM paid), "
        "first AS (SELECT o.account, any_value(o.due) AS due, "
        "min(day(r.paid_on)) FILTER (r.total >= o.due)::INTEGER AS day "
        "FROM owed o LEFT JOIN reached r USING (account) WHERE o.due > 0 GROUP BY 1) "
        "SELECT len(list_filter($bounds::DECIMAL(14, 2)[], lambda b: b <= due))::INTEGER AS band, "
        "day, count(*) AS accounts FROM first GROUP BY 1, 2 ORDER BY 1, 2"
    )
    parameters = place.bind(question, paid_in=paid_in, bounds=list(bounds))
    return facts.ask(question, PayingDay, parameters)


def count_habits(facts: Facts, scope: Scope, months: Sequence[dt.date]) -> list[HabitCount]:
    """Return how accounts pay: what they did in some months and in the twelve before each.

    «regular» paid in the month and in each of the three before; «again» paid in it and in some of
    the twelve; «first» paid in it alone; «missed» paid in one of the three, but not in it;
    «silent» paid in none of these four.
    """
    year, recent = "INTERVAL 12 MONTH", "INTERVAL 3 MONTH"
    wide = scope.change(since=periods.add_months(min(months), -12), until=max(months))
    question = (
        "SELECT period, CASE WHEN now > 0 THEN CASE WHEN recent = 3 THEN 'regular' "
        "WHEN earlier > 0 THEN 'again' ELSE 'first' END WHEN recent > 0 THEN 'missed' "
        "ELSE 'silent' END AS habit, count(*) AS accounts, sum(greatest(now, 0)) AS paid "
        "FROM (SELECT e.month AS period, a.account, "
        "sum(a.paid) FILTER (a.period = e.month) AS now, count(*) FILTER (a.paid > 0 "
        f"AND a.period < e.month AND a.period >= e.month - {recent}) AS recent, "
        "count(*) FILTER (a.paid > 0 AND a.period < e.month) AS earlier "
        f"FROM (SELECT * FROM account_months WHERE {wide.match_place()}) a "
        "JOIN (SELECT unnest($months::DATE[]) AS month) e "
        f"ON a.period <= e.month AND a.period >= e.month - {year} GROUP BY 1, 2) "
        "WHERE now IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2"
    )
    return facts.ask(question, HabitCount, wide.bind(question, months=list(months)))


def _at(scope: Scope) -> str:
    """Return the condition of one month; a comparison with a constant leaves other files shut."""
    return f"period = $since AND {_in_houses(scope)}"


def _in_houses(scope: Scope) -> str:
    return "true" if scope.houses is None else "house IN (SELECT unnest($houses))"
