"""What a user sees when a run fails."""

import pytest
from streamlit.testing.v1 import AppTest


def script(kind: str) -> None:
    from lib.errors import PortalError
    from lib.ui import failures

    failure = PortalError("Подождите минуту.") if kind == "refusal" else KeyError("secret")
    assert failures.render_failure(failure)


@pytest.mark.parametrize(
    ("kind", "sentence"), [("refusal", "Подождите минуту."), ("bug", "Что-то пошло не так")]
)
def test_shows_a_sentence_and_a_next_step(kind: str, sentence: str) -> None:
    page = AppTest.from_function(script, args=(kind,)).run()

    messages = [element.value for element in (*page.warning, *page.error)]
    assert sentence in messages[0]
    assert "secret" not in messages[0]
    assert page.button[0].label == "Повторить"
