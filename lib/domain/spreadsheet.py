"""Cells of a table that a spreadsheet will open: words stay words."""

import datetime as dt
from decimal import Decimal

from lib.domain import formats

# A cell that begins so is a formula to a spreadsheet, whoever wrote it.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def harmless(cell: str) -> str:
    """Put an apostrophe before what a spreadsheet would compute."""
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell


def cell(value: object) -> str:
    """Write a value the Russian way; a figure stays a figure, words cannot become a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "да" if value else "нет"
    if isinstance(value, int | Decimal):
        return f"{value:f}".replace(".", ",") if isinstance(value, Decimal) else str(value)
    if isinstance(value, dt.datetime):
        return formats.moment(value)
    return formats.day(value) if isinstance(value, dt.date) else harmless(str(value))
