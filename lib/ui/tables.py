"""Plain tables in the bill's dress: suppliers, recalculations, history."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from lib.domain import formats
from lib.domain.bill import BillGroup, total_of
from lib.services.bills import MonthlyCharge, Recalculation
from lib.ui.markup import hyphenated, text


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's name; words are set left and may break, figures are set right."""

    name: str
    is_word: bool = False

    @property
    def mark(self) -> str:
        """Return the class attribute of the column's cells."""
        return ' class="kb-word"' if self.is_word else ""


def table(
    *, caption: str, headings: Sequence[Heading], rows: Iterable[Sequence[str]], kind: str = ""
) -> str:
    """Return a table whose first cell of a row is the row's heading.

    Args:
        caption: what the table says; for the eye and for a screen reader.
        headings: a column each, the row headings' one first.
        rows: texts, as many as there are headings.
        kind: a class of its own, for widths.
    """
    first, *others = headings
    head = "".join(f'<th scope="col"{h.mark}>{hyphenated(h.name)}</th>' for h in others)
    body = "".join(
        f'<tr><th scope="row">{text(row[0])}</th>'
        + "".join(
            f'<td data-label="{text(h.name)}"{h.mark}>{text(cell)}</td>'
            for h, cell in zip(others, row[1:], strict=True)
        )
        + "</tr>"
        for row in rows
    )
    return (
        f'<table class="kb-bill {kind}"><caption>{text(caption)}</caption>'
        f'<thead><tr><th scope="col">{hyphenated(first.name)}</th>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )


def suppliers(groups: Sequence[BillGroup]) -> str:
    """Return who supplies each service and at what price."""
    return table(
        caption="Кто поставляет услуги и по какой цене",
        headings=(
            Heading("Услуга"),
            Heading("Поставщик", is_word=True),
            Heading("Тариф, ₽"),
            Heading("Единица"),
        ),
        rows=[
            (line.service, line.supplier, formats.tariff(line.tariff), line.unit)
            for group in groups
            for line in group.lines
        ],
        kind="kb-suppliers",
    )


def recalculations(items: Sequence[Recalculation]) -> str:
    """Return the recalculations: service, months corrected, reason, amount."""
    return table(
        caption="Перерасчёты",
        headings=(
            Heading("Услуга"),
            Heading("За период", is_word=True),
            Heading("Причина", is_word=True),
            Heading("Сумма"),
        ),
        rows=[
            (
                item.service,
                item.months or formats.NO_DATA,
                item.reason or formats.NO_DATA,
                formats.money(item.amount),
            )
            for item in items
        ],
        kind="kb-recalculations",
    )


def charge_history(charges: Sequence[MonthlyCharge]) -> str:
    """Return what each group charged, a row a month, the latest first."""
    groups = list(dict.fromkeys(charge.group for charge in charges))
    months: dict[dt.date, dict[str, Decimal]] = {}
    for charge in charges:
        months.setdefault(charge.period, {})[charge.group] = charge.total
    return table(
        caption="Начислено по месяцам, ₽",
        headings=(Heading("Месяц"), *map(Heading, groups), Heading("Всего")),
        rows=[
            (
                formats.month_name(month),
                *(formats.money(months[month].get(name)) for name in groups),
                formats.money(total_of(months[month].values())),
            )
            for month in sorted(months, reverse=True)
        ],
    )
