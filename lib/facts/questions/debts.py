"""Questions of «Долги»: how much is owed on a day, how old it is, and how debts move."""

import datetime as dt
from decimal import Decimal
from typing import NamedTuple

from lib.domain.insight.debt_ages import Ages
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

OLD_DAYS = 90  # overdue for longer is what a screen calls old
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


# sums of one account; nobody owes and has overpaid in one line, so a sum tells who does
_PARTS = (
    "coalesce(sum(amount) FILTER (age >= 0), 0) AS owed, "
    "coalesce(sum(amount) FILTER (age > 0), 0) AS overdue, sum(old) AS old, "
    "coalesce(sum(amount) FILTER (age < 0), 0) AS overpaid"
)
_WHOLE = ", ".join(f"sum({name}) AS {name}" for name in ("owed", "overdue", "old", "overpaid"))
_COUNTS = (
    "count(*)::INTEGER AS accounts, count_if(owed > 0)::INTEGER AS owing, "
    "count_if(overdue > 0)::INTEGER AS overdue_accounts, "
    f"count_if(overpaid < 0)::INTEGER AS overpaying, {_WHOLE}"
)


def sum_ages(facts: Facts, scope: Scope, at: DebtDay, ages: Ages) -> list[AgeSum]:
    """Return the debts of a place on a day by age, by group of services, and all of them."""
    question = f"""
WITH named AS (
    SELECT service_group, min(service_group) OVER (PARTITION BY name) AS first, name FROM
        (SELECT DISTINCT service_group, name FROM groups)),
lines AS MATERIALIZED (
    SELECT l.account, g.first, l.amount, {compose_age(ages, "l.due_on", "c")} AS age,
        CASE WHEN l.due_on < $old THEN l.amount ELSE 0 END AS old
    FROM ({compose_lines(scope, at)}) l LEFT JOIN named g USING (service_group)),
by_age AS (
    SELECT account, age, {_PARTS} FROM lines GROUP BY account, age),
by_group AS (SELECT account, first, {_PARTS} FROM lines GROUP BY account, first),
by_account AS (SELECT account, {_WHOLE} FROM by_age GROUP BY account)
SELECT age, NULL::VARCHAR AS "group", {_COUNTS} FROM by_age GROUP BY age
UNION ALL
SELECT NULL, coalesce(any_value(n.name), 'не распределено по группам'), {_COUNTS}
FROM by_group g LEFT JOIN named n ON n.service_group = g.first GROUP BY g.first
UNION ALL
SELECT NULL, NULL, {_COUNTS} FROM by_account HAVING count(*) > 0
"""
    values = name_cuts(ages, "c") | {"old": at.day - dt.timedelta(days=OLD_DAYS)}
    return facts.ask(question, AgeSum, bind_day(scope, question, at, **values))


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
            f"FROM ({compose_lines(scope, at)})"
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
            f"SELECT account, sum(amount) AS owed FROM ({compose_lines(scope, at)}) "
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
