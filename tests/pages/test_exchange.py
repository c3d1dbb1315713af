"""The screen of register payments that wait for a decision."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st
from sqlalchemy import Connection
from streamlit.testing.v1 import AppTest

from lib.access import Actor
from lib.services.registers import queue
from lib.ui import session
from tests.kit.identity import execute, open_session
from tests.kit.pages import MAIN, markup, press
from tests.kit.payments.registers import GOLDEN, HOUSING, WATER, due, import_file, sber

SCREEN = "staff/exchange.py"
OpenScreen = Callable[..., AppTest]


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """Clear the reference data, which is cached for the whole process."""
    st.cache_data.clear()


@pytest.fixture
def open_screen(monkeypatch: pytest.MonkeyPatch) -> OpenScreen:
    """Open the screen and return it drawn."""

    def show(name: str = "staff") -> AppTest:
        token = open_session(name)
        monkeypatch.setattr(session, "get_token", lambda: token)
        monkeypatch.setattr(session, "get_visit", lambda: "v")
        page = AppTest.from_file(str(MAIN), default_timeout=120).run()
        page.switch_page(SCREEN).run()
        assert not page.exception
        return page

    return show


@pytest.fixture
def waiting(db: Connection, tmp_path: Path) -> None:
    """A payment in which the bank has cut the zeros of the golden account."""
    import_file(sber(tmp_path, f"12-11-2014;A;{GOLDEN};0,01", "12-11-2014;B;<b>12345;126,93"))


@pytest.mark.usefixtures("waiting")
class TestScreen:
    def test_one_click_posts_and_the_debt_falls(
        self, open_screen: OpenScreen, resident: Actor
    ) -> None:
        page = open_screen()
        html = markup(page)
        assert "126,93 ₽ от 12.11.2014" in html
        assert "счёт с таким номером не найден" in html
        assert "&lt;b&gt;12345" in html
        assert "Магнитогорск, ул. Гражданская, д. 1, кв. 154" in html
        assert "Ждут разбора: 1 на 126,93 ₽.<" in html
        assert page.text_input[0].value == GOLDEN

        press(page, "Провести")

        assert page.success[0].value.startswith(f"Платёж проведён на счёт {GOLDEN}: {WATER}")
        assert page.info[0].value == "Все платежи из банковских реестров разнесены."
        assert due(resident)[WATER] == due(resident)[HOUSING] == 0

    def test_a_wrong_number_is_explained_beside_the_form(self, open_screen: OpenScreen) -> None:
        page = open_screen()
        page.text_input[0].set_value("777")

        press(page, "Провести")

        assert page.error[0].value == "Счёта с таким номером нет. Проверьте номер."

    def test_a_payment_is_taken_off_the_list(self, open_screen: OpenScreen) -> None:
        page = open_screen()

        press(page, "Не проводить")

        assert page.success[0].value == "Платёж убран из списка, на долг он не повлиял."
        assert not page.text_input

    def test_an_administrator_has_it_too_and_a_resident_does_not(
        self, open_screen: OpenScreen
    ) -> None:
        assert open_screen("admin").text_input[0].value == GOLDEN
        with pytest.raises(ValueError, match="navigation page"):
            open_screen("resident")


@pytest.mark.usefixtures("committed")
class TestStatements:
    @pytest.fixture
    def many(self, committed: str, tmp_path: Path) -> Iterator[None]:
        assert committed
        first = f"12-11-2014;M;{GOLDEN};0,01"
        import_file(sber(tmp_path, first, *(f"12-11-2014;M{n};9{n};1,00" for n in range(30))))
        yield
        for table in ("register_part", "register_row", "register"):
            execute(f"DELETE FROM {table}")

    @pytest.mark.usefixtures("many")
    def test_a_rerun_is_at_most_six(self, statements: list[str], open_screen: OpenScreen) -> None:
        page = open_screen()
        statements.clear()

        page.run()

        assert not page.exception
        assert "Ждут разбора: 30 на 30,00 ₽. Показаны первые 20." in markup(page)
        assert len(page.text_input) == queue.MOST_SHOWN
        assert 3 <= len(statements) <= 6, statements
