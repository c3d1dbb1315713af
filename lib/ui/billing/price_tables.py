"""Prices of services: now, the next known change, and the history."""

from collections.abc import Sequence

from markupsafe import Markup

from lib.domain import formats
from lib.domain.billing.price_history import Price, PriceLine
from lib.ui import markup, tables
from lib.ui.tables import Heading


def build_prices(lines: Sequence[PriceLine], history: Sequence[Price]) -> Markup:
    """Return today's prices, the next known changes, and the history folded away."""
    if not lines:
        return markup.build_note("Тарифы этой организации в кабинет не передавались.")
    return _build_now(lines) + markup.build_folded("История тарифов", _build_history(history))


def _build_now(lines: Sequence[PriceLine]) -> Markup:
    return tables.build_table(
        caption="Тарифы, ₽ за единицу",
        headings=(
            Heading("Услуга"),
            Heading("Единица", is_word=True),
            Heading("Сейчас", is_main=True),
            Heading("Действует с"),
            Heading("Что дальше", is_word=True),
        ),
        rows=[
            (
                _format_service(line.service, line.house_id),
                line.unit,
                formats.format_tariff(line.now.amount if line.now else None),
                formats.format_date(line.now.valid_from if line.now else None),
                _format_change(line),
            )
            for line in lines
        ],
        kind="kb-prices",
    )


def _format_change(line: PriceLine) -> str:
    if line.later:
        since = formats.format_date(line.later.valid_from)
        return f"{formats.format_tariff(line.later.amount)} с {since}"
    if line.now and line.now.valid_to:
        return f"действует по {formats.format_date(line.now.valid_to)}"
    return "изменений не объявлено"


def _build_history(history: Sequence[Price]) -> Markup:
    return tables.build_table(
        caption="Как менялись тарифы, ₽ за единицу",
        headings=(
            Heading("Услуга"),
            Heading("Единица", is_word=True),
            Heading("Действует с"),
            Heading("По"),
            Heading("Цена", is_main=True),
        ),
        rows=[
            (
                _format_service(price.service, price.house_id),
                price.unit,
                formats.format_date(price.valid_from),
                formats.format_date(price.valid_to),
                formats.format_tariff(price.amount),
            )
            for price in history
        ],
        kind="kb-prices",
    )


def _format_service(service: str, house_id: int | None) -> str:
    return service if house_id is None else f"{service} (ваш дом)"
