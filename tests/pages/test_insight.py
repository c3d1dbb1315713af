"""Screens of analysts: filters in the address, tags, drill-down, explanations, nothing to show."""

import datetime as dt
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from sqlalchemy import Connection
from streamlit.testing.v1 import AppTest

from lib import links as links_of_screens
from lib.access import Actor
from lib.domain import formats
from lib.facts.manifest import Manifest
from lib.facts.reader import Facts
from lib.services.insight import screens
from tests.kit.identity import fetch
from tests.kit.insight.versions import analyst, facts, first_version, manifest
from tests.kit.pages import draw_screen, markup

__all__ = ["analyst", "facts", "first_version", "manifest"]
SCREEN = "analyst/collection.py"


@pytest.fixture
def open_screen(
    monkeypatch: pytest.MonkeyPatch, db: Connection, manifest: Manifest, analyst: Actor
) -> Callable[..., AppTest]:
    """Open «Собираемость» as the analyst, with the query of its address."""

    def show(**query: Any) -> AppTest:
        return draw_screen(monkeypatch, analyst, SCREEN, **query)

    return show


def links(page: AppTest) -> list[str]:
    return [unescape(address) for address in re.findall(r'href="([^"]+)"', markup(page))]


def first_organization(facts: Facts) -> tuple[int, str]:
    context = screens.read_context(facts, {})
    shown = [context.houses[house] for house in context.accounts if house not in context.withheld]
    return shown[0].organization, shown[0].street


def test_says_in_one_sentence_how_much_was_collected(open_screen: Callable[..., AppTest]) -> None:
    html = markup(open_screen())

    assert re.search(r"Собрано \d+(,\d)?\s%", html)
    assert "Как считается" in html
    assert "сверки с книгой ещё не было" in html


def test_a_line_goes_down_and_keeps_the_filters(
    open_screen: Callable[..., AppTest], facts: Facts
) -> None:
    organization, street = first_organization(facts)
    query = {"since": "2026-05", "until": "2026-09", "compared": "before", "group": "Жилищные"}
    city = links(open_screen(**query))
    down = next(address for address in city if f"organization={organization}&" in address)
    assert all(f"{name}=" in down for name in query)

    streets = markup(open_screen(**query, organization=organization))

    assert street in streets
    assert "убрать фильтр" in streets


def test_bars_of_places_lead_where_their_lines_do(facts: Facts, analyst: Actor) -> None:
    found = [
        panel
        for path in (links_of_screens.COLLECTION, links_of_screens.DEBTS)
        for panel in screens.open_screen(actor=analyst, path=path, query={}, address="").page.panels
        if panel.key.endswith(".places")
    ]

    assert len(found) == 2
    for panel in found:
        assert panel.table is not None
        assert panel.chart is not None
        lines = {line.name: line.leads for line in panel.table.lines}
        assert dict(zip(panel.chart.axis, panel.chart.leads, strict=True)) == lines
        assert len(lines) > 1


def test_a_filter_goes_into_the_address_with_both_months(
    open_screen: Callable[..., AppTest],
) -> None:
    page = open_screen()
    months = page.selectbox[0]
    assert months.label == "С месяца"

    chosen = months.options[3]
    months.select(chosen)
    page.run()

    assert set(page.query_params) >= {"since", "until"}
    assert chosen == formats.format_month(dt.date.fromisoformat(f"{page.query_params['since']}-01"))
    assert chosen in page.selectbox[0].options


def test_a_table_is_sorted_by_the_heading_that_was_clicked(
    open_screen: Callable[..., AppTest],
) -> None:
    def names(html: str) -> list[str]:
        _, _, table = html.partition("Где отстали сильнее всего?</span></caption>")
        return re.findall(r'<th scope="row"><a [^>]+>([^<]+)</a>', table)

    largest = names(markup(open_screen(sort="-1")))
    smallest = names(markup(open_screen(sort="1")))

    assert len(largest) > 1
    assert largest == smallest[::-1]

    page = markup(open_screen(sort="99"))
    assert names(page) == sorted(largest)
    assert names(markup(open_screen(sort="-99"))) == sorted(largest)[::-1]
    assert re.search(r'<th scope="col"><a href="[^"]*sort=-99[^"]*">Организация', page)


def test_without_facts_it_says_when_they_come(
    monkeypatch: pytest.MonkeyPatch, open_screen: Callable[..., AppTest]
) -> None:
    monkeypatch.setattr("lib.facts.store.find_manifest", lambda: None)

    html = markup(open_screen())

    assert "ещё не готовы" in html
    assert "Собрано" not in html


def test_a_span_before_the_first_month_is_told_and_no_error(
    open_screen: Callable[..., AppTest],
) -> None:
    page = open_screen(since="2001-01", until="2001-06")

    assert not page.exception
    assert "За эти месяцы данных нет. Данные есть с " in markup(page)


def test_a_way_of_paying_that_does_not_act_is_said(open_screen: Callable[..., AppTest]) -> None:
    words = "«Способ оплаты» на этом экране не действует"

    assert words not in markup(open_screen())
    assert words in markup(open_screen(channel="bank"))


@pytest.mark.parametrize("name", ["group", "service"])
def test_a_group_that_nobody_is_charged_for_is_told_and_no_error(
    open_screen: Callable[..., AppTest], name: str
) -> None:
    page = open_screen(**{name: "Я" * 3000})

    assert not page.exception
    assert "За эти месяцы начислений нет." in markup(page)
    assert "убрать фильтр" in markup(page)


def test_what_was_looked_at_is_in_the_log(open_screen: Callable[..., AppTest]) -> None:
    open_screen(group="Жилищные")

    (event,) = fetch(
        "SELECT details FROM audit_event WHERE action = 'figures_viewed' ORDER BY id DESC LIMIT 1"
    )
    assert event.details["screen"] == "collection"
    assert "Жилищные" in event.details["view"]
