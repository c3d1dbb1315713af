"""The table of one service group: a real HTML table, set like print; blocks on a phone."""

import datetime as dt
import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from lib.domain import formats
from lib.domain.billing.bill import Bill, BillGroup, BillLine
from lib.ui.markup import hyphenated, text

_Amount = Callable[[BillLine], Decimal | None]


@dataclass(frozen=True)
class Column:
    """One column of a bill.

    Attributes:
        heading: its name.
        cell: what a line shows in it.
        amount: what is added up in ИТОГО; None where a sum makes no sense.
        kind: class of its cells: «quiet» recedes, «main» stands first on a phone.
        is_optional: left out where no line has an amount.
    """

    heading: str
    cell: Callable[[BillLine], str]
    amount: _Amount | None = None
    kind: str = ""
    is_optional: bool = False

    @functools.cached_property
    def opening(self) -> str:
        """Return the tag that opens a cell; it is the same in every line of every bill."""
        mark = f' class="kb-{self.kind}"' if self.kind else ""
        return f'<td data-label="{text(self.heading)}"{mark}>'

    def total(self, group: BillGroup) -> str:
        """Return the column's sum as text; empty where there is nothing to add up."""
        summed = group.sum(self.amount) if self.amount else None
        return "" if summed is None else formats.money(summed)

    def is_shown(self, group: BillGroup) -> bool:
        """Tell whether the group has something to say in this column."""
        return not self.is_optional or (
            self.amount is not None and group.sum(self.amount) is not None
        )


def _money(heading: str, amount: _Amount, *, kind: str = "", optional: bool = False) -> Column:
    def cell(line: BillLine) -> str:
        return formats.money(amount(line))

    return Column(heading, cell, amount, kind=kind, is_optional=optional)


# figure 6 of the guide; the optional ones stand where billing has something to say
_COLUMNS = (
    Column("Единица измерения", lambda line: line.unit, kind="quiet"),
    Column("Тариф", lambda line: formats.tariff(line.tariff), kind="quiet"),
    Column("Объём", lambda line: formats.volume(line.volume), kind="quiet"),
    _money("К оплате на начало месяца", lambda line: line.opening),
    _money("Начислено", lambda line: line.accrued),
    _money("Перерасчёт", lambda line: line.recalculation),
    _money("Льгота", lambda line: line.privilege, optional=True),
    _money("Повышающий коэффициент", lambda line: line.coefficient_amount, optional=True),
    _money("Итого начислено", lambda line: line.total, kind="main"),
    _money("Пени", lambda line: line.penalty, optional=True),
    _money("Оплачено", lambda line: line.paid, optional=True),
)


def bill_groups(bill: Bill) -> str:
    """Return the tables of all groups, in printing order."""
    return "".join(bill_group(group, period=bill.period) for group in bill.groups)


def bill_group(group: BillGroup, *, period: dt.date) -> str:
    """Return the table of one group: caption with its balance, lines, ИТОГО."""
    columns = [column for column in _COLUMNS if column.is_shown(group)]
    headings = "".join(_heading(column) for column in columns)
    rows = "".join(_row(line, columns) for line in group.lines)
    apart = _apart(group, columns) if group.penalty is not None else ""
    return (
        f'<table class="kb-bill"><caption><span>{text(group.name)} за {formats.month(period)}'
        f"</span> {balance(group.balance)}</caption>"
        f'<thead><tr><th scope="col">Услуга</th>{headings}</tr></thead>'
        f"<tbody>{rows}</tbody><tfoot>{apart}{_totals(group, columns)}</tfoot></table>"
    )


def balance(value: Decimal, *, currency: str = "") -> str:
    """Return a balance as a coloured phrase; the word stands beside the colour."""
    side = "debt" if value > 0 else "advance" if value < 0 else "even"
    unit = f"\N{NO-BREAK SPACE}{currency}" if currency and value else ""
    return f'<span class="kb-balance kb-{side}">{text(formats.balance(value) + unit)}</span>'


def _heading(column: Column) -> str:
    mark = f' class="kb-{column.kind}"' if column.kind else ""
    return f'<th scope="col"{mark}>{hyphenated(column.heading)}</th>'


def _row(line: BillLine, columns: Sequence[Column]) -> str:
    cells = "".join(_cell(column, column.cell(line)) for column in columns)
    return f'<tr><th scope="row">{text(line.service)}</th>{cells}</tr>'


def _cell(column: Column, value: str) -> str:
    return f"{column.opening}{text(value)}</td>"


def _totals(group: BillGroup, columns: Sequence[Column]) -> str:
    cells = "".join(_cell(column, column.total(group)) for column in columns)
    return f'<tr class="kb-total"><th scope="row">ИТОГО</th>{cells}</tr>'


def _apart(group: BillGroup, columns: Sequence[Column]) -> str:
    """Return the row of a penalty that billing keeps apart from the lines."""
    penalty = formats.money(group.penalty)
    cells = "".join(_cell(c, penalty if c.kind == "main" else "") for c in columns)
    return f'<tr><th scope="row">Пени</th>{cells}</tr>'
