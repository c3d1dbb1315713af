"""Plain tables in the bill's dress: suppliers, recalculations, history."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from lib.domain import formats
from lib.domain.billing.bill import Bill, BillGroup, BillLine, total_of
from lib.domain.billing.charge_history import Point
from lib.services.billing.bills import Recalculation
from lib.services.billing.houses import HouseVolume, TariffStep
from lib.ui.markup import hyphenated, text


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's name; words are set left and may break, figures are set right.

    On a phone the main one stands beside the row's heading.
    """

    name: str
    is_word: bool = False
    is_main: bool = False

    @property
    def mark(self) -> str:
        """Return the class attribute of the column's cells."""
        if self.is_main:
            return ' class="kb-main"'
        return ' class="kb-word"' if self.is_word else ""


def table(
    *,
    caption: str,
    headings: Sequence[Heading],
    rows: Iterable[Sequence[str]],
    kind: str = "",
    totals: Iterable[Sequence[str]] = (),
    beside: str = "",
) -> str:
    """Return a table whose first cell of a row is the row's heading.

    Args:
        caption: what the table says; for the eye and for a screen reader.
        headings: a column each, the row headings' one first.
        rows: texts, as many as there are headings.
        kind: a class of its own, for widths.
        totals: rows that sum up, at the foot.
        beside: markup to the right of the caption.
    """
    first, *others = headings
    head = "".join(f'<th scope="col"{h.mark}>{hyphenated(h.name)}</th>' for h in others)
    # what opens a cell is the same in every row
    opened = [f'<td data-label="{text(h.name)}"{h.mark}>' for h in others]
    body = "".join(f"<tr>{_cells(row, opened)}</tr>" for row in rows)
    foot = "".join(f'<tr class="kb-total">{_cells(row, opened)}</tr>' for row in totals)
    said = f"<span>{text(caption)}</span> {beside}" if beside else text(caption)
    return (
        f'<table class="kb-bill {kind}"><caption>{said}</caption>'
        f'<thead><tr><th scope="col">{hyphenated(first.name)}</th>{head}</tr></thead>'
        f"<tbody>{body}</tbody>" + (f"<tfoot>{foot}</tfoot>" if foot else "") + "</table>"
    )


def _cells(row: Sequence[str], opened: Sequence[str]) -> str:
    cells = zip(opened, row[1:], strict=True)
    return f'<th scope="row">{text(row[0])}</th>' + "".join(f"{o}{text(c)}</td>" for o, c in cells)


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


def base_and_adjusted(bill: Bill) -> str:
    """Return each service's charge at first, what changed it, and what it became."""
    return table(
        caption="От базового начисления к скорректированному, ₽",
        headings=(
            Heading("Услуга"),
            Heading("Базовое начисление"),
            Heading("Повышающий коэффициент"),
            Heading("Перерасчёт"),
            Heading("Льгота"),
            Heading("Скорректированное"),
        ),
        rows=[
            (
                line.service,
                formats.money(line.accrued),
                formats.money(line.coefficient_amount),
                formats.money(line.recalculation),
                formats.money(None if line.privilege is None else -line.privilege),
                formats.money(line.total),
            )
            for group in bill.groups
            for line in group.lines
        ],
    )


def recalculations(items: Sequence[Recalculation]) -> str:
    """Return the recalculations as a ledger: months corrected, reason, before and after."""
    return table(
        caption="Перерасчёты, ₽",
        headings=(
            Heading("Услуга"),
            Heading("За период", is_word=True),
            Heading("Причина", is_word=True),
            Heading("Было"),
            Heading("Перерасчёт"),
            Heading("Стало"),
        ),
        rows=[
            (
                item.service,
                item.months or formats.NO_DATA,
                item.reason or formats.NO_DATA,
                formats.money(item.before),
                formats.money(item.amount),
                formats.money(item.after),
            )
            for item in items
        ],
        kind="kb-recalculations",
    )


def house(volumes: Sequence[HouseVolume], lines: Sequence[BillLine]) -> str:
    """Return what the house used, its common part, and this account's share of that."""
    own = {line.service: line for line in lines}
    named = {volume.service: volume for volume in volumes}
    rows = []
    for service in dict.fromkeys([*named, *own]):
        volume, line = named.get(service), own.get(service)
        rows.append(
            (
                service,
                volume.unit if volume else line.unit if line else "",
                formats.volume(volume.metered if volume else None),
                formats.volume(volume.premises if volume else None),
                formats.volume(volume.common if volume else None),
                formats.volume(line.volume_common if line else None),
                formats.money(line.amount_common if line else None),
            )
        )
    return table(
        caption="Дом за месяц и ваша доля",
        headings=(
            Heading("Услуга"),
            Heading("Единица"),
            Heading("По счётчику дома"),
            Heading("В помещениях"),
            Heading("На общее имущество"),
            Heading("Ваша доля"),
            Heading("К оплате, ₽"),
        ),
        rows=rows,
    )


def tariffs(steps: Sequence[TariffStep]) -> str:
    """Return the prices, the latest of each service first."""
    return table(
        caption="Тарифы, ₽ за единицу",
        headings=(
            Heading("Услуга"),
            Heading("Единица"),
            Heading("Действует с"),
            Heading("По"),
            Heading("Цена"),
        ),
        rows=[
            (
                step.service,
                step.unit,
                formats.day(step.valid_from),
                formats.day(step.valid_to),
                formats.tariff(step.price),
            )
            for step in steps
        ],
    )


def charge_history(points: Sequence[Point]) -> str:
    """Return what each series charged, a row a month, the latest first."""
    series = list(dict.fromkeys(point.series for point in points))
    months: dict[dt.date, dict[str, Decimal]] = {}
    for point in points:
        months.setdefault(point.period, {})[point.series] = point.amount
    return table(
        caption="Начислено по месяцам, ₽",
        headings=(Heading("Месяц"), *map(Heading, series), Heading("Всего")),
        rows=[
            (
                formats.month_name(month),
                *(formats.money(months[month].get(name)) for name in series),
                formats.money(total_of(months[month].values())),
            )
            for month in sorted(months, reverse=True)
        ],
    )


def year_on_year(points: Sequence[Point]) -> str:
    """Return each month beside the same one a year before, and the difference."""
    months: dict[dt.date, dict[str, Decimal]] = {}
    for point in points:
        months.setdefault(point.period, {})[point.series] = point.amount
    return table(
        caption="Начислено: этот год и прошлый, ₽",
        headings=tuple(map(Heading, ("Месяц", "Год назад", "Этот год", "Разница"))),
        rows=[
            (
                formats.month_name(month),
                formats.money(pair.get("last")),
                formats.money(pair.get("this")),
                formats.money(_difference(pair)),
            )
            for month, pair in sorted(months.items(), reverse=True)
        ],
    )


def _difference(pair: dict[str, Decimal]) -> Decimal | None:
    return pair["this"] - pair["last"] if pair.keys() >= {"this", "last"} else None
