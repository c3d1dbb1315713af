"""Periods are compared only over months that both have, and what is missing is said."""

import datetime as dt

from lib import links
from lib.domain.insight.answers import Page
from lib.facts.reader import Facts
from lib.services.insight import screens
from lib.services.insight._context import Context
from lib.services.insight._remarks import list_remarks
from lib.services.insight.collection import _by_place
from lib.services.insight.collection.screen import COLLECTION
from lib.services.insight.consumption import screen as consumption
from tests.kit.insight.made_facts import Row, write_facts

YEAR_AGO, SEPTEMBER, OCTOBER = dt.date(2025, 10, 1), dt.date(2026, 9, 1), dt.date(2026, 10, 1)
TWO_MONTHS = {"since": "2026-09", "until": "2026-10"}
ONE_MONTH = {"since": "2026-10", "until": "2026-10"}
NEW_HOUSE = 3


def make_facts() -> Facts:
    """Three houses in two months and one of the year before, which the third does not have."""
    rows: dict[str, list[Row]] = {
        "organizations": [{"organization": 1, "name": "УК «Север»"}],
        "groups": [{"service_group": 1, "name": "Вода", "sort": 1, "purpose": "utilities"}],
        "services": [
            {"service": 1, "service_group": 1, "name": "ХВС", "unit": "куб.м", "basis": "meter"}
        ],
        "houses": [],
        "house_months": [],
        "charges_by_house": [],
    }
    for house in (1, 2, NEW_HOUSE):
        where: Row = {"organization": 1, "house": house}
        rows["houses"].append({**where, "street": "ул. Мира", "name": f"ул. Мира, д. {house}"})
        for period in (YEAR_AGO, SEPTEMBER, OCTOBER):
            if (house, period) == (NEW_HOUSE, YEAR_AGO):
                continue
            at: Row = {**where, "period": period, "accounts": 12}
            rows["house_months"].append({**at, "residents": 24, "area": 500})
            paid, used = (600, 60) if period == YEAR_AGO else (900, 72)
            charge = {"service_group": 1, "service": 1, "volume_own": used, "accrued": 1000}
            rows["charges_by_house"].append({**at, **charge, "total": 1000, "paid": paid})
    return write_facts(rows)


def ask(**query: str) -> tuple[Context, Page]:
    context = screens.read_context(make_facts(), query)
    return context, consumption.build_page(context)


def test_two_months_are_not_compared_with_one() -> None:
    context, page = ask(**TWO_MONTHS)

    assert page.tiles
    assert not any("год назад" in tile.change for tile in page.tiles)
    assert not any("год назад" in panel.answer for panel in page.panels)
    (words,) = list_remarks(context, links.CONSUMPTION)
    assert "«сентябрь – октябрь 2026» и «сентябрь – октябрь 2025» целиком не сравни" in words
    assert words.endswith("за сентябрь 2025 данных нет.")


def test_the_same_month_of_both_years_is_compared() -> None:
    context, page = ask(**ONE_MONTH)

    assert any("год назад" in tile.change for tile in page.tiles)
    assert list_remarks(context, links.CONSUMPTION) == ()


def test_months_that_are_as_many_but_others_are_not_compared() -> None:
    context, _ = ask(since="2026-10", until="2026-11", compared="before")

    assert context.scope_before is None
    assert list_remarks(context, links.CONSUMPTION)


def test_a_house_without_the_compared_month_has_no_change() -> None:
    place = {"organization": "1", "street": "ул. Мира"}
    context = screens.read_context(make_facts(), ONE_MONTH | place)
    panel, _ = _by_place.build_places(context, COLLECTION)

    assert panel is not None
    assert panel.table is not None
    changes = {line.name: panel.table.compute_cells(line)[3] for line in panel.table.lines}
    assert changes.pop("ул. Мира, д. 3") is None
    assert [round(float(str(change)), 2) for change in changes.values()] == [0.3, 0.3]


def test_months_without_data_are_told_apart_from_few_accounts() -> None:
    for month in ("2031-01", "2000-01"):
        context = screens.read_context(make_facts(), {"since": month, "until": month})
        assert context.find_refusal() == (
            "За эти месяцы данных нет. Данные есть с октября 2025 года по октябрь 2026 года. "
            "Выберите эти месяцы."
        )


def test_a_filter_that_does_not_act_is_named() -> None:
    context, _ = ask(**ONE_MONTH, channel="bank", service="ХВС")

    assert "«Способ оплаты» на этом экране не действует" in list_remarks(context, links.DEBTS)[0]
    assert "«Услуга» на этом экране" in list_remarks(context, links.INSIGHT_PAYMENTS)[0]
    assert "только на «Поступило»" in list_remarks(context, links.HOME)[0]
    assert len(list_remarks(context, links.INSIGHT_APPEALS)) == 2
