"""What a file of analysts is made of."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from lib.domain.insight.answers import Cell, Panel, Table, Unit

LINE, TOGETHER, TOTAL = "строка", "вместе", "итого"
_KIND_OF_ROW = "вид строки"
_KOPECK, _FINE = Decimal("0.01"), Decimal("0.000001")
_CUT = 64 * 1024


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of a screen.

    Attributes:
        key: of its panel.
        title: the question.
        answer: the sentence that answers it.
        headings: names of the columns, each once.
        units: of the columns.
        rows: the cells, as exact as they are known.
        totals: how many rows at the end are sums of others.
    """

    key: str
    title: str
    answer: str
    headings: tuple[str, ...]
    units: tuple[Unit, ...]
    rows: tuple[tuple[Cell, ...], ...]
    totals: int


@dataclass(frozen=True, slots=True)
class Book:
    """All tables of a screen, and what has to be known of them.

    Attributes:
        title: the name of the screen.
        facts: names and values: filters, the moment of the data.
        meanings: of each question: what it is, the formula, over what.
        sheets: the tables.
    """

    title: str
    facts: tuple[tuple[str, str], ...]
    meanings: tuple[tuple[str, str], ...]
    sheets: tuple[Sheet, ...]


def make_sheet(panel: Panel, table: Table) -> Sheet:
    """Return the table of a panel; where rows are sums of others, a column says which."""
    sums = [(TOGETHER, table.withheld), (TOTAL, table.total)]
    totals = sum(line is not None for _, line in sums)
    units = (Unit.TEXT, *(column.unit for column in table.columns))
    headings = _tell_apart([table.heading, *(column.name for column in table.columns)])
    rows = [
        tuple(_round(cell, unit) for cell, unit in zip(row, units, strict=True))
        for row in table.list_rows()
    ]
    if totals:
        kinds = [LINE] * len(table.lines) + [kind for kind, line in sums if line]
        rows = [(*row, kind) for row, kind in zip(rows, kinds, strict=True)]
        headings, units = (*headings, _KIND_OF_ROW), (*units, Unit.TEXT)
    return Sheet(panel.key, panel.question, panel.answer, headings, units, tuple(rows), totals)


def cut_pieces(content: bytes) -> Iterator[bytes]:
    """Yield a file piece by piece, as it is sent."""
    for start in range(0, len(content), _CUT):
        yield content[start : start + _CUT]


def _tell_apart(names: Iterable[str]) -> tuple[str, ...]:
    """Number names that are there twice: a column of a file has a name of its own."""
    found: list[str] = []
    for name in names:
        number, free = 1, name
        while free in found:
            number += 1
            free = f"{name} {number}"
        found.append(free)
    return tuple(found)


def _round(cell: Cell, unit: Unit) -> Cell:
    """Round a quotient to what a file holds; sums have no more digits than that."""
    if not isinstance(cell, Decimal):
        return cell
    if unit is Unit.COUNT and cell == cell.to_integral_value():
        return int(cell)
    return cell.quantize(_KOPECK if unit is Unit.MONEY else _FINE, ROUND_HALF_UP)
