"""Questions about debts over time: from age to age, and who fell behind and has paid since."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from lib.domain.insight.debt_ages import Ages
from lib.facts.questions.debt_lines import NOTHING_OWED, compose_age, match_group, name_cuts
from lib.facts.questions.scope import Scope
from lib.facts.reader import Facts


class Move(NamedTuple):
    """Accounts by the age of their oldest debt at the ends of two months; −1 owes nothing."""

    organization: int
    before: int
    now: int
    accounts: int
    owed_before: Decimal
    owed_now: Decimal


class Cohort(NamedTuple):
    """Accounts that fell behind in a month, and how many of them have paid since."""

    period: dt.date
    accounts: int
    paid_1: int
    paid_3: int
    paid_6: int
    paid_12: int


def count_moves(facts: Facts, scope: Scope, before: Ages, now: Ages) -> list[Move]:
    """Return how accounts of organisations moved from age to age between the ends of two months.

    Args:
        facts: the version.
        scope: the place and the group.
        before: the ages at the end of the first month.
        now: the ages at the end of the second month.
    """
    question = f"""
SELECT coalesce(n.organization, b.organization)::INTEGER AS organization,
    coalesce(b.age, {NOTHING_OWED})::INTEGER AS before,
    coalesce(n.age, {NOTHING_OWED})::INTEGER AS now, count(*)::INTEGER AS accounts,
    coalesce(sum(b.owed), 0) AS owed_before, coalesce(sum(n.owed), 0) AS owed_now
FROM ({_compose_oldest(facts, scope, before, "b")}) b
FULL JOIN ({_compose_oldest(facts, scope, now, "n")}) n USING (account)
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""
    values: dict[str, object] = {
        "bmonth": before.day.replace(day=1),
        "nmonth": now.day.replace(day=1),
    }
    values |= name_cuts(before, "b") | name_cuts(now, "n")
    return facts.ask(question, Move, scope.bind(question, **values))


def count_cohorts(
    facts: Facts, scope: Scope, *, months: Sequence[dt.date], until: dt.date
) -> list[Cohort]:
    """Return who fell behind in each month and has paid by 1, 3, 6 and 12 months later.

    An account falls behind in a month if it had no overdue debt at the end of the month before
    and has one at its end; it has paid by the first month's end without overdue debt.

    Args:
        facts: the version.
        scope: the place; groups and services are not told apart.
        months: at most four years, the oldest first.
        until: the last month that is looked at.
    """
    place = scope.match_place()
    question = f"""
WITH first AS (
    SELECT organization, min(period) AS since FROM house_months GROUP BY 1),
behind AS (
    SELECT account, any_value(organization) AS organization,
        bit_or(1::BIGINT << date_diff('month', $since, period)::INTEGER) AS bits
    FROM account_months WHERE {place} AND oldest_due_on < last_day(period) GROUP BY 1),
cohorts AS (
    SELECT period, date_diff('month', $since, period)::INTEGER AS place
    FROM (SELECT unnest($months) AS period))
SELECT c.period, count(*)::INTEGER AS accounts,
    {", ".join(f"{_count_paid(later)} AS paid_{later}" for later in (1, 3, 6, 12))}
FROM cohorts c CROSS JOIN behind b JOIN first f USING (organization)
WHERE f.since < c.period AND (b.bits >> (c.place - 1)) & 3 = 2
GROUP BY 1 ORDER BY 1
"""
    span = scope.change(since=_before(months[0]), until=until)
    return facts.ask(question, Cohort, span.bind(question, months=list(months)))


def _count_paid(later: int) -> str:
    """Count accounts with a month's end without overdue debt among so many after the cohort's."""
    mask = (1 << later) - 1
    return f"count_if((b.bits >> (c.place + 1)) & {mask} <> {mask})::INTEGER"


def _compose_oldest(facts: Facts, scope: Scope, ages: Ages, prefix: str) -> str:
    """Return the SELECT of accounts with what they owe and the age of their oldest debt."""
    place = scope.match_place().replace("BETWEEN $since AND $until", f"= ${prefix}month")
    if scope.group is None and scope.service is None:
        found = (
            "SELECT organization, account, owed, oldest_due_on FROM account_months "
            f"WHERE {place} AND owed > 0"
        )
    else:
        found = (
            "SELECT any_value(organization) AS organization, account, sum(amount) AS owed, "
            "min(due_on) AS oldest_due_on "
            f"FROM {facts.select_lines('balances', [ages.day.replace(day=1)])} "
            f"WHERE {place} AND {match_group(scope)} AND amount > 0 GROUP BY 2"
        )
    age = compose_age(ages, "oldest_due_on", prefix)
    return f"SELECT organization, account, owed, {age} AS age FROM ({found})"


def _before(month: dt.date) -> dt.date:
    return (month - dt.timedelta(days=1)).replace(day=1)
