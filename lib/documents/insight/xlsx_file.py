"""The tables of a screen as a workbook: numbers stay numbers, texts never become a formula."""

import datetime as dt
import re
import tempfile
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import xlsxwriter

from lib.documents.insight.data import Book, Sheet
from lib.domain import spreadsheet
from lib.domain.insight.answers import Cell, Unit

_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
_LONGEST_NAME = 31
_WORDS_WIDTH, _FIGURES_WIDTH, _FACTS_WIDTH = 32, 16, 90
_PIECE = 64 * 1024
# a text stays a text; rows go to a file as they are written
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
_NUMBERS = {
    Unit.MONEY: "#,##0.00",
    Unit.SHARE: "0.0%",
    Unit.POINTS: "+0.0%;-0.0%;0.0%",
    Unit.CHANGE: "+0.0%;-0.0%;0.0%",
    Unit.COUNT: "#,##0",
    Unit.DAY: "dd.mm.yyyy",
}


def render_pieces(book: Book) -> Iterator[bytes]:
    """Yield a workbook piece by piece: a sheet for each table, and one about the file."""
    with tempfile.TemporaryFile() as written:
        with xlsxwriter.Workbook(written, _OPTIONS) as made:
            made.set_properties({"title": book.title, "language": "ru-RU"})
            for number, sheet in enumerate(book.sheets, start=1):
                name = f"{number}. {_FORBIDDEN.sub(' ', sheet.title)}"[:_LONGEST_NAME].strip()
                _write_sheet(made, made.add_worksheet(name), sheet)
            _write_facts(made, made.add_worksheet("О файле"), book)
        written.seek(0)
        while piece := written.read(_PIECE):
            yield piece


def _write_sheet(made: Any, page: Any, sheet: Sheet) -> None:
    head = made.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom"})
    looks = {
        (unit, is_total): made.add_format(
            {"num_format": _NUMBERS.get(unit, "General"), "bold": is_total}
        )
        for unit in set(sheet.units)
        for is_total in (False, True)
    }
    for place, (heading, unit) in enumerate(zip(sheet.headings, sheet.units, strict=True)):
        page.set_column(place, place, _WORDS_WIDTH if unit is Unit.TEXT else _FIGURES_WIDTH)
        page.write_string(0, place, spreadsheet.escape_formula(heading), head)
    plain = len(sheet.rows) - sheet.totals
    for line, row in enumerate(sheet.rows):
        for place, (cell, unit) in enumerate(zip(row, sheet.units, strict=True)):
            _write_cell(page, (line + 1, place), cell, looks[unit, line >= plain])
    page.freeze_panes(1, 1)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)


def _write_cell(page: Any, place: tuple[int, int], cell: Cell, look: Any) -> None:
    if isinstance(cell, (Decimal, int)):
        page.write_number(*place, cell, look)
    elif isinstance(cell, dt.date):
        page.write_datetime(*place, cell, look)
    elif cell is not None:
        page.write_string(*place, spreadsheet.escape_formula(cell), look)


def _write_facts(made: Any, page: Any, book: Book) -> None:
    words = made.add_format({"text_wrap": True, "valign": "top"})
    page.set_column(0, 0, _WORDS_WIDTH)
    page.set_column(1, 1, _FACTS_WIDTH)
    answers = [(sheet.title, sheet.answer) for sheet in book.sheets if sheet.answer]
    for line, (name, value) in enumerate([*book.facts, *answers, *book.meanings]):
        page.write_string(line, 0, spreadsheet.escape_formula(name), words)
        page.write_string(line, 1, spreadsheet.escape_formula(value), words)
