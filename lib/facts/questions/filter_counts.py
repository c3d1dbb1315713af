"""How many accounts of each place a filter leaves, in the month in which it leaves fewest."""

import datetime as dt
from collections.abc import Sequence

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
