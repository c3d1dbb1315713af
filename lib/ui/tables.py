"""Bill tables: real HTML tables, set like print; small blocks of name and value on a phone."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from lib.domain import formats
from lib.domain.bill import BillGroup, BillLine, total_of
from lib.services.bills import MonthlyCharge, Recalculation
from lib.ui.markup import text

_Amount = Callable[[BillLine], Decimal | None]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a bill: its heading, its cell, and its sum where sums make sense."""

    heading: str
    cell: Callable[[BillLine], str]
    amount: _Amount | None = None
    is_quiet: bool = False
    is_optional: bool = False

    def total(self, group: BillGroup) -> str:
        """Return the column's sum as text; empty where there is nothing to add up."""
        summed = group.sum(self.amount) if self.amount else None
        return "" if summed is None else formats.money(summed)

    def is_empty(self, group: BillGroup) -> bool:
        """Tell whether no line of the group has an amount here."""
        return self.amount is not None and group.sum(self.amount) is None


def _money(heading: str, amount: _Amount, *, optional: bool = False) -> Column:
    return Column(heading, lambda line: formats.money(amount(line)), amount, is_optional=optional)


# figure 6 of the guide; the optional ones stand where billing has something to say
_CARD = (
    Column("Единица измерения", lambda line: line.unit, is_quiet=True),
    Column("Тариф", lambda line: formats.tariff(line.tariff), is_quiet=True),
    Column("Объём", lambda line: formats.volume(line.volume), is_quiet=True),
    _money("К оплате на начало месяца", lambda line: line.opening),
    _money("Начислено", lambda line: line.accrued),
    _money("Перерасчёт", lambda line: line.recalculation),
    _money("Льгота", lambda line: line.privilege, optional=True),
    _money("Повышающий коэффициент", lambda line: line.coefficient_amount, optional=True),
    _money("Итого начислено", lambda line: line.total),
    _money("Пени", lambda line: line.penalty, optional=True),
    _money("Оплачено", lambda line: line.paid, optional=True),
)


def bill_group(group: BillGroup, *, period: dt.date) -> str:
    """Return the table of one group: caption with its balance, lines, ИТОГО."""
    columns = [c for c in _CARD if not (c.is_optional and c.is_empty(group))]
    headings = "".join(f'<th scope="col">{text(column.heading)}</th>' for column in columns)
    rows = "".join(_row(line, columns) for line in group.lines)
    apart = _apart(group, columns) if group.penalty is not None else ""
    return (
        f'<table class="kb-bill"><caption><span>{text(group.name)} за {formats.month(period)}'
        f"</span> {balance(group.balance)}</caption>"
        f'<thead><tr><th scope="col">Услуга</th>{headings}</tr></thead>'
        f"<tbody>{rows}</tbody><tfoot>{apart}{_totals(group, columns)}</tfoot></table>"
    )


def balance(value: Decimal) -> str:
    """Return a balance as a coloured phrase; the word stands beside the colour."""
    side = "debt" if value > 0 else "advance" if value < 0 else "even"
    return f'<span class="kb-balance kb-{side}">{text(formats.balance(value))}</span>'


def _row(line: BillLine, columns: Sequence[Column]) -> str:
    cells = "".join(_cell(c.heading, c.cell(line), quiet=c.is_quiet) for c in columns)
    return f'<tr><th scope="row">{text(line.service)}</th>{cells}</tr>'


def _cell(heading: str, value: str, *, quiet: bool = False) -> str:
    mark = ' class="kb-quiet"' if quiet else ""
    return f'<td data-label="{text(heading)}"{mark}>{text(value)}</td>'


def _totals(group: BillGroup, columns: Sequence[Column]) -> str:
    cells = "".join(_cell(column.heading, column.total(group)) for column in columns)
    return f'<tr class="kb-total"><th scope="row">ИТОГО</th>{cells}</tr>'


def _apart(group: BillGroup, columns: Sequence[Column]) -> str:
    """Return the row of a penalty that billing keeps apart from the lines."""
    blanks = "".join(_cell("", "") for _ in columns[1:])
    penalty = _cell("Пени", formats.money(group.penalty))
    return f'<tr><th scope="row">Пени</th>{blanks}{penalty}</tr>'


def suppliers(groups: Sequence[BillGroup]) -> str:
    """Return who supplies each service and at what price."""
    rows = "".join(
        f'<tr><th scope="row">{text(line.service)}</th>'
        f"{_word('Поставщик', line.supplier)}"
        f"{_cell('Тариф', formats.tariff(line.tariff))}{_cell('Единица', line.unit)}</tr>"
        for group in groups
        for line in group.lines
    )
    return (
        '<table class="kb-bill kb-suppliers"><caption class="kb-unseen">'
        "Услуги, поставщики и тарифы</caption>"
        '<thead><tr><th scope="col">Услуга</th><th scope="col" class="kb-word">Поставщик</th>'
        '<th scope="col">Тариф, ₽</th><th scope="col">Единица</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def recalculations(items: Sequence[Recalculation]) -> str:
    """Return the recalculations: service, months corrected, reason, amount."""
    rows = "".join(
        f'<tr><th scope="row">{text(item.service)}</th>'
        f"{_word('За период', item.months or formats.NO_DATA)}"
        f"{_word('Причина', item.reason or formats.NO_DATA)}"
        f"{_cell('Сумма', formats.money(item.amount))}</tr>"
        for item in items
    )
    return (
        '<table class="kb-bill kb-recalculations"><caption>Перерасчёты</caption>'
        '<thead><tr><th scope="col">Услуга</th><th scope="col" class="kb-word">За период</th>'
        '<th scope="col" class="kb-word">Причина</th><th scope="col">Сумма</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def charge_history(charges: Sequence[MonthlyCharge]) -> str:
    """Return what each group charged, a row a month, the latest first."""
    groups = list(dict.fromkeys(charge.group for charge in charges))
    months: dict[dt.date, dict[str, Decimal]] = {}
    for charge in charges:
        months.setdefault(charge.period, {})[charge.group] = charge.total
    headings = "".join(f'<th scope="col">{text(name)}</th>' for name in groups)
    rows = "".join(
        f'<tr><th scope="row">{text(formats.month_name(month))}</th>'
        + "".join(_cell(name, formats.money(months[month].get(name))) for name in groups)
        + f"{_cell('Всего', formats.money(total_of(months[month].values())))}</tr>"
        for month in sorted(months, reverse=True)
    )
    return (
        '<table class="kb-bill"><caption class="kb-unseen">Начислено по месяцам</caption>'
        f'<thead><tr><th scope="col">Месяц</th>{headings}<th scope="col">Всего</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _word(heading: str, value: str) -> str:
    return f'<td data-label="{text(heading)}" class="kb-word">{text(value)}</td>'
