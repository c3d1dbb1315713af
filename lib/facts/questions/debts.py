"""Questions of «Долги»: how much is owed on a day, how old it is, and how debts move."""

import datetime as dt
from decimal import Decimal
from typing import NamedTuple

from lib.domain.insight.debt_ages import OLD_DAYS, Ages
from lib.facts.questions.debt_lines import (
    DebtDay,
    bind_day,
    compose_age,
    compose_lines,
    match_group,
    name_cuts,
)
from lib.facts.questions.scope import Scope
from lib.facts.reader import Facts

SHARES = (1, 5, 10)  # percent of debtors


class AgeSum(NamedTuple):
    """Debts of an age, of a group of services, or all of them.

    An age of −1 is an overpayment; without an age and a group the row is of everything.
    """

    age: int | None
    group: str | None
    accounts: int
    owing: int
    overdue_accounts: int
    overpaying: int
    owed: Decimal
    overdue: Decimal
    old: Decimal
    overpaid: Decimal


class HouseDebt(NamedTuple):
    """A house: its debt, the overdue part, the old part, and overpayments."""

    house: int
    owed: Decimal
    overdue: Decimal
    old: Decimal
    overpaid: Decimal


class MonthDebt(NamedTuple):
    """The end of a month: the debt, its overdue part, and overpayments."""

    period: dt.date
    owed: Decimal
    overdue: Decimal
    overpaid: Decimal


class Concentration(NamedTuple):
    """How many accounts owe and how much, and what the largest debtors of them owe."""

    debtors: int
    owed: Decimal
    top_1: Decimal
    top_5: Decimal
    top_10: Decimal


_SUMS = (
    "coalesce(sum(amount) FILTER (age >= 0), 0) AS owed, "
    "coalesce(sum(amount) FILTER (age > 0), 0) AS overdue, sum(old) AS old, "
    "coalesce(sum(amount) FILTER (age < 0), 0) AS overpaid"
)
# a bit for each age that an account has: the lowest is an overpayment, the next is not yet due
_COUNTS = (
    "count(*)::INTEGER AS accounts, count_if(bits > 1)::INTEGER AS owing, "
    "count_if(bits > 3)::INTEGER AS overdue_accounts, "
    "count_if(bits & 1 = 1)::INTEGER AS overpaying"
)
_WHOLE = ", ".join(f"sum({name}) AS {name}" for name in ("owed", "overdue", "old", "overpaid"))
_BOTH = "accounts, owing, overdue_accounts, overpaying, owed, overdue, old, overpaid"


_AGE_ROWS = f"""
of_accounts AS MATERIALIZED (
    SELECT account, bit_or(bits) AS bits FROM of_groups GROUP BY 1),
by_age AS (
    SELECT age, {_COUNTS} FROM (
        SELECT age, bits & (1 << (age + 1)) AS bits FROM of_accounts
        CROSS JOIN (SELECT DISTINCT age FROM sums)) WHERE bits > 0 GROUP BY 1),
by_group AS (SELECT first, {_COUNTS} FROM of_groups GROUP BY 1)
SELECT age, NULL::VARCHAR AS "group", {_BOTH}
FROM by_age JOIN (SELECT age, {_WHOLE} FROM sums GROUP BY 1) USING (age)
UNION ALL
SELECT NULL, coalesce(n.name, 'не распределено по группам'), {_BOTH}
FROM by_group g JOIN (SELECT first, {_WHOLE} FROM sums GROUP BY 1) s
    ON s.first IS NOT DISTINCT FROM g.first
LEFT JOIN named n ON n.service_group = g.first
UNION ALL
SELECT NULL, NULL, {_BOTH} FROM (SELECT {_COUNTS} FROM of_accounts HAVING count(*) > 0)
CROSS JOIN (SELECT {_WHOLE} FROM sums)
"""


