"""A rerun of any screen needs at most six statements."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from lib.access import Actor
from lib.ui import session as tab
from tests.kit.identity import open_session
from tests.kit.pages import MAIN


@pytest.mark.parametrize(
    "screen",
    [
        None,
        "resident/charges.py",
        "resident/meters.py",
        "resident/payments.py",
        "resident/pay.py",
    ],
    ids=["home", "charges", "meters", "payments", "pay"],
)
def test_a_rerun_is_at_most_six_statements(
    statements: list[str],
    signed_in: Callable[..., Actor],
    monkeypatch: pytest.MonkeyPatch,
    screen: str | None,
) -> None:
    token = open_session("resident")
    monkeypatch.setattr(tab, "get_token", lambda: token)
    page = AppTest.from_file(str(MAIN), default_timeout=120).run()
    if screen:
        page.switch_page(screen).run()
    statements.clear()

    page.run()

    assert not page.exception
    assert 3 <= len(statements) <= 6, statements


def test_the_second_step_of_paying_needs_as_few_statements(
    statements: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    token = open_session("resident")
    monkeypatch.setattr(tab, "get_token", lambda: token)
    page = AppTest.from_file(str(MAIN), default_timeout=120).run()
    page.switch_page("resident/pay.py").run()
    next(button for button in page.button if button.label == "Продолжить").click().run()
    statements.clear()

    page.run()

    assert not page.exception
    assert 3 <= len(statements) <= 6, statements
