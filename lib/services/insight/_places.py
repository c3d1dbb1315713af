"""Tables by place: organisations of the city, streets of an organisation, houses of a street."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

from lib.domain import formats
from lib.domain.insight import privacy
from lib.domain.insight.answers import Chart, Column, Line, Series, Table
from lib.domain.insight.hidden_places import WITHHELD, WITHHELD_STREET, Key, is_hidden
from lib.domain.insight.view import Place, View
from lib.services.insight._context import Context
from lib.services.insight._tree import get_key

_TOTAL = "Всего"
_MOST_BARS = 15  # more are not told apart on a phone


class Level(NamedTuple):
    """The part of the place that a table goes down to: its heading and its Russian name."""

    name: str
    heading: str


ORGANIZATION = Level("organization", "Организация")
STREET = Level("street", "Улица")
HOUSE = Level("house", "Дом")
_DEPTHS = {ORGANIZATION: 1, STREET: 2, HOUSE: 3}


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
    *,
    hidden: Mapping[int, Collection[Key]] = MappingProxyType({}),
) -> Table | None:
    """Return a table of the parts of the place, made of values of houses.

    A part has all of its houses, as its own view has. Parts whose houses are all withheld are
    added up into one line that is not told apart.

    Args:
        context: of the screen.
        columns: of the table.
        values: additive values by house; houses outside the place are left out.
        hidden: places by the value that is hidden of them, by its place among the values.

    Returns:
        None if the view is a house already, or no house of the place has values: a group that
        nobody is charged for has no sums, and no total of them either.
    """
    level = find_level(context)
    every = [house for house in values if house in context.houses]
    if level is None or not every:
        return None
    parts: dict[Key, list[int]] = {}
    for house in every:
        parts.setdefault(_get_key(context, house, level), []).append(house)
    shown = {key: houses for key, houses in parts.items() if _is_shown(context, key, houses)}
    rest = [house for key, houses in parts.items() if key not in shown for house in houses]
    lines = []
    for key, houses in shown.items():
        line = _add(context, _name(context, houses[0], level), values, houses)
        lines.append(_hide(replace(line, leads=lead_to(context, houses[0], level)), key, hidden))
    together = _add(context, _name_rest(len(rest)), values, rest) if rest else None
    withheld = None
    if together and together.accounts >= privacy.FEWEST:
        withheld = _hide(together, _get_rest_key(context, level), hidden)
    total = None
    if not rest or withheld is not None:
        whole = replace(_add(context, _TOTAL, values, every), accounts=context.all_accounts)
        total = _hide(whole, get_key(context.view.place), hidden)
    return Table(level.heading, tuple(columns), tuple(lines), withheld, total)


def _get_key(context: Context, house: int, level: Level) -> Key:
    row = context.houses[house]
    return (row.organization, row.street, row.house)[: _DEPTHS[level]]


def _get_rest_key(context: Context, level: Level) -> Key:
    """Return the key of the parts that are shown nowhere: together they are one part."""
    place = context.view.place
    organization = place.organization or context.facts.organization
    if level is ORGANIZATION or organization is None:
        return (WITHHELD,)
    return (organization, WITHHELD_STREET) if level is STREET else (*get_key(place), WITHHELD)


def _is_shown(context: Context, key: Key, houses: Iterable[int]) -> bool:
    return key not in context.few_with_filter and bool(set(houses) - context.withheld)


def _hide(line: Line, key: Key, hidden: Mapping[int, Collection[Key]]) -> Line:
    values = tuple(
        None if is_hidden(key, hidden.get(place, ())) else value
        for place, value in enumerate(line.values)
    )
    return replace(line, values=values)


def _name_rest(count: int) -> str:
    return f"Ещё {formats.format_count(count, 'дом', 'дома', 'домов')}, где мало счетов"


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
    context: Context,
    name: str,
    values: Mapping[int, tuple[Decimal | None, ...]],
    houses: Collection[int],
) -> Line:
    """Return a line of some houses."""
    sums = privacy.add_values([Line("", values[house], 0) for house in houses])
    return Line(name, sums, sum(context.accounts.get(house, 0) for house in houses))