def sum_ages(facts: Facts, scope: Scope, at: DebtDay, ages: Ages) -> list[AgeSum]:
    """Return the debts of a place on a day by age, by group of services, and all of them."""
    kept, summed = _compose_sums(scope, at)
    question = f"""
WITH named AS (
    SELECT service_group, min(service_group) OVER (PARTITION BY name) AS first, name FROM
        (SELECT DISTINCT service_group, name FROM groups)),
lines AS {kept} ({compose_lines(facts, scope, at)}),
summed AS (
    SELECT g.first, l.amount, {compose_age(ages, "l.due_on", "c")} AS age,
        CASE WHEN l.due_on < $old THEN l.amount ELSE 0 END AS old
    FROM ({summed}) l LEFT JOIN named g USING (service_group)),
sums AS MATERIALIZED (SELECT first, age, {_SUMS} FROM summed GROUP BY 1, 2),
of_groups AS MATERIALIZED (
    SELECT l.account, g.first,
        bit_or(1 << ({compose_age(ages, "l.due_on", "c")} + 1)) AS bits
    FROM lines l LEFT JOIN named g USING (service_group) GROUP BY 1, 2),
{_AGE_ROWS}"""
    values = name_cuts(ages, "c") | {"old": at.day - dt.timedelta(days=OLD_DAYS)}
    return facts.ask(question, AgeSum, bind_day(scope, question, at, **values))


def _compose_sums(scope: Scope, at: DebtDay) -> tuple[str, str]:
    """Return how the lines are kept, and the SELECT of what is added up.

    At a month's end the houses tell the sums; the lines only tell how many accounts have which
    ages.
    """
    if not at.is_end:
        return "MATERIALIZED", "FROM lines"
    return "NOT MATERIALIZED", (
        "SELECT service_group, due_on, coalesce(owed, 0) + coalesce(overpaid, 0) AS amount "
        f"FROM balances_by_house WHERE {scope.match_place()} AND {match_group(scope)}"
    )


def sum_by_house(facts: Facts, scope: Scope, at: DebtDay) -> list[HouseDebt]:
    """Return the debts of each house of a place on a day."""
    if at.is_end:
        found = (
            "SELECT house, due_on, owed, overpaid FROM balances_by_house "
            f"WHERE {scope.match_place()} AND {match_group(scope)}"
        )
    else:
        found = (
            "SELECT house, due_on, greatest(amount, 0) AS owed, least(amount, 0) AS overpaid "
            f"FROM ({compose_lines(facts, scope, at)})"
        )
    question = f"""
SELECT house, coalesce(sum(owed), 0) AS owed,
    coalesce(sum(owed) FILTER (due_on < $as_of), 0) AS overdue,
    coalesce(sum(owed) FILTER (due_on < $old), 0) AS old, coalesce(sum(overpaid), 0) AS overpaid
FROM ({found}) GROUP BY house
"""
    values = {"as_of": at.day, "old": at.day - dt.timedelta(days=OLD_DAYS)}
    return facts.ask(question, HouseDebt, bind_day(scope, question, at, **values))


def sum_by_month(facts: Facts, scope: Scope) -> list[MonthDebt]:
    """Return the debts at the end of each month of the scope, the oldest first."""
    question = (
        "SELECT period, coalesce(sum(owed), 0) AS owed, "
        "coalesce(sum(owed) FILTER (due_on < last_day(period)), 0) AS overdue, "
        "coalesce(sum(overpaid), 0) AS overpaid FROM balances_by_house "
        f"WHERE {scope.match_place()} AND {match_group(scope)} GROUP BY 1 ORDER BY 1"
    )
    return facts.ask(question, MonthDebt, scope.bind(question))


def sum_largest(facts: Facts, scope: Scope, at: DebtDay) -> Concentration:
    """Return what the largest debtors of a place owe on a day."""
    if at.is_end and scope.group is None and scope.service is None:
        debts = f"SELECT account, owed FROM account_months WHERE {scope.match_place()} AND owed > 0"
    else:
        debts = (
            f"SELECT account, sum(amount) AS owed FROM ({compose_lines(facts, scope, at)}) "
            "WHERE amount > 0 GROUP BY 1"
        )
    tops = ", ".join(
        f"coalesce(sum(owed) FILTER (place <= debtors * {share} // 100), 0) AS top_{share}"
        for share in SHARES
    )
    question = f"""
SELECT count(*)::INTEGER AS debtors, coalesce(sum(owed), 0) AS owed, {tops}
FROM (
    SELECT owed, row_number() OVER (ORDER BY owed DESC, account) AS place,
        count(*) OVER () AS debtors FROM ({debts}))
"""
    return facts.ask(question, Concentration, bind_day(scope, question, at))[0]
