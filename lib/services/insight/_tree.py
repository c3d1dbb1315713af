"""The tree of places: where each house stands, and which places have few accounts of a figure."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from lib.domain.insight.hidden_places import Key, PlaceCount, find_hidden_places, place_houses
from lib.domain.insight.view import Place
from lib.facts.questions.place_counts import CountRow, Tree
from lib.facts.questions.places import HouseRow

Figure = tuple[dt.date | None, str]  # the month's end and the figure


def make_tree(
    houses: Mapping[int, HouseRow], withheld: Collection[int], place: Place, *, depth: int
) -> Tree:
    """Return the tree of all houses that the analyst may see.

    Args:
        houses: all of them.
        withheld: those that are shown nowhere, whatever the months are.
        place: of the view.
        depth: down to organisations (1), streets (2) or houses (3); 0: all together.
    """
    where = {key: (row.organization, row.street) for key, row in houses.items()}
    return Tree(place_houses(where, withheld), place, depth)


def move_tree(tree: Tree, depth: int) -> Tree:
    """Return the tree asked for down to another depth."""
    return replace(tree, depth=depth)


def get_key(place: Place) -> Key:
    """Return a place as a key of the tree."""
    parts = (place.organization, place.street, place.house)
    return tuple(part for part in parts if part is not None)


def find_hidden(rows: Iterable[CountRow]) -> dict[Figure, frozenset[Key]]:
    """Return the places of few accounts, and those that would tell of them, by figure."""
    counts: dict[Figure, list[PlaceCount]] = {}
    for row in rows:
        count = PlaceCount(row.key, row.accounts, row.months)
        counts.setdefault((row.period, row.figure), []).append(count)
    return {figure: find_hidden_places(known) for figure, known in counts.items()}
