"""«Обзор» and «Платежи» as drawn: each tile leads on and keeps the filters."""

import re
from html import unescape

import pytest
from sqlalchemy import Connection

from lib.access import Actor
from tests.kit.insight.versions import analyst, first_version, manifest
from tests.kit.pages import draw_screen, markup

__all__ = ["analyst", "first_version", "manifest"]


@pytest.mark.usefixtures("db", "manifest")
def test_figures_lead_to_their_screens_and_keep_the_filters(
    monkeypatch: pytest.MonkeyPatch, analyst: Actor
) -> None:
    page = draw_screen(monkeypatch, analyst, "analyst/overview.py", group="Жилищные")

    html = markup(page)
    assert not page.exception
    tiles = re.findall(r'<section class="kb-tile"><h2><a [^>]*href="([^"]+)"', html)
    paths = [unescape(address).partition("?")[0] for address in tiles]
    assert paths == [
        "/insight_payments",
        "/collection",
        "/debts",
        "/insight_payments",
        "/insight_appeals",
    ]
    assert all("group=" in address for address in tiles)
    assert html.count("data:image/svg+xml") >= 3


@pytest.mark.usefixtures("db", "manifest")
def test_payments_are_drawn(
    monkeypatch: pytest.MonkeyPatch, db: Connection, analyst: Actor
) -> None:
    page = draw_screen(monkeypatch, analyst, "analyst/payments.py")

    assert not page.exception
    assert "Сколько ещё придёт в этом месяце?" in markup(page)
