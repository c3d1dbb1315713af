"""The screen «Мой профиль» and its statements."""

from collections.abc import Callable

import pytest
from sqlalchemy import Connection
from streamlit.testing.v1 import AppTest

from lib.jobs import tasks
from lib.services.people import email_changes
from lib.ui import session
from tests.kit.pages import MAIN, markup
from tests.kit.profile import (
    ADDRESS,
    NEW_PASSWORD,
    PASSWORD,
    SignedInBrowser,
    enter,
    is_open,
    scalar,
    sign_in_cleanly,
    tokens,
)

SECTIONS = ["Общее", "Безопасность", "Письма", "Счета", "Данные"]
OpenScreen = Callable[..., AppTest]


@pytest.fixture
def browser(db: Connection) -> SignedInBrowser:
    return sign_in_cleanly()


@pytest.fixture
def open_screen(monkeypatch: pytest.MonkeyPatch) -> OpenScreen:
    """Open a section of a profile and return it drawn."""

    def show(
        browser: SignedInBrowser | None, section: str = "Общее", script: str = "profile"
    ) -> AppTest:
        monkeypatch.setattr(session, "get_token", lambda: browser.token if browser else None)
        monkeypatch.setattr(session, "get_visit", lambda: "v")
        page = AppTest.from_file(str(MAIN), default_timeout=120).run()
        page.query_params["section"] = section
        page.switch_page(f"public/{script}.py").run()
        assert not page.exception
        return page

    return show


def click(page: AppTest, label: str, number: int = 0) -> AppTest:
    [button for button in page.button if button.label == label][number].click().run()
    assert not page.exception
    return page


def fill(page: AppTest, words: dict[str, str]) -> None:
    for label, value in words.items():
        field = next(field for field in page.text_input if field.label == label)
        field.set_value(value)


def passwords(old: str) -> dict[str, str]:
    new = {"Новый пароль": NEW_PASSWORD, "Новый пароль ещё раз": NEW_PASSWORD}
    return {"Текущий пароль": old, **new}


def messages(page: AppTest) -> list[str]:
    return [message.value for message in page.success]


class TestSections:
    def test_the_login_is_shown_in_full(
        self, open_screen: OpenScreen, browser: SignedInBrowser
    ) -> None:
        html = markup(open_screen(browser))

        assert "Муравьев Сергей Иванович" in html
        assert "resident@example.org" in html

    @pytest.mark.parametrize("name", ["staff", "analyst", "admin"])
    @pytest.mark.usefixtures("db")
    def test_every_role_has_one_and_only_residents_have_accounts(
        self, open_screen: OpenScreen, name: str
    ) -> None:
        page = open_screen(enter(name))

        assert [tab.label for tab in page.tabs] == ["Общее", "Безопасность", "Данные"]

    def test_an_unknown_section_in_the_address_shows_the_first_one(
        self, open_screen: OpenScreen, browser: SignedInBrowser
    ) -> None:
        assert "Муравьев Сергей Иванович" in markup(open_screen(browser, "<b>"))

    def test_is_there_without_an_account(
        self, open_screen: OpenScreen, browser: SignedInBrowser
    ) -> None:
        for _ in browser.actor.accounts:
            page = click(open_screen(browser, "Счета"), "Да, отсоединить")

        assert messages(page) == ["Лицевой счёт отсоединён."]
        assert "не присоединено" in page.info[0].value
        assert enter().actor.accounts == ()


class TestEmail:
    def test_is_asked_for_shown_and_cancelled(
        self, open_screen: OpenScreen, browser: SignedInBrowser
    ) -> None:
        page = open_screen(browser)
        fill(page, {"Новый e-mail": "x"})
        page = click(page, "Отправить письма")
        assert "проверьте адрес" in page.error[0].value

        fill(page, {"Новый e-mail": "novyj@example.org"})
        page = click(page, "Отправить письма")

        assert "Письма отправлены" in messages(page)[0]
        assert "novyj@example.org" in markup(page)
        assert markup(page).count("ждём подтверждения") == 2
        page = click(page, "Отменить смену")
        assert "novyj@example.org" not in markup(page)

    def test_opening_the_link_confirms_nothing_and_its_button_does(
        self, open_screen: OpenScreen, browser: SignedInBrowser
    ) -> None:
        email_changes.start_email_change(
            actor=browser.actor, email="novyj@example.org", address=ADDRESS
        )
        for number, token in enumerate(tokens().values()):
            page = open_screen(None, script="email_change")
            page.query_params["token"] = token
            page.run()
            assert scalar("SELECT count(*) FROM login_token WHERE used_at IS NOT NULL") == number
            page = click(page, "Подтвердить")
            assert ("E-mail изменён" in messages(page)[0]) == (number == 1)

    def test_a_spent_link_says_what_to_do(
        self, open_screen: OpenScreen, browser: SignedInBrowser
    ) -> None:
        page = click(open_screen(browser, script="email_change"), "Подтвердить")

        assert "Начните смену e-mail ещё раз" in page.error[0].value


