"""The screen of targets and ages, and «Долги» as of a chosen day."""

import datetime as dt
from collections.abc import Callable

import pytest
from sqlalchemy import Connection

from lib.access import Actor
from lib.facts.manifest import Manifest
from lib.services.insight import rules
from tests.kit.insight.versions import analyst, facts, first_version, manifest
from tests.kit.pages import draw_screen, markup, press

__all__ = ["analyst", "facts", "first_version", "manifest"]
SCREEN, DEBTS = "staff/insight_rules.py", "analyst/debts.py"


def test_an_administrator_sets_and_deletes_a_target(
    monkeypatch: pytest.MonkeyPatch, db: Connection, signed_in: Callable[..., Actor]
) -> None:
    page = draw_screen(monkeypatch, signed_in("admin"), SCREEN)
    assert "Планов пока нет" in markup(page)
    month, percent = page.text_input[0], page.text_input[1]
    month.input("17.05.2026")
    percent.input("95,5")
    press(page, "Записать план")

    html = markup(page)
    assert "май 2026" in html
    assert "95,5\N{NO-BREAK SPACE}%" in html
    press(page, "Удалить план")
    assert "Планов пока нет" in markup(page)


def test_what_cannot_be_read_is_refused_beside_the_form(
    monkeypatch: pytest.MonkeyPatch, db: Connection, signed_in: Callable[..., Actor]
) -> None:
    page = draw_screen(monkeypatch, signed_in("admin"), SCREEN)
    page.text_input[0].input("скоро")
    press(page, "Записать план")
    assert "Дата не распознана" in page.error[0].value

    page.text_input[2].input("01.05.2026")
    page.text_input[3].input("тридцать")
    press(page, "Записать границы")
    assert "границ в днях" in page.error[0].value


def test_ages_are_named_by_their_bounds(
    monkeypatch: pytest.MonkeyPatch, db: Connection, signed_in: Callable[..., Actor]
) -> None:
    page = draw_screen(monkeypatch, signed_in("admin"), SCREEN)
    assert "31–90 дней" in markup(page)
    page.text_input[2].input("01.05.2026")
    page.text_input[3].input("60, 180")
    press(page, "Записать границы")

    assert "61–180 дней; больше 180 дней" in markup(page)
    assert rules.read_bounds()[dt.date(2026, 5, 1)] == (60, 180)
    press(page, "Удалить границы")


def test_debts_are_as_of_the_day_in_the_address(
    monkeypatch: pytest.MonkeyPatch, db: Connection, manifest: Manifest, analyst: Actor
) -> None:
    day = dt.date(2026, 8, 15)
    page = draw_screen(monkeypatch, analyst, DEBTS, day=day.isoformat())

    # too few accounts have paid since the month's end, and the screen says so
    html = markup(page)
    assert "На 31 июля 2026 года" in html
    assert "На 15.08.2026 цифр нет" in html
    assert "Показано на 31.07.2026" in html
    assert page.date_input[0].value == day

    page.date_input[0].set_value(dt.date(2026, 6, 30)).run()
    assert page.query_params["day"] == "2026-06-30"
    assert "На 30 июня 2026 года" in markup(page)
    assert "цифр нет" not in markup(page)
