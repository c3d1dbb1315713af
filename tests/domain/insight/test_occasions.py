"""When letters about saved views are due, and the bounds that people type."""

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from lib.domain.insight import cells, occasions
from lib.domain.insight.answers import Column, Explanation, Line, Page, Panel, Table, Tile, Unit
from lib.domain.insight.occasions import BoundRefused, Occasion

ZONE = ZoneInfo("Asia/Yekaterinburg")
WHY = Explanation("", "", "")


def at(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=ZONE)  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("occasion", "now", "name", "began"),
    [
        (Occasion.WEEKLY, at(2026, 11, 30, 7, 0), "week 2026-W49", at(2026, 11, 30, 7)),
        (Occasion.WEEKLY, at(2026, 11, 30, 6, 59), "week 2026-W48", at(2026, 11, 23, 7)),
        (Occasion.WEEKLY, at(2027, 1, 3, 23, 0), "week 2026-W53", at(2026, 12, 28, 7)),
        (Occasion.MONTHLY, at(2026, 12, 1, 7, 0), "month 2026-12", at(2026, 12, 1, 7)),
        (Occasion.MONTHLY, at(2026, 12, 1, 6, 0), "month 2026-11", at(2026, 11, 1, 7)),
        (Occasion.MONTHLY, at(2027, 1, 1, 0, 5), "month 2026-12", at(2026, 12, 1, 7)),
    ],
)
def test_an_occasion_begins_in_the_morning(
    occasion: Occasion, now: dt.datetime, name: str, began: dt.datetime
) -> None:
    due = occasions.find_calendar_occasion(occasion, now)

    assert (due.name, due.began) == (name, began)


@pytest.mark.parametrize(
    ("typed", "unit", "value"),
    [
        ("94,5", Unit.SHARE, "0.945"),
        ("94.5 %", Unit.SHARE, "0.945"),
        ("−1,3", Unit.POINTS, "-0.013"),
        ("1 234 567,89 ₽", Unit.MONEY, "1234567.89"),
        ("12", Unit.COUNT, "12"),
        ("-5", Unit.MONEY, "-5"),
    ],
)
def test_a_bound_is_read_in_the_unit_of_its_figure(typed: str, unit: Unit, value: str) -> None:
    assert occasions.read_bound(typed, unit) == Decimal(value)


@pytest.mark.parametrize("typed", ["", "%", "сто", "1e9", "NaN", "1,2,3", "0x10", "1" * 13])
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(BoundRefused):
        occasions.read_bound(typed, Unit.MONEY)


def test_the_bound_itself_is_not_passed() -> None:
    bound = Decimal("0.9")

    assert not occasions.is_beyond(bound, bound, is_above=True)
    assert not occasions.is_beyond(bound, bound, is_above=False)
    assert occasions.is_beyond(Decimal("0.91"), bound, is_above=True)
    assert occasions.is_beyond(Decimal("0.89"), bound, is_above=False)


def test_tiles_and_totals_can_be_watched_and_nothing_of_a_line() -> None:
    columns = (
        Column("Долг", Unit.MONEY, lambda values: values[0]),
        Column("Дом", Unit.TEXT, lambda _: "дом"),
    )
    table = Table("Улица", columns, (), total=Line("Всего", (Decimal(5),), 50))
    page = Page(
        tiles=(
            Tile("debts.sum", "Долг", 7, Unit.MONEY, WHY),
            Tile("debts.day", "День", None, Unit.DAY, WHY),
        ),
        panels=(
            Panel("debts.places", "Где?", "", WHY, table=table),
            Panel("debts.bare", "Что?", "", WHY, table=Table("Улица", columns, ())),
        ),
    )

    found = occasions.list_figures(page)

    assert [(figure.key, figure.value) for figure in found] == [
        ("debts.sum", Decimal(7)),
        ("debts.places: Долг", Decimal(5)),
    ]
    assert cells.format_cell(found[0].value, found[0].unit) == "7,00"
