"""Cells of tables that a spreadsheet opens: text must not become a formula."""

import datetime as dt
from decimal import Decimal

from lib.domain import formats

# a spreadsheet takes a cell that begins with one of these for a formula
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def escape_formula(cell: str) -> str:
    """Return a text with an apostrophe in front if a spreadsheet would take it for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell


def format_cell(value: object) -> str:
    """Format a value by Russian rules: numbers stay numbers, text cannot become a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "да" if value else "нет"
    if isinstance(value, int | Decimal):
        return f"{value:f}".replace(".", ",") if isinstance(value, Decimal) else str(value)
    if isinstance(value, dt.datetime):
        return formats.format_moment(value)
    return formats.format_date(value) if isinstance(value, dt.date) else escape_formula(str(value))
