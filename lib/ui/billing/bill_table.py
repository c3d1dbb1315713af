"""The tables of a bill, one for each group, laid out as in print; as blocks on a phone."""

import datetime as dt
import functools
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from lib.domain import formats
from lib.domain.billing.bill import Bill, BillGroup, BillLine
from lib.ui.markup import EMPTY, fill, hyphenate_heading, join_pieces
from lib.ui.tables import build_row, list_endings

_Amount = Callable[[BillLine], Decimal | None]


@dataclass(frozen=True)
class Column:
    """One column of a bill.

    Attributes:
        heading: its name.
        cell: what a line shows in it.
        amount: what is added up in ИТОГО; None where a sum makes no sense.
        kind: class of its cells: «quiet» is muted, «main» comes first on a phone.
        is_optional: left out where no line has an amount.
    """

    heading: str
    cell: Callable[[BillLine], str]
    amount: _Amount | None = None
    kind: str = ""
    is_optional: bool = False

    @functools.cached_property
    def mark(self) -> Markup:
        """Return the class attribute of the column's cells."""
        return fill(Markup(' class="kb-{}"'), self.kind) if self.kind else EMPTY

    @functools.cached_property
    def opening(self) -> Markup:
        """Return the tag that opens a cell; it is the same in every line of every bill."""
        return fill(Markup('<td data-label="{}"{}>'), self.heading, self.mark)

    def format_total(self, group: BillGroup) -> str:
        """Return the column's sum as text; empty where there is nothing to add up."""
        summed = group.sum(self.amount) if self.amount else None
        return "" if summed is None else formats.format_money(summed)

    def is_shown(self, group: BillGroup) -> bool:
        """Tell whether the group has amounts in this column."""
        return not self.is_optional or (
            self.amount is not None and group.sum(self.amount) is not None
        )


def _money(heading: str, amount: _Amount, *, kind: str = "", optional: bool = False) -> Column:
    def cell(line: BillLine) -> str:
        return formats.format_money(amount(line))

    return Column(heading, cell, amount, kind=kind, is_optional=optional)


_TABLE = Markup(
    '<table class="kb-bill"><caption><span>{} за {}</span> {}</caption><thead><tr>'
    '<th scope="col">Услуга</th>{}</tr></thead><tbody>{}</tbody><tfoot>{}</tfoot></table>'
)
# figure 6 of the guide; optional columns are shown where billing has sent amounts
_COLUMNS = (
    Column("Единица измерения", lambda line: line.unit, kind="quiet"),
    Column("Тариф", lambda line: formats.format_tariff(line.tariff), kind="quiet"),
    Column("Объём", lambda line: formats.format_volume(line.volume), kind="quiet"),
    _money("К оплате на начало месяца", lambda line: line.opening),
    _money("Начислено", lambda line: line.accrued),
    _money("Перерасчёт", lambda line: line.recalculation),
    _money("Льгота", lambda line: line.privilege, optional=True),
    _money("Повышающий коэффициент", lambda line: line.coefficient_amount, optional=True),
    _money("Итого начислено", lambda line: line.total, kind="main"),
    _money("Пени", lambda line: line.penalty, optional=True),
    _money("Оплачено", lambda line: line.paid, optional=True),
)


def build_bill(bill: Bill) -> Markup:
    """Return the tables of all groups, in printing order."""
    return join_pieces(build_group(group, period=bill.period) for group in bill.groups)


def build_group(group: BillGroup, *, period: dt.date) -> Markup:
    """Return the table of one group: caption with its balance, lines, ИТОГО."""
    columns = [column for column in _COLUMNS if column.is_shown(group)]
    headings = join_pieces(
        fill(Markup('<th scope="col"{}>{}</th>'), column.mark, hyphenate_heading(column.heading))
        for column in columns
    )
    endings = list_endings([column.opening for column in columns])
    rows = join_pieces(
        build_row([line.service, *(column.cell(line) for column in columns)], endings)
        for line in group.lines
    )
    totals = [column.format_total(group) for column in columns]
    foot = build_row(["ИТОГО", *totals], endings, is_total=True)
    if group.penalty is not None:  # billing keeps it apart from the lines
        penalty = formats.format_money(group.penalty)
        penalty_cells = [penalty if column.kind == "main" else "" for column in columns]
        foot = build_row(["Пени", *penalty_cells], endings) + foot
    balance = build_balance(group.balance)
    return fill(_TABLE, group.name, formats.format_period(period), balance, headings, rows, foot)


def build_balance(value: Decimal, *, currency: str = "") -> Markup:
    """Return a balance as a coloured phrase; its words say the same as the colour."""
    side = "debt" if value > 0 else "advance" if value < 0 else "even"
    unit = f"\N{NO-BREAK SPACE}{currency}" if currency and value else ""
    phrase = Markup('<span class="kb-balance kb-{}">{}</span>')
    return fill(phrase, side, formats.format_balance(value) + unit)
