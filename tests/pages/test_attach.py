"""The screens for adding an account and deciding on requests."""

from collections.abc import Callable
from typing import Any

import pytest
import streamlit as st
from sqlalchemy import Connection
from streamlit.testing.v1 import AppTest

from lib.access import Actor
from lib.services.accounts import requests
from lib.ui import session
from tests.kit.attaching import (
    HOME,
    NUMBER,
    PAID,
    PAID_ON,
    attached_numbers,
    golden_claim,
    newcomer,
    photo,
)
from tests.kit.identity import execute, fetch, open_session
from tests.kit.pages import MAIN, markup, press

WAYS = ("payment", "code", "photo")
OpenScreen = Callable[..., AppTest]


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """Clear the reference data, which is cached for the whole process."""
    st.cache_data.clear()


@pytest.fixture
def open_screen(monkeypatch: pytest.MonkeyPatch) -> OpenScreen:
    """Open a screen and return it drawn."""

    def show(name: str, screen: str | None) -> AppTest:
        token = open_session(name)
        monkeypatch.setattr(session, "get_token", lambda: token)
        monkeypatch.setattr(session, "get_visit", lambda: "v")
        page = AppTest.from_file(str(MAIN), default_timeout=120).run()
        if screen:
            page.switch_page(screen).run()
        assert not page.exception
        return page

    return show


@pytest.fixture
def actor(db: Connection) -> Actor:
    return newcomer()


def field(page: AppTest, label: str) -> Any:
    return next(field for field in page.text_input if field.label == label)


def choose(page: AppTest, label: str, option: str) -> None:
    box = next(box for box in page.selectbox if box.label == label)
    box.select_index(box.options.index(option)).run()
    assert not page.exception


def at_the_flat(page: AppTest, way: int = 0) -> None:
    choose(page, "Организация", "ОАО «Камал»")
    field(page, "Улица и дом").set_value("гражданская 1").run()
    choose(page, "Квартира", "кв. 154")
    page.radio[0].set_value(WAYS[way]).run()
    assert not page.exception


@pytest.mark.usefixtures("actor")
def test_a_second_press_does_not_keep_the_newcomer_from_the_debt(open_screen: OpenScreen) -> None:
    page = open_screen("resident", "resident/attach.py")
    # what the first press leaves when the second one stops its run
    page.session_state["run.arrival"] = "Лицевой счёт присоединён."

    page.run()

    assert [note.value for note in page.success] == ["Лицевой счёт присоединён."]
    assert not page.radio
    assert "run.arrival" not in page.session_state


@pytest.mark.usefixtures("actor")
def test_a_session_that_ends_on_the_way_home_leads_to_the_sign_in(
    monkeypatch: pytest.MonkeyPatch, open_screen: OpenScreen
) -> None:
    page = open_screen("resident", "resident/attach.py")
    page.session_state["run.arrival"] = "Лицевой счёт присоединён."
    monkeypatch.setattr(session, "get_token", lambda: None)

    page.run()

    assert not page.exception
    assert field(page, "Имя пользователя")


def digits() -> str:
    (row,) = fetch(
        "SELECT digits FROM captcha WHERE used_at IS NULL ORDER BY expires_at DESC LIMIT 1"
    )
    return str(row.digits)


