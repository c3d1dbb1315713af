"""The statement as a workbook: money as numbers with kopecks, texts that never become a formula."""

import datetime as dt
import io
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import xlsxwriter

from lib.documents.statement import rows
from lib.documents.statement.data import Statement
from lib.documents.statement.rows import TOTAL, Cell, Sheet
from lib.domain import spreadsheet

_MONEY, _DAY = "#,##0.00", "dd.mm.yyyy"
_WORDS_WIDTH, _FIGURES_WIDTH = 24, 15
_FACTS_WIDTH = 48
# a text stays a text
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


@dataclass(frozen=True, slots=True)
class _Looks:
    """Formats of cells: texts, money and days; pairs are for plain rows and for totals."""

    head: Any
    words: tuple[Any, Any]
    money: tuple[Any, Any]
    day: Any


def render(statement: Statement) -> bytes:
    """Write three sheets: the movement, the payments, the facts about the account."""
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, _OPTIONS) as book:
        made_at = dt.datetime.combine(statement.made_on, dt.time())
        book.set_properties(
            {
                "title": statement.title,
                "author": statement.organization,
                "language": "ru-RU",
                "created": made_at,
            }
        )
        looks = _looks(book)
        for sheet in (rows.list_movements(statement), rows.list_payments(statement)):
            _table(book.add_worksheet(sheet.name), sheet, looks)
        _facts(book.add_worksheet("Сведения"), statement, looks)
    return written.getvalue()


def _looks(book: Any) -> _Looks:
    return _Looks(
        head=book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom"}),
        words=(book.add_format(), book.add_format({"bold": True})),
        money=(
            book.add_format({"num_format": _MONEY}),
            book.add_format({"num_format": _MONEY, "bold": True}),
        ),
        day=book.add_format({"num_format": _DAY, "align": "left"}),
    )


def _table(page: Any, sheet: Sheet, looks: _Looks) -> None:
    for place, heading in enumerate(sheet.headings):
        page.write_string(0, place, spreadsheet.escape_formula(heading), looks.head)
        is_words = any(isinstance(row[place], str) for row in sheet.rows)
        page.set_column(place, place, _WORDS_WIDTH if is_words else _FIGURES_WIDTH)
    for line, row in enumerate(sheet.rows, start=1):
        _row(page, line, row, looks)
    page.freeze_panes(1, 0)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)


def _row(page: Any, line: int, row: Iterable[Cell], looks: _Looks) -> None:
    cells = tuple(row)
    is_total = TOTAL in cells[:2]
    for place, cell in enumerate(cells):
        if isinstance(cell, Decimal):
            page.write_number(line, place, cell, looks.money[is_total])
        elif isinstance(cell, str):
            page.write_string(line, place, spreadsheet.escape_formula(cell), looks.words[is_total])
        elif cell is not None:
            page.write_datetime(line, place, cell, looks.day)


def _facts(page: Any, statement: Statement, looks: _Looks) -> None:
    page.set_column(0, 0, _WORDS_WIDTH)
    page.set_column(1, 1, _FACTS_WIDTH)
    for line, (name, value) in enumerate(statement.facts):
        page.write_string(line, 0, name, looks.words[0])
        page.write_string(line, 1, spreadsheet.escape_formula(value), looks.words[0])