class TestSecurity:
    def test_a_new_password_issues_a_new_ticket(
        self, open_screen: OpenScreen, browser: SignedInBrowser
    ) -> None:
        page = open_screen(browser, "Безопасность")
        fill(page, passwords(PASSWORD))
        page = click(page, "Сменить пароль")

        assert not page.error
        assert 'action="/session"' in markup(page)
        assert 'value="/profile?section=' in markup(page)
        assert is_open(enter(password=NEW_PASSWORD).token)

    def test_a_wrong_password_is_reported_beside_the_form(
        self, open_screen: OpenScreen, browser: SignedInBrowser
    ) -> None:
        page = open_screen(browser, "Безопасность")
        fill(page, passwords("wrong-Parol-2014"))
        page = click(page, "Сменить пароль")

        assert "Текущий пароль указан неверно" in page.error[0].value
        assert is_open(browser.token)

    def test_sessions_are_ended_one_by_one_and_together(
        self, open_screen: OpenScreen, browser: SignedInBrowser
    ) -> None:
        others = [enter() for _ in range(3)]
        page = open_screen(browser, "Безопасность")
        assert markup(page).count("Это устройство") == 1

        page = click(page, "Завершить")
        assert messages(page) == ["Сеанс завершён."]
        assert sum(is_open(other.token) for other in others) == 2

        page = click(page, "Завершить все остальные")
        assert not any(is_open(other.token) for other in others)
        assert is_open(browser.token)
        assert "Завершить" not in {button.label for button in page.button}


class TestLetters:
    def test_topics_are_saved_and_the_first_period_is_shown(
        self, open_screen: OpenScreen, browser: SignedInBrowser
    ) -> None:
        page = open_screen(browser, "Письма")
        assert "Если подписаться сейчас" in markup(page)
        page.checkbox[0].check()
        page = click(page, "Сохранить")

        assert "Сохранено" in messages(page)[0]
        assert page.checkbox[0].value is True
        assert "Л/С № 0000012345: начиная с квитанции за ноябрь 2014 года" in markup(page)

    def test_a_consent_is_given_and_withdrawn(
        self, open_screen: OpenScreen, browser: SignedInBrowser
    ) -> None:
        page = click(open_screen(browser, "Письма"), "Дать согласие")
        assert "дано " in markup(page)

        page = click(page, "Отозвать согласие")
        assert "не дано" in markup(page)


class TestData:
    def test_a_copy_is_ordered_and_offered_for_download(
        self, open_screen: OpenScreen, browser: SignedInBrowser
    ) -> None:
        page = click(open_screen(browser, "Данные"), "Подготовить копию")
        assert "Готовим копию…" in markup(page)

        tasks.make_data_export(export_id=str(scalar("SELECT id FROM data_export")))
        page = page.run()

        links = [button.proto.url for button in page.get("link_button")]
        assert links == [f"/documents/exports/{scalar('SELECT id FROM data_export')}.zip"]

    def test_a_login_is_deleted_by_its_password_and_the_sign_in_confirms_it(
        self, open_screen: OpenScreen, browser: SignedInBrowser
    ) -> None:
        page = open_screen(browser, "Данные")
        assert "Сотрём сразу" in markup(page)
        fill(page, {"Пароль": "wrong-Parol-2014"})
        page = click(page, "Удалить навсегда")
        assert "указан неверно" in page.error[0].value

        fill(page, {"Пароль": PASSWORD})
        page = click(page, "Удалить навсегда")

        assert messages(page) == ["Учётная запись удалена."]
        assert "Вход в личный кабинет" in markup(page)


@pytest.mark.parametrize("section", SECTIONS)
def test_a_rerun_is_at_most_six_statements(
    statements: list[str], open_screen: OpenScreen, section: str
) -> None:
    page = open_screen(enter(), section)
    statements.clear()

    page.run()

    assert not page.exception
    assert 2 <= len(statements) <= 6, statements
