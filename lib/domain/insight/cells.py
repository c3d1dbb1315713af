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
