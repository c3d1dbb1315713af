"""How many accounts have a figure: of everything, of each organisation, street and house.

The counts of houses are in the summaries; an account belongs to one house, so they add up.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from lib.domain.insight.hidden_places import Key
from lib.domain.insight.privacy import FEWEST
from lib.domain.insight.view import Place
from lib.facts.reader import Facts


class CountRow(NamedTuple):
    """How many accounts of a place have a figure; without a month, in the weakest one."""

    period: dt.date | None
    part: str | None
    figure: str
    organization: int | None
    street: str | None
    house: int | None
    accounts: int
    months: int

    @property
    def key(self) -> Key:
        """Return the place."""
        parts = (self.organization, self.street, self.house)
        return tuple(part for part in parts if part is not None)


@dataclass(frozen=True, slots=True)
class Tree:
    """Where houses stand in the tree of places, and which part of it is asked for.

    Attributes:
        keys: the organisation, the street and the house of each; several may be one house.
        place: parts of other organisations and of other streets are left out.
        depth: down to organisations (1), streets (2) or houses (3); 0: all together.
    """

    keys: Mapping[int, tuple[int, str, int]]
    place: Place
    depth: int


@dataclass(frozen=True, slots=True)
class Source:
    """What is counted.

    Attributes:
        rows: a SELECT with ``period``, ``part``, ``house`` and a column for each figure: how many
            accounts of the house have it, at least.
        figures: their names.
        parameters: of the SELECT.
    """

    rows: str
    figures: Sequence[str]
    parameters: Mapping[str, object]


_LEVELS = ("o", "s", "h")
# of each depth, which parts of other places are left out
_KEPT = (
    "true",
    "true",
    "(s IS NULL OR o = $place_organization)",
    "(s IS NULL OR o = $place_organization) AND (h IS NULL OR s = $place_street)",
)


def count_places(
    facts: Facts, tree: Tree, source: Source, *, is_by_month: bool = True
) -> list[CountRow]:
    """Return how many accounts of each place have each figure, if a place has few of it.

    Args:
        facts: the version.
        tree: the places.
        source: the counts of houses.
        is_by_month: each month for itself; otherwise the one in which fewest have it.
    """
    sums = ", ".join(f"coalesce(sum({name}), 0)" for name in source.figures)
    names = ", ".join(f"'{name}'" for name in source.figures)
    period = "period" if is_by_month else "NULL::DATE"
    levels = _LEVELS[: tree.depth]
    named = ", ".join((*levels, *(f"NULL AS {name}" for name in _LEVELS[tree.depth :])))
    sets = ", ".join(
        f"({', '.join(('period', 'part', *levels[:depth]))})" for depth in range(tree.depth + 1)
    )
    question = f"""
WITH sums AS (
    SELECT period, part, {named}, unnest([{names}]) AS figure, unnest([{sums}]) AS n
    FROM ({source.rows}) {_join_places(tree)} GROUP BY GROUPING SETS ({sets}))
SELECT {period} AS period, part, figure, o AS organization, s AS street, h AS house,
    min(n)::INTEGER AS accounts, count(*)::INTEGER AS months
FROM sums WHERE n > 0 AND {_KEPT[tree.depth]} GROUP BY 1, 2, 3, 4, 5, 6
-- where no place has few accounts of a figure, nothing is hidden
QUALIFY min(min(n)) OVER (PARTITION BY {period}, figure) < {FEWEST}
"""
    houses = list(tree.keys)
    values: dict[str, object] = {"every_house": houses}
    for place, name in enumerate(_LEVELS):
        values[f"all_{name}"] = [tree.keys[house][place] for house in houses]
    values |= {"place_organization": tree.place.organization, "place_street": tree.place.street}
    asked = {name: value for name, value in values.items() if f"${name}" in question}
    return facts.ask_again(question, CountRow, {**source.parameters, **asked})


def _join_places(tree: Tree) -> str:
    """Return the join that tells where a house stands, down to the depth of the tree."""
    if not tree.depth:
        return ""
    named = ", ".join(f"unnest($all_{name}) AS {name}" for name in _LEVELS[: tree.depth])
    return f"JOIN (SELECT unnest($every_house) AS house, {named}) USING (house)"
