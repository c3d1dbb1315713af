"""«Свободный запрос»: fields for parameters, the answer, refusals, ready questions."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection
from streamlit.testing.v1 import AppTest

from lib.access import Actor
from lib.facts.free_query.ready_queries import READY
from lib.facts.manifest import Manifest
from tests.kit.insight.versions import analyst, first_version, manifest
from tests.kit.pages import draw_screen, markup

__all__ = ["analyst", "first_version", "manifest"]


@pytest.fixture
def open_screen(
    monkeypatch: pytest.MonkeyPatch, db: Connection, manifest: Manifest, analyst: Actor
) -> Callable[..., AppTest]:
    def show(**query: Any) -> AppTest:
        page = draw_screen(monkeypatch, analyst, "analyst/free_query.py", **query)
        page.default_timeout = 60
        return page

    return show


def test_a_query_is_asked_in_the_form_and_lies_in_the_address(
    open_screen: Callable[..., AppTest],
) -> None:
    page = open_screen()
    assert "payments_by_day" in markup(page)

    page.text_area[0].set_value("SELECT $сколько::INTEGER * 2 AS ответ, 'x' AS слово")
    page.button[0].click()
    page.run()
    assert "Заполните значения" in markup(page)
    page.text_input[0].set_value("21")
    page.button[0].click()
    page.run()

    assert "42" in markup(page)
    assert "В ответе 1 строка" in markup(page)
    assert page.query_params["value.сколько"] == "21"
    assert "/documents/insight/free_query.parquet?sql=" in markup(page)


def test_a_refusal_is_a_sentence(open_screen: Callable[..., AppTest]) -> None:
    page = open_screen(sql="DROP TABLE months")

    assert "Можно только читать" in page.error[0].value
    assert not page.exception


def test_a_refusal_quotes_a_name_as_it_is(open_screen: Callable[..., AppTest]) -> None:
    page = open_screen(sql="SELECT read_csv('x') FROM months")

    # code of Markdown: without the ticks the underscore could be a sign
    assert "«`read_csv`»" in page.error[0].value


def test_a_refusal_keeps_its_colon(open_screen: Callable[..., AppTest]) -> None:
    page = open_screen(sql="SELECT 1; SELECT 2")

    assert page.error[0].value == (
        "Можно выполнить только один запрос: уберите всё после точки с запятой."
    )


def test_an_empty_answer_says_why_it_may_be_empty(open_screen: Callable[..., AppTest]) -> None:
    page = open_screen(sql="SELECT * FROM months WHERE charged < 0")

    assert "В ответе 0 строк. Под условия не подошло ничего" in markup(page).replace("\u00a0", " ")


def test_the_plan_is_shown_instead_of_the_answer(open_screen: Callable[..., AppTest]) -> None:
    page = open_screen(sql="SELECT count(*) AS сколько FROM months", plan="1")

    assert "kb-plan" in markup(page)
    assert "В ответе" not in markup(page)


def test_a_ready_question_is_put_into_the_field(open_screen: Callable[..., AppTest]) -> None:
    page = open_screen()
    page.selectbox[0].select(READY[0].title)
    page.run()

    assert page.text_area[0].value == READY[0].statement
    assert "В ответе" in markup(page)
