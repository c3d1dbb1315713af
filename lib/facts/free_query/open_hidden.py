"""Which places the open tables hide of a figure, and as what they are shown: as on the screens."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from lib.domain.insight.hidden_places import (
    WITHHELD,
    Key,
    PlaceCount,
    find_hidden_places,
    is_hidden,
    place_houses,
)

_Row = tuple[dt.date, str, int, int | None, bool]
_HOUSE = 3


def write_levels(
    database: Any, withheld: Collection[int], question: str, figures: Sequence[str], name: str
) -> None:
    """Write as what each house is shown in each month, of figures that few accounts may have.

    The table has «period», «figure», «house», «is_hidden» and «level»: 3, the house; 1, the rest of
    its organisation; 0, the rest of all; NULL, nothing.

    Args:
        database: of the open tables, with the copy of the version attached.
        withheld: houses that are shown nowhere.
        question: the month, the house, and how many accounts have each figure.
        figures: their names, in the order of the question.
        name: of the table.
    """
    rows = list(_list_levels(database, withheld, question, figures))
    database.execute(
        f"CREATE TEMP TABLE {name} (period DATE, figure VARCHAR, house INTEGER, "
        "level INTEGER, is_hidden BOOLEAN)"
    )
    columns = [list(column) for column in zip(*rows, strict=True)] or [[]] * 5
    database.execute(
        f"INSERT INTO {name} SELECT unnest($1::DATE[]), unnest($2::VARCHAR[]), "
        "unnest($3::INTEGER[]), unnest($4::INTEGER[]), unnest($5::BOOLEAN[])",
        columns,
    )


def _list_levels(
    database: Any, withheld: Collection[int], question: str, figures: Sequence[str]
) -> Iterator[_Row]:
    houses = {
        house: (organization, street)
        for house, organization, street in database.execute(
            "SELECT house, any_value(organization), any_value(street) FROM source_houses GROUP BY 1"
        ).fetchall()
    }
    keys = place_houses(houses, withheld)
    counts: defaultdict[tuple[dt.date, str], Counter[Key]] = defaultdict(Counter)
    for period, house, *known in database.execute(question).fetchall():
        for figure, count in zip(figures, known, strict=True):
            for depth in range(4):
                counts[period, figure][keys[house][:depth]] += count
    for (period, figure), known_counts in counts.items():
        hidden = find_hidden_places(PlaceCount(*pair) for pair in known_counts.items())
        for house, key in keys.items():
            level = None if () in hidden else _find_level(key, hidden)
            yield period, figure, house, level, is_hidden(key, hidden)


def _find_level(key: Key, hidden: Collection[Key]) -> int:
    if key[0] == WITHHELD or is_hidden(key[:1], hidden):
        return 0
    return _HOUSE if key[-1] != WITHHELD and not is_hidden(key, hidden) else 1
