"""The result of a free query as a table, and as a chart that is chosen from its columns."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import cast

from lib.domain import formats
from lib.domain.insight.answers import Cell, Chart, Column, Line, Mark, Series, Table, Unit, Values
from lib.facts.free_query.asking import Result, ResultColumn

_MOST_SERIES, _MOST_POINTS = 5, 120
_WORDS_OF_KEYS = ("house", "organization", "service", "service_group", "год", "year")
_WHOLE = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UINTEGER", "UBIGINT"}


def find_unit(column: ResultColumn) -> Unit:
    """Return the unit that a column is written in, by its type; keys and years are words."""
    kind = column.type.partition("(")[0]
    if kind in _WHOLE:
        return Unit.TEXT if column.name.lower() in _WORDS_OF_KEYS else Unit.COUNT
    if kind == "DECIMAL":
        return Unit.MONEY if column.type.endswith(",2)") else Unit.NUMBER
    return {"DOUBLE": Unit.NUMBER, "FLOAT": Unit.NUMBER, "DATE": Unit.DAY}.get(kind, Unit.TEXT)


def make_table(result: Result) -> Table:
    """Return the result as a table; its first column names the lines."""
    first, *others = result.columns
    unit = find_unit(first)
    lines = tuple(
        # any value may stand in a result; the columns only hand it on
        Line(name_cell(row[0], unit), cast("tuple[Decimal | None, ...]", row[1:]), 0)
        for row in result.rows
    )
    columns = tuple(_make_column(column, place) for place, column in enumerate(others))
    return Table(first.name, columns, lines)


def _make_column(column: ResultColumn, place: int) -> Column:
    unit = find_unit(column)

    def compute(values: Values) -> Cell:
        value: Cell = values[place]
        return str(value) if unit is Unit.TEXT and value is not None else value

    return Column(column.name, unit, compute)


def name_cell(value: Cell, unit: Unit) -> str:
    """Write the first cell of a row, which names it."""
    if value is None:
        return formats.NO_DATA
    if isinstance(value, dt.date):
        return formats.format_date(value)
    if isinstance(value, Decimal):
        return formats.format_number(value, places=2 if unit is Unit.MONEY else 0)
    return str(value)


def choose_chart(result: Result) -> Chart | None:
    """Return a chart of the result; None if its columns do not make one.

    The first column is the axis. With a text second and a figure third, each text is a series;
    otherwise each column of the first figure's unit is one. Days make lines, texts make bars.
    """
    if not len(result.rows) > 1 or len(result.columns) < 2:  # noqa: PLR2004 - an axis and a figure
        return None
    units = [find_unit(column) for column in result.columns]
    figures = [
        place
        for place, unit in enumerate(units)
        if place and unit in {Unit.MONEY, Unit.NUMBER, Unit.COUNT}
    ]
    if not figures:
        return None
    unit = units[figures[0]]
    mark = Mark.LINE if units[0] is Unit.DAY else Mark.BARS
    axis = tuple(dict.fromkeys(_name_point(row[0], result) for row in result.rows))
    if len(axis) > _MOST_POINTS:
        return None
    if figures == [2] and units[1] is Unit.TEXT:
        series = _divide(result, axis, mark)
    elif len(axis) == len(result.rows):
        same = [place for place in figures if units[place] is unit][:_MOST_SERIES]
        series = [_take(result, place, mark) for place in same]
    else:
        return None
    return Chart(axis, tuple(series), unit) if series else None


def _name_point(value: Cell, result: Result) -> str:
    is_months = all(not isinstance(row[0], dt.date) or row[0].day == 1 for row in result.rows)
    if isinstance(value, dt.date) and is_months:
        return formats.format_short_month(value)
    return name_cell(value, Unit.TEXT)


def _take(result: Result, place: int, mark: Mark) -> Series:
    values = tuple(_read_figure(row[place]) for row in result.rows)
    return Series(result.columns[place].name, values, mark)


def _divide(result: Result, axis: Sequence[str], mark: Mark) -> list[Series]:
    found: dict[str, dict[str, Decimal | None]] = {}
    for row in result.rows:
        name = name_cell(row[1], Unit.TEXT)
        found.setdefault(name, {})[_name_point(row[0], result)] = _read_figure(row[2])
    if len(found) > _MOST_SERIES:
        return []
    return [
        Series(name, tuple(values.get(point) for point in axis), mark)
        for name, values in found.items()
    ]


def _read_figure(value: Cell) -> Decimal | None:
    return Decimal(value) if isinstance(value, (int, Decimal)) else None
