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


_INSIDE = "count_if(is_inside) AS accounts, count_if(NOT is_inside) AS others"


def sum_by_source(facts: Facts, scope: Scope, months: Sequence[dt.date]) -> list[SourcePaid]:
    """Return who received the payments of some months; it reads their lines."""
    question = (
        "SELECT period, source, sum(amount) AS amount, count(*) AS accounts FROM ("
        "SELECT period, source, account, sum(amount) AS amount "
        f"FROM {facts.select_lines('payments', months)} "
        f"WHERE {_in_houses(scope)} AND {scope.match_group()} "
        f"AND {scope.match_channel()} GROUP BY 1, 2, 3) GROUP BY 1, 2 ORDER BY 1, 3 DESC"
    )
    return facts.ask(question, SourcePaid, scope.bind(question))


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
    # an account that is counted once a day is counted from these days once in ten
    question = (
        "WITH paid AS (SELECT DISTINCT period, day(paid_on)::INTEGER AS day, account, "
        f"coalesce({' AND '.join(inside)}, false) AS is_inside "
        f"FROM {facts.select_lines('payments', months)} WHERE {wide}), "
        "thirds AS (SELECT DISTINCT period, least((day - 1) // 10, 2)::INTEGER AS third, "
        "account, is_inside FROM paid), "
        f"days AS (SELECT period, day, NULL::INTEGER AS third, {_INSIDE} FROM paid "
        "GROUP BY 1, 2), "
        f"others AS (SELECT period, NULL::INTEGER AS day, third, {_INSIDE} FROM thirds "
        "GROUP BY 1, 3) "
        "FROM days UNION ALL FROM others ORDER BY 1, 2, 3"
    )
    parameters = scope.bind(question, organization=around.organization, street=around.street)
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
    owed = (
        "SELECT account, least(coalesce(charged, 0), owed) AS due "
        f"FROM account_months WHERE {_at(place)}"
    )
    if scope.group is not None:
        owed = (
            "SELECT account, least(sum(total) + coalesce(sum(penalty), 0), sum(closing)) AS due "
            f"FROM {facts.select_lines('charges', [charged_in])} "
            f"WHERE {_at(place)} AND {scope.match_group()} GROUP BY 1"
        )
    question = (
        f"WITH owed AS ({owed}), paid AS (SELECT account, paid_on, sum(amount) AS amount "
        f"FROM {facts.select_lines('payments', [paid_in])} "
        f"WHERE {_in_houses(scope)} AND {scope.match_group()} GROUP BY 1, 2), "
        "reached AS (SELECT account, paid_on, sum(amount) OVER (PARTITION BY account "
        "ORDER BY paid_on) AS total FROM paid), "
        "first AS (SELECT o.account, any_value(o.due) AS due, "
        "min(day(r.paid_on)) FILTER (r.total >= o.due)::INTEGER AS day "
        "FROM owed o LEFT JOIN reached r USING (account) WHERE o.due > 0 GROUP BY 1) "
        "SELECT len(list_filter($bounds::DECIMAL(14, 2)[], lambda b: b <= due))::INTEGER AS band, "
        "day, count(*) AS accounts FROM first GROUP BY 1, 2 ORDER BY 1, 2"
    )
    parameters = place.bind(question, bounds=list(bounds))
    return facts.ask(question, PayingDay, parameters)


def count_habits(facts: Facts, scope: Scope, months: Sequence[dt.date]) -> list[HabitCount]:
    """Return how accounts pay: what they did in some months and in the twelve before each.

    «regular» paid in the month and in each of the three before; «again» paid in it and in some of
    the twelve; «first» paid in it alone; «missed» paid in one of the three, but not in it;
    «silent» paid in none of these four. An account whose payments of the month billing does not
    name is not among them.
    """
    spans = [(f"$first_{number}", f"$month_{number}") for number in range(len(months))]
    within = " OR ".join(f"period BETWEEN {since} AND {month}" for since, month in spans)
    # a bit for each of the twelve months before: the last three of them are the highest
    columns = ", ".join(
        f"sum(paid) FILTER (period = {month}) AS now_{number}, "
        f"coalesce(bit_or(CASE WHEN paid > 0 AND period >= {since} AND period < {month} "
        f"THEN 1 << date_diff('month', {since}, period)::INTEGER END), 0) AS bits_{number}"
        for number, (since, month) in enumerate(spans)
    )
    habits = " UNION ALL ".join(
        f"SELECT {month}::DATE AS period, now_{number} AS now, bits_{number} AS bits "
        f"FROM accounts WHERE now_{number} IS NOT NULL"
        for number, (_, month) in enumerate(spans)
    )
    question = (
        f"WITH accounts AS MATERIALIZED (SELECT account, {columns} FROM account_months "
        f"WHERE ({within}) AND {_in_houses(scope)} GROUP BY 1) "
        "SELECT period, CASE WHEN now > 0 THEN CASE WHEN bits >> 9 = 7 THEN 'regular' "
        "WHEN bits > 0 THEN 'again' ELSE 'first' END WHEN bits >> 9 > 0 THEN 'missed' "
        "ELSE 'silent' END AS habit, count(*) AS accounts, sum(greatest(now, 0)) AS paid "
        f"FROM ({habits}) GROUP BY 1, 2 ORDER BY 1, 2"
    )
    values: dict[str, object] = {}
    for number, month in enumerate(months):
        values |= {f"month_{number}": month, f"first_{number}": periods.add_months(month, -12)}
    return facts.ask(question, HabitCount, scope.bind(question, **values))


def _at(scope: Scope) -> str:
    """Return the condition of one month; a comparison with a constant leaves other files shut."""
    return f"period = $since AND {_in_houses(scope)}"


def _in_houses(scope: Scope) -> str:
    return "true" if scope.houses is None else "house IN (SELECT unnest($houses))"
