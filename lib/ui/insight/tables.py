"""Tables of analysts: sorted by a click on a heading; a click on a line goes down."""

from decimal import Decimal

from markupsafe import Markup

from lib import links
from lib.domain.insight.answers import Cell, Line, Table, Unit
from lib.domain.insight.view import NAMES, View, write_view
from lib.ui import tables
from lib.ui.insight import cells
from lib.ui.markup import escape, fill
from lib.ui.tables import Heading


def build_table(table: Table, *, caption: str | Markup, path: str, view: View) -> Markup:
    """Return a table under its caption; links keep the filters of the view."""
    by_name = view.change(sort=-NAMES if view.sort == NAMES else NAMES)
    headings = [Heading(table.heading, address=link_to_view(path, by_name))]
    for number, column in enumerate(table.columns, start=1):
        sort = number if view.sort == -number else -number
        address = link_to_view(path, view.change(sort=sort))
        is_word = column.unit is Unit.TEXT
        headings.append(Heading(column.name, is_word=is_word, address=address))
    lines = [*_sort(table, view.sort)]
    if table.withheld:
        lines.append(table.withheld)
    return tables.build_table(
        caption=caption,
        headings=headings,
        rows=[_build_row(table, line, path) for line in lines],
        totals=[_build_row(table, table.total, path)] if table.total else (),
        kind="kb-insight",
    )


def link_to_view(path: str, view: View) -> str:
    """Return the address of a screen with a view."""
    return links.link_to_screen(path, **write_view(view))


def _sort(table: Table, sort: int | None) -> list[Line]:
    """Return the lines by a column; lines without a figure come last."""
    lines = list(table.lines)
    if sort in {NAMES, -NAMES}:
        if any(line.leads for line in lines):  # months and ages keep their order
            lines.sort(key=lambda line: line.name)
        return lines[::-1] if sort == -NAMES else lines
    if sort is None or not 0 < abs(sort) <= len(table.columns):
        return lines
    place = abs(sort) - 1
    keyed = [(table.compute_cells(line)[place], line) for line in lines]
    known = [pair for pair in keyed if pair[0] is not None]
    known.sort(key=lambda pair: _make_key(pair[0]), reverse=sort < 0)
    return [line for _, line in known] + [line for cell, line in keyed if cell is None]


def _make_key(cell: Cell) -> tuple[Decimal, str]:
    if isinstance(cell, (Decimal, int)):
        return Decimal(cell), ""
    return Decimal(0), str(cell)


def _build_row(table: Table, line: Line, path: str) -> list[Markup]:
    name = escape(line.name)
    if line.leads is not None:
        name = fill(Markup('<a href="{}">{}</a>'), link_to_view(path, line.leads), line.name)
    built = [
        cells.build_cell(value, column.unit, is_good=column.is_good)
        for value, column in zip(table.compute_cells(line), table.columns, strict=True)
    ]
    return [name, *built]
