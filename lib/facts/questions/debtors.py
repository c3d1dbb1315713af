"""How many accounts of each place owe, are behind, or have overpaid at the end of a month.

With a filter, and by age or group, the counts are those of the largest part: at least so many.
"""

import datetime as dt
from collections.abc import Sequence
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
from lib.facts.questions.place_counts import CountRow, Source, Tree, count_places
from lib.facts.questions.scope import Scope
from lib.facts.reader import Facts

OWED, OVERDUE, OLD, OVERPAID = "owed", "overdue", "old", "overpaid"
# what is left of a debt without its overdue part, and of that without its old part
CURRENT, RECENT = "current", "recent"
FIGURES = (OWED, OVERDUE, OLD, OVERPAID, CURRENT, RECENT)
_LARGEST = ", ".join(f"max({name}) AS {name}" for name in FIGURES)


def count_debtors(
    facts: Facts, tree: Tree, scope: Scope, months: Sequence[dt.date]
) -> list[CountRow]:
    """Return how many accounts have each figure at the end of some months.

    Args:
        facts: the version.
        tree: the places.
        scope: the group or the service; its months and its place do not matter.
        months: each for itself.
    """
    if not months:
        return []
    named = {f"month_{number}": month for number, month in enumerate(months)}
    kept = f"period IN ({', '.join(f'${name}' for name in named)})"
    if scope.group is None and scope.service is None:
        rows = (
            f"SELECT period, NULL::VARCHAR AS part, house, {', '.join(FIGURES)} "
            "FROM debtors_by_house LEFT JOIN recent_debtors_by_house "
            f"USING (period, organization, house) WHERE {kept}"
        )
    else:
        rows = (
            f"SELECT period, NULL::VARCHAR AS part, house, {_LARGEST} FROM debtors_by_group "
            f"WHERE {kept} AND {match_group(scope)} GROUP BY ALL"
        )
    source = Source(rows, FIGURES, scope.bind(rows, **named))
    return count_places(facts, tree, source)


def count_debtors_on(facts: Facts, tree: Tree, scope: Scope, at: DebtDay) -> list[CountRow]:
    """Return how many accounts have each figure on a day within a month; it reads lines."""
    conditions = {
        OWED: "amount > 0",
        OVERDUE: "amount > 0 AND due_on < $day",
        OLD: "amount > 0 AND due_on < $old",
        OVERPAID: "amount < 0",
        CURRENT: "amount > 0 AND due_on >= $day",
        RECENT: "amount > 0 AND due_on < $day AND due_on >= $old",
    }
    known = ", ".join(f"bool_or({condition}) AS {name}" for name, condition in conditions.items())
    counts = ", ".join(f"count_if({name}) AS {name}" for name in FIGURES)
    rows = (
        f"SELECT $month::DATE AS period, NULL::VARCHAR AS part, house, {counts} FROM ("
        f"SELECT house, account, {known} FROM ({compose_lines(facts, scope, at)}) GROUP BY ALL) "
        "GROUP BY house"
    )
    values = bind_day(scope, rows, at, old=at.day - dt.timedelta(days=OLD_DAYS))
    return count_places(facts, tree, Source(rows, FIGURES, values))


def count_groups(facts: Facts, tree: Tree, months: Sequence[dt.date]) -> list[CountRow]:
    """Return how many accounts of each place have each figure of a group of services.

    Args:
        facts: the version.
        tree: the places.
        months: the end of each for itself.
    """
    named: dict[str, object] = {f"month_{number}": month for number, month in enumerate(months)}
    rows = f"""
SELECT b.period, n.name AS part, b.house, {_LARGEST}
FROM debtors_by_group b JOIN (SELECT DISTINCT service_group, name FROM groups) n
    USING (service_group)
WHERE b.period IN ({", ".join(f"${name}" for name in named)}) GROUP BY ALL
"""
    return count_places(facts, tree, Source(rows, FIGURES, named)) if months else []


def count_ages(facts: Facts, tree: Tree, month: dt.date, ages: Ages) -> list[CountRow]:
    """Return how many accounts of each place have a debt of each age, named by its number.

    Args:
        facts: the version.
        tree: the places.
        month: its end is meant.
        ages: on that day.
    """
    age = compose_age(ages, "due_on", "c")
    rows = (
        f"SELECT period, ({age})::VARCHAR AS part, house, max(accounts) AS {OWED} "
        "FROM debtors_by_due_day WHERE period = $month GROUP BY ALL"
    )
    values = {"month": month} | name_cuts(ages, "c")
    return count_places(facts, tree, Source(rows, [OWED], values))


class GroupAge(NamedTuple):
    """How many accounts have a debt of a group and an age, at least."""

    group: str
    age: int
    accounts: int


def count_ages_by_group(facts: Facts, month: dt.date, ages: Ages) -> list[GroupAge]:
    """Return how many accounts of all places have a debt of each group and age."""
    age = compose_age(ages, "b.due_on", "c")
    question = f"""
SELECT name AS "group", age, sum(accounts)::INTEGER AS accounts FROM (
    SELECT n.name, ({age})::INTEGER AS age, b.house, max(b.accounts) AS accounts
    FROM balances_by_house b JOIN (SELECT DISTINCT service_group, name FROM groups) n
        USING (service_group)
    WHERE b.period = $month AND b.due_on IS NOT NULL GROUP BY ALL)
GROUP BY ALL
"""
    return facts.ask(question, GroupAge, {"month": month} | name_cuts(ages, "c"))
