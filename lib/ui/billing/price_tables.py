"""Prices of services: what holds now and what comes, and how they have been."""

from collections.abc import Sequence

from lib.domain import formats
from lib.domain.billing.price_history import Price, PriceLine
from lib.ui import markup, tables
from lib.ui.tables import Heading


def show(lines: Sequence[PriceLine], history: Sequence[Price]) -> str:
    """Return the prices of today, the next known changes, and the history folded away."""
    if not lines:
        return markup.note("Тарифы этой организации в кабинет не передавались.")
    return _now(lines) + markup.folded("История тарифов", _history(history))


def _now(lines: Sequence[PriceLine]) -> str:
    return tables.table(
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
                _name(line.service, line.house_id),
                line.unit,
                formats.tariff(line.now.amount if line.now else None),
                formats.day(line.now.valid_from if line.now else None),
                _later(line),
            )
            for line in lines
        ],
        kind="kb-prices",
    )


def _later(line: PriceLine) -> str:
    if line.later:
        return f"{formats.tariff(line.later.amount)} с {formats.day(line.later.valid_from)}"
    if line.now and line.now.valid_to:
        return f"действует по {formats.day(line.now.valid_to)}"
    return "изменений не объявлено"


def _history(history: Sequence[Price]) -> str:
    return tables.table(
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
                _name(price.service, price.house_id),
                price.unit,
                formats.day(price.valid_from),
                formats.day(price.valid_to),
                formats.tariff(price.amount),
            )
            for price in history
        ],
        kind="kb-prices",
    )


def _name(service: str, house_id: int | None) -> str:
    return service if house_id is None else f"{service} (ваш дом)"
