"""Houses and how many accounts they have: what analysts may go down to, and what is withheld."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from lib.domain.insight.privacy import HouseCount
from lib.facts.questions.debt_lines import match_group
from lib.facts.questions.scope import Scope
from lib.facts.reader import Facts


class HouseRow(NamedTuple):
    """A house."""

    organization: int
    house: int
    street: str
    name: str


class LastCount(NamedTuple):
    """The accounts of a house."""

    house: int
    accounts: int


class ActiveRow(NamedTuple):
    """A house."""

    house: int


class TogetherRow(NamedTuple):
    """The houses of a month."""

    houses: list[int]


class FewestRow(NamedTuple):
    """A number of accounts."""

    accounts: int


class NamedRow(NamedTuple):
    """A key and a name."""

    key: int
    name: str


class MonthRow(NamedTuple):
    """A month and how many organisations have closed it."""

    period: dt.date
    organizations: int


class SameMonths(NamedTuple):
    """A house, or None for all together, and whether it has the same months in two spans."""

    house: int | None
    is_same: bool


class SpanRow(NamedTuple):
    """The first and the last month; None without any."""

    first: dt.date | None
    last: dt.date | None


class CountRow(NamedTuple):
    """A name and how many accounts it has at least."""

    name: str
    accounts: int


def list_houses(facts: Facts) -> list[HouseRow]:
    """Return the houses that the analyst may see, by organisation and address."""
    return facts.ask(
        "SELECT organization, house, street, name FROM houses ORDER BY 1, 3, 4",
        HouseRow,
    )


def list_organizations(facts: Facts) -> list[NamedRow]:
    """Return the managing organisations by name."""
    return facts.ask(
        "SELECT organization AS key, any_value(name) AS name FROM organizations "
        "WHERE organization IN (SELECT organization FROM houses) GROUP BY 1 ORDER BY 2",
        NamedRow,
    )


def list_months(facts: Facts, scope: Scope | None = None) -> list[MonthRow]:
    """Return the closed months, the oldest first: all, or those of a place within a scope."""
    question = (
        "SELECT period, count(DISTINCT organization) AS organizations FROM house_months "
        f"WHERE {scope.match_place() if scope else 'true'} GROUP BY 1 ORDER BY 1"
    )
    return facts.ask(question, MonthRow, scope.bind(question) if scope else None)


def find_span(facts: Facts, scope: Scope) -> SpanRow:
    """Return the first and the last closed month of a place, whatever the months of the scope."""
    always = scope.change(since=dt.date.min, until=dt.date.max)
    question = (
        "SELECT min(period) AS first, max(period) AS last FROM house_months "
        f"WHERE {always.match_place()}"
    )
    [found] = facts.ask(question, SpanRow, always.bind(question))
    return found


def compare_months(facts: Facts, scope: Scope, before: Scope, *, back: int) -> list[SameMonths]:
    """Tell of each house, and of all together, whether each month has one so much earlier.

    Args:
        facts: the version.
        scope: the place and the months.
        before: the same over the compared months.
        back: by how many months they are earlier.
    """
    kept = scope.match_place().replace("$since AND $until", "{} AND {}")
    question = (
        "WITH months AS (SELECT house, period, true AS is_now FROM house_months WHERE "
        f"{kept.format('$since', '$until')} UNION ALL "
        "SELECT house, (period + to_months($back))::DATE, false FROM house_months WHERE "
        f"{kept.format('$early', '$late')}), by_house AS (SELECT house, period, "
        "bool_or(is_now) AS is_now, bool_or(NOT is_now) AS was FROM months GROUP BY ALL) "
        "SELECT house, bool_and(is_now AND was) AS is_same FROM by_house GROUP BY house "
        "UNION ALL SELECT NULL, coalesce(bool_and(is_now AND was), true) FROM ("
        "SELECT bool_or(is_now) AS is_now, bool_or(was) AS was FROM by_house GROUP BY period)"
    )
    others = {"early": before.since, "late": before.until, "back": back}
    return facts.ask_again(question, SameMonths, scope.bind(question, **others))


def list_fewest(facts: Facts) -> list[HouseCount]:
    """Return the accounts of every house in the month in which it has fewest."""
    return facts.ask(
        "SELECT m.organization, any_value(h.street) AS street, m.house, "
        "min(m.accounts)::INTEGER AS accounts FROM house_months m "
        "JOIN houses h ON h.organization = m.organization AND h.house = m.house "
        "WHERE m.accounts > 0 GROUP BY 1, 3",
        HouseCount,
    )


def list_together(facts: Facts) -> list[TogetherRow]:
    """Return the houses that have bills, payments or appeals in a month, for all months."""
    return facts.ask(write_together("{}"), TogetherRow)


def write_together(table: str) -> str:
    """Return the question for the houses of each month; months with the same houses give one row.

    Args:
        table: the name of a table of the facts, with «{}» for its own.
    """
    every = " UNION ".join(
        f"SELECT period, house FROM {table.format(name)}"
        for name in ("house_months", "payments_by_house", "appeals")
    )
    return f"SELECT DISTINCT list(house ORDER BY house) AS houses FROM ({every}) GROUP BY period"


def list_active(facts: Facts, spans: Sequence[tuple[dt.date, dt.date]]) -> list[ActiveRow]:
    """Return the houses that were charged, have paid or written in one of two spans of months."""
    names = "since", "until", "before_since", "before_until"
    months = "period BETWEEN $since AND $until OR period BETWEEN $before_since AND $before_until"
    return facts.ask_again(
        f"SELECT house FROM house_months WHERE {months} "
        f"UNION SELECT house FROM payments_by_month WHERE {months} "
        f"UNION SELECT house FROM appeals WHERE {months}",
        ActiveRow,
        dict(zip(names, (month for span in spans for month in span), strict=True)),
    )


def count_fewest(facts: Facts, scope: Scope) -> int:
    """Return the accounts of the place in the month in which it has fewest; 0: no month has any."""
    question = (
        "SELECT coalesce(min(accounts), 0)::INTEGER AS accounts FROM (SELECT sum(accounts) AS "
        f"accounts FROM house_months WHERE {scope.match_place()} GROUP BY period)"
    )
    [found] = facts.ask_again(question, FewestRow, scope.bind(question))
    return found.accounts


def count_accounts(facts: Facts, since: dt.date, until: dt.date) -> list[LastCount]:
    """Return the accounts of every house in its last month of a span."""
    return facts.ask(
        "SELECT house, arg_max(accounts, period)::INTEGER AS accounts FROM house_months "
        "WHERE period BETWEEN $since AND $until GROUP BY 1",
        LastCount,
        {"since": since, "until": until},
    )


def list_names(facts: Facts, kind: str) -> list[CountRow]:
    """Return the names of all «groups» or «services», in the order of a bill."""
    question = {
        "groups": "SELECT name, min(sort)::INTEGER AS accounts FROM groups "
        "GROUP BY 1 ORDER BY 2, 1",
        "services": "SELECT name, 0 AS accounts FROM services GROUP BY 1 ORDER BY 1",
    }[kind]
    return facts.ask(question, CountRow)


def list_chosen_groups(facts: Facts, scope: Scope) -> set[str]:
    """Return the names of the groups that the filters choose; a service stands for its groups."""
    question = f"SELECT DISTINCT name, 0 AS accounts FROM groups WHERE {match_group(scope)}"
    return {row.name for row in facts.ask(question, CountRow, scope.bind(question))}


def count_payers(facts: Facts, scope: Scope) -> list[CountRow]:
    """Return for each channel how many accounts of the place used it in its weakest month."""
    question = (
        "SELECT channel AS name, min(accounts)::INTEGER AS accounts FROM (SELECT period, channel, "
        "sum(accounts) AS accounts FROM payers_by_house WHERE service_group IS NULL "
        f"AND channel IS NOT NULL AND {scope.match_place()} GROUP BY 1, 2) GROUP BY 1 ORDER BY 1"
    )
    return facts.ask(question, CountRow, scope.bind(question))


def count_users(facts: Facts, scope: Scope, *, by: str) -> list[CountRow]:
    """Return for each group or service how many accounts of the place have it at least.

    Args:
        facts: the version.
        scope: the place and the months.
        by: «groups» or «services».
    """
    key = {"groups": "service_group", "services": "service"}[by]
    question = (
        "SELECT name, min(accounts)::INTEGER AS accounts FROM (SELECT period, n.name, "
        f"sum(accounts) AS accounts FROM (SELECT period, house, {key}, max(accounts) AS accounts "
        f"FROM charges_by_house WHERE {scope.match_place()} GROUP BY 1, 2, 3) "
        f"JOIN {by} n USING ({key}) GROUP BY 1, 2) GROUP BY 1 ORDER BY 1"
    )
    return facts.ask(question, CountRow, scope.bind(question))
