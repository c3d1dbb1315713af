"""Shared by tests of screens: open a screen as an actor, read it, press its buttons."""

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from lib.access import Actor
from lib.services.people import sign_in
from lib.ui import session

MAIN = Path(__file__).parents[2] / "pages/main.py"


def draw_screen(
    monkeypatch: pytest.MonkeyPatch, actor: Actor | None, screen: str, **query: object
) -> AppTest:
    """Return a screen drawn for an actor, with the query of its address."""
    monkeypatch.setattr(sign_in, "find_actor", lambda **_: actor)
    monkeypatch.setattr(session, "get_visit", lambda: "browser")
    page = AppTest.from_file(str(MAIN), default_timeout=120)
    page.run()
    page.switch_page(screen)
    for name, value in query.items():
        page.query_params[name] = str(value)
    page.run()
    assert not page.exception
    return page


def markup(page: AppTest) -> str:
    """Return all markup of a screen."""
    found: Any = page.get("html")
    return "\n".join(element.proto.body for element in found)


def press(page: AppTest, label: str) -> AppTest:
    """Press the first button with this label; return the screen redrawn."""
    next(button for button in page.button if button.label == label).click().run()
    assert not page.exception
    return page
