"""Who paid on which day after a month's end: whether two days of «Долги» tell of few accounts.

A payment surely changes a part of a debt if it is the first one after the month's end and the
part is the oldest. Later payments may or may not change it.
"""

import datetime as dt
from collections.abc import Collection
from typing import NamedTuple

from lib.domain.insight.debt_ages import Ages
from lib.facts.questions.debt_lines import (
    NOTHING_OWED,
    DebtDay,
    bind_day,
    compose_age,
    list_months,
    name_cuts,
)
from lib.facts.questions.scope import Scope
from lib.facts.reader import Facts


class DayChange(NamedTuple):
    """What the payments that became known on a day change.

    Attributes:
        day: the day.
        kind: «all» debts, or those of an «organization» or a «group», of an age.
        key: the organisation or the group.
        age: 100 × the age at the month's end + the age at the end of the next; −1 is an
            overpayment.
        sure: accounts whose part is changed for the first time, and surely.
    """

    day: dt.date
    kind: str
    key: int
    age: int
    sure: int


_CHANGES = f"""
reached AS (
    SELECT *, sum(amount) FILTER (amount > 0) OVER (
            PARTITION BY account, service_group ORDER BY day) AS so_far,
        day = min(day) OVER (PARTITION BY account) AS is_first FROM paid),
debts AS (
    SELECT *, coalesce(sum(owed) OVER (PARTITION BY account, service_group ORDER BY due_on
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS earlier FROM balance
    WHERE owed > 0),
whole AS (SELECT account, service_group, sum(owed) AS owed FROM debts GROUP BY ALL),
changed AS (
    SELECT p.day, p.account, p.organization, p.service_group, d.age,
        p.is_first AND d.earlier = 0 AS is_sure
    FROM reached p JOIN debts d USING (account, service_group)
    WHERE d.earlier = 0 OR p.so_far > d.earlier
    UNION ALL
    SELECT p.day, p.account, p.organization, p.service_group, {NOTHING_OWED},
        p.is_first AND w.owed IS NULL
    FROM reached p LEFT JOIN whole w USING (account, service_group)
    WHERE w.owed IS NULL OR p.so_far > w.owed
    UNION ALL  -- money that was returned is owed like the last charge
    SELECT p.day, p.account, p.organization, p.service_group, c.age, false
    FROM reached p CROSS JOIN last_charge c WHERE p.amount < 0
    UNION ALL  -- without a group, it may change any debt of its account
    SELECT p.day, p.account, p.organization, d.service_group, d.age, false
    FROM reached p JOIN debts d USING (account) WHERE p.service_group IS NULL)
SELECT day, 'all' AS kind, 0 AS key, 0 AS age,
    count(DISTINCT account) FILTER (is_sure AND age >= 0) AS sure FROM changed GROUP BY 1
UNION ALL
SELECT day, 'organization', organization, age, count(DISTINCT account) FILTER (is_sure)
FROM changed GROUP BY 1, 3, 4
UNION ALL
SELECT day, 'group', coalesce(service_group, 0), age, count(DISTINCT account) FILTER (is_sure)
FROM changed GROUP BY 1, 3, 4
ORDER BY 1
"""


def list_changes(
    facts: Facts,
    scope: Scope,
    at: DebtDay,
    ends: tuple[Ages, Ages],
    *,
    withheld: Collection[int],
) -> list[DayChange]:
    """Return what payments have changed between a month's end and a day, the first day first.

    Args:
        facts: the version.
        scope: the place.
        at: the day.
        ends: the ages at the month's end and at the end of the next: a day between them divides
            debts no finer than both together.
        withheld: houses that are shown on no screen; together they are the organisation −1.
    """
    months = list_months(facts, at)
    if not months:
        return []
    age, returned = _compose_ages(ends, "due_on"), _compose_ages(ends, "$due_on")
    question = f"""
WITH balance AS MATERIALIZED (
    SELECT account, service_group, due_on,
        {age} AS age,
        greatest(amount, 0) AS owed FROM {facts.select_lines("balances", [at.month])}
    WHERE {scope.match_place()}),
paid AS MATERIALIZED (
    SELECT CASE WHEN any_value(house) IN (SELECT unnest($withheld)) THEN -1
            ELSE any_value(organization) END AS organization, account, service_group,
        greatest(known_on, period, $month_end + 1) AS day, sum(amount) AS amount
    FROM {facts.select_lines("payments", months)}
    WHERE period <= $day AND known_on <= $day AND {scope.match_place("$month")}
        AND (counted_in IS NULL OR counted_in > $month)
    GROUP BY ALL HAVING sum(amount) <> 0),
last_charge AS (SELECT {returned} AS age),
{_CHANGES}
"""
    values = name_cuts(ends[0], "b") | name_cuts(ends[1], "n")
    values |= {"month_end": ends[0].day, "withheld": list(withheld)}
    return facts.ask(question, DayChange, bind_day(scope, question, at, **values))


def _compose_ages(ends: tuple[Ages, Ages], due_on: str) -> str:
    """Return one number of the ages on both days."""
    first, last = compose_age(ends[0], due_on, "b"), compose_age(ends[1], due_on, "n")
    return f"CASE WHEN {due_on} IS NULL THEN {NOTHING_OWED} ELSE 100 * ({first}) + ({last}) END"
