"""The statement's tables as rows of values, for files that a spreadsheet opens."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from lib.documents.statement.data import Statement
from lib.domain import formats
from lib.domain.payments import movement, payment
from lib.domain.payments.movement import CLOSING, OPENING, SHIFTED, Flow, GroupMovement, Movement

Cell = str | dt.date | Decimal | None
"""None is no data: an empty cell, which is not zero."""
TOTAL = "Итого"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: its name, its headings and rows of as many cells."""

    name: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def list_movements(statement: Statement) -> Sheet:
    """Return every group's months, the oldest first, and their totals."""
    flows = movement.list_flows(statement.groups)
    headings = ("Группа услуг", "Месяц", OPENING, *(flow.heading for flow in flows), CLOSING)
    rows = (row for group in statement.groups for row in _group(group, flows))
    return Sheet("Движение финансов", headings, tuple(rows))


def list_payments(statement: Statement) -> Sheet:
    """Return the payments, with a column for the share of each group."""
    shares = [{share.group: share.amount for share in paid.shares} for paid in statement.payments]
    groups = tuple(dict.fromkeys(name for spread in shares for name in spread))
    headings = ("Дата", "Учтён за", "Способ", "Отметка", "Сумма", *groups, "Не распределено")
    rows: list[tuple[Cell, ...]] = [
        (
            paid.paid_on,
            paid.counted,
            paid.way,
            paid.mark or None,
            paid.amount,
            *(spread.get(name) for name in groups),
            paid.unspread or None,
        )
        for paid, spread in zip(statement.payments, shares, strict=True)
    ]
    if rows:
        sum_ = payment.sum_payments(statement.payments)
        rows.append((TOTAL, None, None, None, sum_, *(None for _ in groups), None))
    return Sheet("Платежи", headings, tuple(rows))


def _group(group: GroupMovement, flows: Sequence[Flow]) -> Iterator[tuple[Cell, ...]]:
    for month in group.months:
        yield (group.name, formats.format_month(month.period), *_figures(month, flows))
    if group.shifted:
        yield (group.name, SHIFTED, group.shifted, *(None for _ in flows), None)
    yield (group.name, TOTAL, *_figures(group.total, flows))


def _figures(month: Movement, flows: Sequence[Flow]) -> Iterator[Cell]:
    yield month.opening
    yield from (flow.amount(month) for flow in flows)
    yield month.closing
