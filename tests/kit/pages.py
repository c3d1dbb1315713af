"""What the tests of screens share: open one as somebody, read it, press its buttons."""

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
    """Return a screen as it is drawn for somebody, with an address's query."""
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
    """Press the first button of that label, and return the screen as it is then."""
    next(button for button in page.button if button.label == label).click().run()
    assert not page.exception
    return page
