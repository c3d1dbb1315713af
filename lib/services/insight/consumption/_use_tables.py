"""«Потребление»: tables by place or by month, with the change against the compared period."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TypeVar

from lib.domain import formats, periods
from lib.domain.insight import figures
from lib.domain.insight.answers import Column, Line, Table, Unit, Values
from lib.facts.questions.consumption import Balance, Use
from lib.services.insight import _places
from lib.services.insight._context import Context
from lib.services.insight._shared_accounts import COMPARED

R = TypeVar("R", Use, Balance)


_Values = tuple[Decimal | None, ...]


def list_use_columns(context: Context, unit: str) -> tuple[Column, ...]:
    """Return the columns of consumption; values: used, residents, area, and the same before."""
    columns = (
        figures.value_column(f"Расход, {unit}", Unit.NUMBER, 0),
        Column(
            f"На человека в месяц, {unit}", Unit.NUMBER, lambda values: figures.share(*values[:2])
        ),
        Column(f"На 100 кв. м в месяц, {unit}", Unit.NUMBER, _compute_by_area),
    )
    return add_change(context, columns, "Расход на человека", Unit.CHANGE, _compute_change)


def add_change(
    context: Context,
    columns: Sequence[Column],
    name: str,
    unit: Unit,
    compute: Callable[[Values], Decimal | None],
    *,
    is_good: bool | None = None,
) -> tuple[Column, ...]:
    """Return the columns with that of a change, if anything is compared."""
    if context.scope_before is None:
        return tuple(columns)
    word = COMPARED[context.view.compared]
    return (*columns, Column(f"{name}: {word}", unit, compute, is_good))


def _compute_by_area(values: Values) -> Decimal | None:
    by_area = figures.share(values[0], values[2])
    return None if by_area is None else by_area * 100


def _compute_change(values: Values) -> Decimal | None:
    return figures.change(figures.share(*values[:2]), figures.share(*values[3:5]))


def divide_uses(
    context: Context,
    columns: Sequence[Column],
    rows: tuple[Sequence[R], Sequence[R]],
    list_values: Callable[[R], _Values],
) -> Table | None:
    """Return a table by place, or by month if the view is a house; None without rows."""
    if not rows[0]:
        return None
    if context.view.place.house is not None:
        months = tuple(
            Line(
                formats.format_month(row.period),
                list_values(row) + _find_before(context, row, rows[1], list_values),
                context.all_accounts,
                order=row.period,
            )
            for row in rows[0]
            if row.period
        )
        return Table("Месяц", tuple(columns), months)
    now, before = (_by_house(part, list_values) for part in rows)
    before = {house: row for house, row in before.items() if house not in context.unlike}
    width = len(next(iter(now.values())))
    values = {house: own + before.get(house, (None,) * width) for house, own in now.items()}
    return _places.divide_by_place(context, columns, values)


def _by_house(rows: Sequence[R], list_values: Callable[[R], _Values]) -> dict[int, _Values]:
    return {row.house: list_values(row) for row in rows if row.house is not None}


def _find_before(
    context: Context, row: R, rows: Sequence[R], list_values: Callable[[R], _Values]
) -> _Values:
    """Return the values of the month that a month is compared with."""
    span = context.view.span_before
    if span and row.period:
        back = periods.count_months(span[0], context.view.since)
        month = periods.add_months(row.period, -back)
        found = next((other for other in rows if other.period == month), None)
        if found:
            return list_values(found)
    return (None,) * len(list_values(row))


def sort_lines(table: Table, place: int) -> Table:
    """Return the table with the largest cells of a column first; missing ones come last."""

    def measure(line: Line) -> Decimal:
        cell = table.columns[place].compute(line.values)
        return cell if isinstance(cell, Decimal) else Decimal("-Infinity")

    return replace(table, lines=tuple(sorted(table.lines, key=measure, reverse=True)))