@pytest.mark.usefixtures("actor")
class TestAttach:
    def test_leads_from_the_flat_to_the_debt(self, open_screen: OpenScreen) -> None:
        page = open_screen("newcomer", "resident/attach.py")
        at_the_flat(page)
        field(page, "Номер лицевого счёта").set_value(NUMBER)
        field(page, "Дата последнего платежа").set_value(PAID_ON)
        field(page, "Сумма платежа, ₽").set_value(PAID)
        field(page, "Код с картинки").set_value(digits())

        press(page, "Добавить счёт")

        assert "126,93" in markup(page)
        assert page.success[0].value == "Лицевой счёт присоединён."

    def test_says_a_refusal_with_a_new_captcha(self, open_screen: OpenScreen) -> None:
        page = open_screen("newcomer", "resident/attach.py")
        at_the_flat(page)
        field(page, "Номер лицевого счёта").set_value(NUMBER)
        field(page, "Дата последнего платежа").set_value(PAID_ON)
        field(page, "Сумма платежа, ₽").set_value("1")
        field(page, "Код с картинки").set_value(digits())
        before = field(page, "Код с картинки").key

        press(page, "Добавить счёт")

        assert page.error[0].value.startswith("Данные не подтверждены.")
        assert field(page, "Код с картинки").key != before
        assert field(page, "Номер лицевого счёта").value == NUMBER

    def test_an_empty_field_uses_up_no_captcha(self, open_screen: OpenScreen) -> None:
        page = open_screen("newcomer", "resident/attach.py")
        at_the_flat(page)
        before = field(page, "Код с картинки").key

        press(page, "Добавить счёт")

        assert "номер лицевого счёта" in page.error[0].value
        assert field(page, "Код с картинки").key == before

    def test_a_wrong_receipt_code_is_refused(self, open_screen: OpenScreen) -> None:
        page = open_screen("newcomer", "resident/attach.py")
        at_the_flat(page, 1)
        field(page, "Номер лицевого счёта").set_value(NUMBER)
        field(page, "Код для личного кабинета").set_value("ABCEH-ABCEH")
        field(page, "Код с картинки").set_value(digits())

        press(page, "Добавить счёт")

        assert page.error[0].value.startswith("Данные не подтверждены.")

    def test_a_document_makes_a_request_that_is_shown(self, open_screen: OpenScreen) -> None:
        page = open_screen("newcomer", "resident/attach.py")
        at_the_flat(page, 2)
        field(page, "Номер лицевого счёта").set_value(NUMBER)
        page.file_uploader[0].set_value([("q.jpg", photo(), "image/jpeg")])

        press(page, "Отправить заявку")

        assert page.success[0].value.startswith("Заявка отправлена.")
        assert "Ждёт решения" in markup(page)

    def test_a_missing_house_is_explained(self, open_screen: OpenScreen) -> None:
        page = open_screen("newcomer", "resident/attach.py")
        choose(page, "Организация", "ОАО «Камал»")

        field(page, "Улица и дом").set_value("проспект Несуществующий 🏠").run()

        assert not page.exception
        assert "Такого дома у этой организации нет" in page.info[0].value

    def test_is_reached_from_an_empty_home_and_by_the_header(self, open_screen: OpenScreen) -> None:
        page = open_screen("newcomer", None)

        html = markup(page)
        assert html.count('href="/attach"') == 2
        assert "Добавить лицевой счет</a>" in html

    def test_an_empty_home_shows_what_was_asked_for(
        self, open_screen: OpenScreen, actor: Actor
    ) -> None:
        requests.request_account(
            actor=actor, claim=golden_claim(), comment="", content=photo(), address=HOME
        )

        assert "Ждёт решения" in markup(open_screen("newcomer", None))

    def test_staff_have_no_such_screen(self, open_screen: OpenScreen) -> None:
        assert 'href="/attach"' not in markup(open_screen("staff", None))


@pytest.mark.usefixtures("request_id")
class TestRequests:
    @pytest.fixture
    def request_id(self, actor: Actor) -> int:
        requests.request_account(
            actor=actor, claim=golden_claim(), comment="<b>Я</b>", content=photo(), address=HOME
        )
        return int(fetch("SELECT id FROM account_request")[0].id)

    def test_shows_who_asks_and_approves(
        self, open_screen: OpenScreen, actor: Actor, request_id: int
    ) -> None:
        page = open_screen("staff", "staff/account_requests.py")
        html = markup(page)
        assert "Ситдикова Камалия" in html
        assert "счёт найден по этому адресу" in html
        assert "&lt;b&gt;Я&lt;/b&gt;" in html
        assert f'href="/documents/account_requests/{request_id}"' in html

        press(page, "Одобрить")

        assert page.success[0].value == "Счёт присоединён, житель получит письмо."
        assert page.info[0].value == "Новых заявок нет."
        assert attached_numbers(actor) == {NUMBER}

    def test_a_refusal_needs_a_reason(self, open_screen: OpenScreen) -> None:
        page = open_screen("staff", "staff/account_requests.py")
        press(page, "Отклонить")
        assert "Напишите причину" in page.error[0].value

        field(page, "Причина отказа").set_value("Не видно номера")
        press(page, "Отклонить")

        assert page.success[0].value == "Заявка отклонена, житель получит письмо."

    def test_the_second_employee_learns_of_the_decision(self, open_screen: OpenScreen) -> None:
        page = open_screen("staff", "staff/account_requests.py")
        execute(
            "UPDATE account_request SET status = 'declined', decided_at = now(), decided_by = 0"
        )

        press(page, "Одобрить")

        assert not page.success
        assert f"Заявку на счёт {NUMBER} уже отклонил ваш коллега" in markup(page)


@pytest.mark.usefixtures("committed")
class TestStatements:
    @pytest.mark.parametrize("way", range(3))
    def test_a_rerun_of_attaching_is_at_most_six(
        self, statements: list[str], open_screen: OpenScreen, way: int
    ) -> None:
        page = open_screen("resident", "resident/attach.py")
        at_the_flat(page, way)
        statements.clear()

        page.run()

        assert not page.exception
        assert 1 <= len(statements) <= 6, statements

    def test_a_rerun_of_the_requests_is_at_most_six(
        self, statements: list[str], open_screen: OpenScreen
    ) -> None:
        execute(
            "INSERT INTO account_request (login_id, organization_id, premise_id, account_number, "
            "comment, photo, status, requested_at) SELECT x.login_id, a.organization_id, "
            "a.premise_id, 'n' || n, '', 'x', 'new', now() FROM account a JOIN account_access x "
            "ON x.account_id = a.id, generate_series(1, 30) n WHERE a.number = :number",
            number=NUMBER,
        )
        page = open_screen("staff", "staff/account_requests.py")
        statements.clear()

        page.run()

        execute("DELETE FROM account_request")
        assert not page.exception
        assert "Показаны первые 20 из 30" in page.caption[0].value
        assert 1 <= len(statements) <= 6, statements
