"""Tables of charges: suppliers, recalculations, the house, tariffs, history."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from markupsafe import Markup

from lib.domain import formats
from lib.domain.billing.bill import Bill, BillGroup, BillLine, sum_known
from lib.domain.billing.charge_history import Point
from lib.services.billing.bills import Recalculation
from lib.services.billing.houses import HouseVolume, TariffStep
from lib.ui.tables import Heading, build_table


def build_suppliers(groups: Sequence[BillGroup]) -> Markup:
    """Return who supplies each service and at what price."""
    return build_table(
        caption="Кто поставляет услуги и по какой цене",
        headings=(
            Heading("Услуга"),
            Heading("Поставщик", is_word=True),
            Heading("Тариф, ₽"),
            Heading("Единица"),
        ),
        rows=[
            (line.service, line.supplier, formats.format_tariff(line.tariff), line.unit)
            for group in groups
            for line in group.lines
        ],
        kind="kb-suppliers",
    )


def build_base_and_adjusted(bill: Bill) -> Markup:
    """Return each service's charge at first, what changed it, and what it became."""
    return build_table(
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
                formats.format_money(line.accrued),
                formats.format_money(line.coefficient_amount),
                formats.format_money(line.recalculation),
                formats.format_money(None if line.privilege is None else -line.privilege),
                formats.format_money(line.total),
            )
            for group in bill.groups
            for line in group.lines
        ],
    )


def build_recalculations(items: Sequence[Recalculation]) -> Markup:
    """Return the recalculations as a ledger: months corrected, reason, before and after."""
    return build_table(
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
                formats.format_money(item.before),
                formats.format_money(item.amount),
                formats.format_money(item.after),
            )
            for item in items
        ],
        kind="kb-recalculations",
    )


def build_house(volumes: Sequence[HouseVolume], lines: Sequence[BillLine]) -> Markup:
    """Return what the house used, its common part, and this account's share of that."""
    charged = {line.service: line for line in lines}
    measured = {volume.service: volume for volume in volumes}
    rows = []
    for service in dict.fromkeys([*measured, *charged]):
        volume, line = measured.get(service), charged.get(service)
        rows.append(
            (
                service,
                volume.unit if volume else line.unit if line else "",
                formats.format_volume(volume.metered if volume else None),
                formats.format_volume(volume.premises if volume else None),
                formats.format_volume(volume.common if volume else None),
                formats.format_volume(line.volume_common if line else None),
                formats.format_money(line.amount_common if line else None),
            )
        )
    return build_table(
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


def build_tariffs(steps: Sequence[TariffStep]) -> Markup:
    """Return the prices, the latest of each service first."""
    return build_table(
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
                formats.format_date(step.valid_from),
                formats.format_date(step.valid_to),
                formats.format_tariff(step.price),
            )
            for step in steps
        ],
    )


def build_charge_history(points: Sequence[Point]) -> Markup:
    """Return the charges of each series by month, the latest first."""
    series = list(dict.fromkeys(point.series for point in points))
    months: dict[dt.date, dict[str, Decimal]] = {}
    for point in points:
        months.setdefault(point.period, {})[point.series] = point.amount
    return build_table(
        caption="Начислено по месяцам, ₽",
        headings=(Heading("Месяц"), *map(Heading, series), Heading("Всего")),
        rows=[
            (
                formats.format_month(month),
                *(formats.format_money(months[month].get(name)) for name in series),
                formats.format_money(sum_known(months[month].values())),
            )
            for month in sorted(months, reverse=True)
        ],
    )


def build_year_on_year(points: Sequence[Point]) -> Markup:
    """Return each month beside the same one a year before, and the difference."""
    months: dict[dt.date, dict[str, Decimal]] = {}
    for point in points:
        months.setdefault(point.period, {})[point.series] = point.amount
    return build_table(
        caption="Начислено: этот год и прошлый, ₽",
        headings=tuple(map(Heading, ("Месяц", "Год назад", "Этот год", "Разница"))),
        rows=[
            (
                formats.format_month(month),
                formats.format_money(pair.get("last")),
                formats.format_money(pair.get("this")),
                formats.format_money(_difference(pair)),
            )
            for month, pair in sorted(months.items(), reverse=True)
        ],
    )


def _difference(pair: dict[str, Decimal]) -> Decimal | None:
    return pair["this"] - pair["last"] if pair.keys() >= {"this", "last"} else None
