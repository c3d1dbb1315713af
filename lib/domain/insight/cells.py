"""Figures of analysts as people read them, by their unit: on screens and in letters."""

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal

from lib.domain import formats
from lib.domain.insight import figures
from lib.domain.insight.answers import Cell, Unit


def format_cell(value: Cell, unit: Unit) -> str:
    """Write a figure with its unit, where the heading does not say it."""
    if value is None:
        return formats.NO_DATA
    if isinstance(value, str):
        return value
    if isinstance(value, dt.date):
        return formats.format_date(value)
    return _WRITERS.get(unit, _format_number)(Decimal(value))


def format_alone(value: Cell, unit: Unit, *, name: str) -> str:
    """Write a figure that stands in a sentence: a sum has its sign, if its name does not say it."""
    text = format_cell(value, unit)
    has_sign = value is not None and unit is Unit.MONEY and "₽" not in name
    return f"{text}\N{NO-BREAK SPACE}₽" if has_sign else text


def _format_count(value: Decimal) -> str:
    return formats.format_number(value.to_integral_value(), places=0)


def _format_number(value: Decimal) -> str:
    rounded = value.quantize(Decimal("0.01"), ROUND_HALF_UP)
    return formats.format_number(rounded or Decimal(0), places=0)


_WRITERS: Mapping[Unit, Callable[[Decimal], str]] = {
    Unit.MONEY: formats.format_money,
    Unit.SHARE: figures.format_share,
    Unit.POINTS: figures.format_points,
    Unit.CHANGE: figures.format_change,
    Unit.COUNT: _format_count,
}
