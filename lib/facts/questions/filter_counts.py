"""How many accounts of each place a filter leaves, and what the other values of it would leave."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from lib.domain.insight.privacy import FEWEST
from lib.facts.questions.place_counts import CountRow, Source, Tree, count_places
from lib.facts.questions.scope import Scope
from lib.facts.reader import Facts


def count_filtered(facts: Facts, tree: Tree, scope: Scope, *, latest: dt.date) -> list[CountRow]:
    """Return the accounts of a group or a service, and those that pay by a channel.

    The months of the scope do not matter: views of other months leave the same places.

    Args:
        facts: the version.
        tree: the places.
        scope: the filters.
        latest: the last closed month.
    """
    rows: list[CountRow] = []
    closed = scope.change(since=dt.date.min, until=latest, houses=None)
    if scope.group or scope.service:
        rows += _count(
            facts,
            tree,
            closed,
            "charges_by_house",
            [closed.match_service()],
        )
    if scope.channel:
        group = closed.match_group() if scope.group else "service_group IS NULL"
        rows += _count(facts, tree, closed, "payers_by_house", [closed.match_channel(), group])
    return rows


class PartOf(NamedTuple):
    """A part, and one that it is a part of."""

    name: str
    whole: str


# a penalty that is kept apart has no service: no filter shows it, and it is left of its group
_APART = "'пени: ' || g.name"
_NAMED = "(SELECT DISTINCT service_group, name FROM groups)"
Spans = Sequence[tuple[dt.date, dt.date]]


def count_services(facts: Facts, tree: Tree, spans: Spans) -> list[CountRow]:
    """Return the accounts that are charged for each service, in each month by itself.

    Args:
        facts: the version.
        tree: the places.
        spans: the first and the last month of each; other filters do not matter, here and below.
    """
    rows = (
        f"SELECT c.period, coalesce(n.name, {_APART}) AS part, c.house, max(c.accounts) AS users "
        "FROM charges_by_house c LEFT JOIN (SELECT DISTINCT service, name FROM services) n "
        f"USING (service) LEFT JOIN {_NAMED} g USING (service_group) "
        f"WHERE {_match_months('c')} GROUP BY ALL"
    )
    return count_places(facts, tree, Source(rows, ["users"], _bind(spans)))


def count_groups(facts: Facts, tree: Tree, spans: Spans) -> list[CountRow]:
    """Return the accounts that are charged for each group of services, in each month by itself."""
    rows = (
        "SELECT c.period, g.name AS part, c.house, max(c.accounts) AS users "
        f"FROM charges_by_house c JOIN {_NAMED} g USING (service_group) "
        f"WHERE {_match_months('c')} GROUP BY ALL"
    )
    return count_places(facts, tree, Source(rows, ["users"], _bind(spans)))


def count_payers_by_channel(facts: Facts, tree: Tree, scope: Scope, spans: Spans) -> list[CountRow]:
    """Return the accounts that pay by each channel for the group of the scope, in each month.

    Without a channel: those that pay, whichever way.
    """
    group = scope.match_group() if scope.group else "service_group IS NULL"
    rows = (
        "SELECT c.period, channel AS part, house, max(accounts) AS users FROM payers_by_house c "
        f"WHERE {group} AND {_match_months('c')} GROUP BY ALL"
    )
    return count_places(facts, tree, Source(rows, ["users"], scope.bind(rows, **_bind(spans))))


def count_payers_by_group(facts: Facts, tree: Tree, scope: Scope, spans: Spans) -> list[CountRow]:
    """Return the accounts that pay for each group by the channel of the scope, in each month.

    What is not allocated yet has no name; it is that of one account for each house, at least.
    """
    channel = scope.match_channel() if scope.channel else "channel IS NULL"
    rows = (
        "SELECT c.period, g.name AS part, c.house, max(c.accounts) AS users "
        f"FROM payers_by_house c JOIN {_NAMED} g USING (service_group) "
        f"WHERE {channel} AND {_match_months('c')} GROUP BY ALL UNION ALL "
        "SELECT c.period, NULL, c.house, 1 FROM payments_by_month c "
        f"WHERE service_group IS NULL AND {scope.match_channel()} AND {_match_months('c')} "
        "GROUP BY ALL"
    )
    return count_places(facts, tree, Source(rows, ["users"], scope.bind(rows, **_bind(spans))))


def list_services_of_groups(facts: Facts) -> list[PartOf]:
    """Return the services of each group, and its penalties that are kept apart."""
    return facts.ask(
        "SELECT DISTINCT s.name, g.name AS whole FROM services s JOIN groups g "
        f"USING (service_group) UNION SELECT {_APART}, g.name FROM groups g",
        PartOf,
    )


def list_groups_of_purposes(facts: Facts) -> list[PartOf]:
    """Return the groups of each purpose."""
    return facts.ask("SELECT DISTINCT name, purpose AS whole FROM groups", PartOf)


def _match_months(table: str) -> str:
    return (
        f"({table}.period BETWEEN $now_since AND $now_until "
        f"OR {table}.period BETWEEN $before_since AND $before_until)"
    )


def _bind(spans: Spans) -> dict[str, object]:
    """Return the parameters of one span of months or two."""
    (now_since, now_until), (before_since, before_until) = spans[0], spans[-1]
    return {
        "now_since": now_since,
        "now_until": now_until,
        "before_since": before_since,
        "before_until": before_until,
    }


def _count(
    facts: Facts, tree: Tree, scope: Scope, table: str, kept: Sequence[str]
) -> list[CountRow]:
    # a month of few accounts altogether is never shown: it says nothing of places
    rows = (
        "SELECT period, NULL::VARCHAR AS part, house, max(accounts) AS users "
        f"FROM {table} WHERE {' AND '.join([scope.match_place(), *kept])} GROUP BY period, house "
        f"QUALIFY sum(max(accounts)) OVER (PARTITION BY period) >= {FEWEST}"
    )
    source = Source(rows, ["users"], scope.bind(rows))
    return count_places(facts, tree, source, is_by_month=False)
