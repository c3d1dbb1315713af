"""Tables by place: organisations of the city, streets of an organisation, houses of a street."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from lib.domain import formats
from lib.domain.insight import privacy
from lib.domain.insight.answers import Chart, Column, Line, Series, Table
from lib.domain.insight.view import Place, View
from lib.services.insight._context import Context

_TOTAL = "Всего"
_MOST_BARS = 15  # more are not told apart on a phone


class Level(NamedTuple):
    """The part of the place that a table goes down to: its heading and its Russian name."""

    name: str
    heading: str


ORGANIZATION = Level("organization", "Организация")
STREET = Level("street", "Улица")
HOUSE = Level("house", "Дом")


def find_level(context: Context) -> Level | None:
    """Return what a table by place is divided by; None: the view is a house already.

    A level with one part is skipped: a city of one organisation begins with its streets.
    """
    place = context.view.place
    if place.house is not None:
        return None
    if place.street is not None:
        return HOUSE
    if place.organization is not None or context.facts.organization is not None:
        return STREET
    return ORGANIZATION


def divide_by_place(
    context: Context,
    columns: Sequence[Column],
    values: Mapping[int, tuple[Decimal | None, ...]],
) -> Table | None:
    """Return a table of the parts of the place, made of values of houses.

    Houses of few accounts are added up into one line that is not told apart, at every level.

    Args:
        context: of the screen.
        columns: of the table.
        values: additive values by house; houses outside the place are left out.

    Returns:
        None if the view is a house already, or no house of the place has values: a group that
        nobody is charged for has no sums, and no total of them either.
    """
    level = find_level(context)
    every = [house for house in values if house in context.houses]
    if level is None or not every:
        return None
    shown: dict[str, list[int]] = {}
    hidden: list[int] = []
    for house in every:
        if house in context.withheld:
            hidden.append(house)
        else:
            shown.setdefault(_name(context, house, level), []).append(house)
    lines = tuple(
        Line(
            name,
            _add(values, houses),
            sum(context.accounts.get(house, 0) for house in houses),
            leads=lead_to(context, houses[0], level),
        )
        for name, houses in shown.items()
    )
    together = sum(context.accounts.get(house, 0) for house in hidden)
    withheld = None
    if hidden and together >= privacy.FEWEST:
        count = formats.format_count(len(hidden), "дом", "дома", "домов")
        withheld = Line(
            f"{count}, где мало счетов: в строках выше их нет", _add(values, hidden), together
        )
    is_whole = not hidden or withheld is not None
    total = Line(_TOTAL, _add(values, every), context.all_accounts) if is_whole else None
    return Table(level.heading, tuple(columns), lines, withheld, total)


def draw_places(table: Table | None, *, column: int) -> Chart | None:
    """Return a column of a table of places as bars, each of which goes down like its line.

    Args:
        table: by place, in the order in which its lines are worth a look.
        column: number of the column, from 0.

    Returns:
        None if there are no two bars to compare.
    """
    if table is None:
        return None
    shown = table.columns[column]
    cells = [(line, shown.compute(line.values)) for line in table.lines if line.leads]
    bars = [(line, cell) for line, cell in cells if isinstance(cell, Decimal)][:_MOST_BARS]
    if len(bars) < 2:  # noqa: PLR2004 - two can be compared
        return None
    return Chart(
        axis=tuple(line.name for line, _ in bars),
        series=(Series(shown.name, tuple(cell for _, cell in bars)),),
        unit=shown.unit,
        leads=tuple(line.leads for line, _ in bars),
    )


def lead_to(context: Context, house: int, level: Level) -> View:
    """Return the view of the part of the place that a house is in."""
    row, view = context.houses[house], context.view
    place = {
        ORGANIZATION: Place(row.organization),
        STREET: Place(row.organization, row.street),
        HOUSE: Place(row.organization, row.street, row.house),
    }[level]
    return view.change(place=place, sort=None)


def _name(context: Context, house: int, level: Level) -> str:
    row = context.houses[house]
    if level is ORGANIZATION:
        return context.organizations.get(row.organization, str(row.organization))
    return row.street if level is STREET else row.name


def _add(
    values: Mapping[int, tuple[Decimal | None, ...]], houses: Iterable[int]
) -> tuple[Decimal | None, ...]:
    return privacy.add_values([Line("", values[house], 0) for house in houses])
