"""Figures of analysts in cells of a table; a change shows by its colour whether it is good."""

from decimal import Decimal

from markupsafe import Markup

from lib.domain.insight.answers import Cell, Unit
from lib.domain.insight.cells import format_cell
from lib.ui.markup import escape, fill

__all__ = ["build_cell", "format_cell"]
_SIGNED = (Unit.POINTS, Unit.CHANGE)


def is_zero(change: str) -> bool:
    """Tell whether a change is written as nothing, «0 п. п.»: it is neither good nor bad then."""
    return change.startswith("0\N{NO-BREAK SPACE}")


def build_cell(value: Cell, unit: Unit, *, is_good: bool | None) -> Markup:
    """Return a cell; a change is coloured by whether it is good, its sign says the same."""
    text = format_cell(value, unit)
    if unit not in _SIGNED or is_good is None or not isinstance(value, Decimal):
        return escape(text)
    if is_zero(text):
        return escape(text)
    mark = "kb-better" if (value > 0) == is_good else "kb-worse"
    return fill(Markup('<span class="{}">{}</span>'), mark, text)
