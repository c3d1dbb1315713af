"""The administrator's screens and the invitation."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from db import session as database
from lib.access import AccessDenied, Actor, Role
from lib.services.audit import log
from lib.services.audit.log import EventQuery
from lib.services.people import invitations, sign_in
from lib.ui import audit, session
from tests.kit.identity import open_session
from tests.kit.pages import MAIN, markup


@pytest.fixture
def open_screen(monkeypatch: pytest.MonkeyPatch, db: object) -> Callable[..., AppTest]:
    """Open a screen as an actor and return it drawn."""

    def show(actor: Actor | None, screen: str | None = None, **query: str) -> AppTest:
        monkeypatch.setattr(sign_in, "find_actor", lambda **_: actor)
        page = AppTest.from_file(str(MAIN), default_timeout=120).run()
        for name, value in query.items():
            page.query_params[name] = value
        if screen:
            page.switch_page(screen)
        page.run()
        assert not page.exception
        return page

    return show


@pytest.fixture
def admin(db: object, signed_in: Callable[..., Actor]) -> Actor:
    # rows that other tests have committed; this is rolled back too
    execute("DELETE FROM letter; DELETE FROM audit_event; DELETE FROM invitation")
    return signed_in("admin")


def execute(statement: str) -> None:
    with database.transaction(database.OWNER) as opened_:
        opened_.connection().exec_driver_sql(statement)


def key(username: str) -> str:
    with database.transaction(database.OPERATOR) as opened_:
        found = opened_.scalar(text(f"SELECT id FROM login WHERE username = '{username}'"))
    return str(found)


def click(page: AppTest, label: str) -> AppTest:
    [button] = [button for button in page.button if button.label == label]
    button.click().run()
    assert not page.exception
    return page


class TestPeople:
    def test_are_listed_and_lead_to_their_cards(
        self, open_screen: Callable[..., AppTest], admin: Actor
    ) -> None:
        html = markup(open_screen(admin, "staff/people.py"))

        assert html.count('<th scope="row">') == 4
        assert f'href="/people?login={key("staff")}"' in html
        assert "ОАО «Камал»" in html
        assert "Муравьев" not in html

    def test_are_found_and_the_search_stays_in_the_address(
        self, open_screen: Callable[..., AppTest], admin: Actor
    ) -> None:
        page = open_screen(admin, "staff/people.py")
        [field] = [field for field in page.text_input if field.label == "Кого найти"]
        field.set_value("petr%")

        click(page, "Найти")

        assert "Никого не нашлось" in page.info[0].value
        assert page.query_params["search"] == "petr%"
        assert "staff" in markup(open_screen(admin, "staff/people.py", search="Петрова"))

    @pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 30, "2"])
    def test_an_invalid_page_number_is_no_error(
        self, open_screen: Callable[..., AppTest], admin: Actor, page: str
    ) -> None:
        open_screen(admin, "staff/people.py", page=page)

    def test_an_employee_is_invited(
        self, open_screen: Callable[..., AppTest], admin: Actor
    ) -> None:
        page = open_screen(admin, "staff/people.py")
        for label, value in {
            "Фамилия": "Иванова",
            "Имя": "Мария",
            "E-mail": "ivanova@example.org",
        }.items():
            next(field for field in page.text_input if field.label == label).set_value(value)
        click(page, "Отправить приглашение")
        assert "Выберите организацию" in page.error[0].value
        next(box for box in page.selectbox if box.label.startswith("Организация")).select_index(1)

        click(page, "Отправить приглашение")

        assert "Приглашение отправлено" in page.success[0].value
        assert "Иванова Мария, ivanova@example.org" in markup(page)
        click(page, "Отозвать")
        assert "Иванова Мария" not in markup(page)

    def test_a_card_blocks_and_unblocks(
        self, open_screen: Callable[..., AppTest], admin: Actor
    ) -> None:
        page = open_screen(admin, "staff/people.py", login=key("staff"))
        assert "работает" in markup(page)

        click(page, "Заблокировать")
        assert "заблокирована" in markup(page)
        assert "Вход закрыт" in page.success[0].value

        click(page, "Разблокировать")
        assert "работает" in markup(page)
        click(page, "Завершить сеансы")
        assert "Сеансы завершены" in page.success[0].value

    def test_a_card_changes_the_role(
        self, open_screen: Callable[..., AppTest], admin: Actor
    ) -> None:
        page = open_screen(admin, "staff/people.py", login=key("staff"))
        page.selectbox[0].select(Role.ANALYST)

        click(page, "Сохранить")

        assert "аналитик" in markup(page)

    def test_a_residents_card_has_no_role_to_change(
        self, open_screen: Callable[..., AppTest], admin: Actor
    ) -> None:
        page = open_screen(admin, "staff/people.py", login=key("resident"))

        assert [button.label for button in page.button] == ["Заблокировать", "Завершить сеансы"]
        assert not page.selectbox

    def test_ones_own_card_has_no_actions(
        self, open_screen: Callable[..., AppTest], admin: Actor
    ) -> None:
        page = open_screen(admin, "staff/people.py", login=key("admin"))

        assert not page.button
        assert "Это вы" in page.info[0].value

    def test_a_card_of_an_unknown_login_is_not_found(
        self, open_screen: Callable[..., AppTest], admin: Actor
    ) -> None:
        page = open_screen(admin, "staff/people.py", login="999999999")

        assert "Страница не найдена</h1>" in markup(page)

    def test_names_with_markup_are_shown_as_text(
        self, open_screen: Callable[..., AppTest], admin: Actor
    ) -> None:
        evil = "<img src=x onerror=alert(1)> [a](javascript:1) $x^2$ :red[x]"
        execute(f"UPDATE login_contact SET last_name = '{evil}' WHERE last_name = 'Петрова'")
        execute(f"UPDATE organization SET name = '{evil}'")
        execute(
            "INSERT INTO invitation (token_hash, email, last_name, first_name, role, invited_by, "
            f"created_at, expires_at) VALUES ('x', 'a@b.ru', '{evil}', 'Я', 'analyst', "
            f"{admin.login_id}, now(), now() + interval '1 hour')"
        )

        for query in ({}, {"login": key("staff")}):
            page = open_screen(admin, "staff/people.py", **query)
            assert "<img" not in markup(page)
            assert "&lt;img" in markup(page)
            elements = [*page.markdown, *page.title, *page.subheader, *page.button, *page.info]
            assert not any("img" in str(element.value) for element in elements)


class TestInvitation:
    @pytest.fixture
    def token(self, admin: Actor) -> str:
        invitations.invite_employee(
            actor=admin,
            email="ivanova@example.org",
            last_name="Иванова",
            first_name="Мария",
            middle_name="",
            role=Role.ANALYST,
            organization_id=None,
            address=None,
        )
        with database.transaction(database.OPERATOR) as opened_:
            body = str(opened_.scalar(text("SELECT max(body_text) FROM letter")))
        return body.split("token=")[1].split(maxsplit=1)[0]

    def fill(self, page: AppTest, *, repeated: str = "new-Parol-2026") -> AppTest:
        for field, value in zip(
            page.text_input, ("ivanova", "new-Parol-2026", repeated), strict=True
        ):
            field.set_value(value)
        page.checkbox[0].check()
        return click(page, "Создать учётную запись")

    def test_is_accepted_once(self, open_screen: Callable[..., AppTest], token: str) -> None:
        page = open_screen(None, "public/invitation.py", token=token)
        assert "Иванова Мария" in markup(page)
        assert page.checkbox[0].value is False

        self.fill(page, repeated="another-Parol")
        assert "не совпадают" in page.error[0].value
        self.fill(page)

        assert "Учётная запись создана" in page.success[0].value
        assert not page.text_input
        again = open_screen(None, "public/invitation.py", token=token)
        assert "Приглашение не действует" in again.warning[0].value
        assert not again.text_input

    @pytest.mark.parametrize("wrong", ["", "x", "\x00", "🙂" * 99, "' OR 1=1 --"])
    def test_is_not_found_with_a_wrong_link(
        self, open_screen: Callable[..., AppTest], wrong: str
    ) -> None:
        page = open_screen(None, "public/invitation.py", token=wrong)

        assert "Приглашение не действует" in page.warning[0].value

    def test_asks_a_signed_in_visitor_to_sign_out_first(
        self, open_screen: Callable[..., AppTest], token: str, admin: Actor
    ) -> None:
        page = open_screen(admin, "public/invitation.py", token=token)

        assert "выйдите" in page.info[0].value
        assert not page.text_input


class TestAudit:
    def test_is_shown_in_words_and_in_the_centres_zone(
        self, open_screen: Callable[..., AppTest], admin: Actor
    ) -> None:
        execute(
            "INSERT INTO audit_event (happened_at, action, username, address, details) VALUES "
            "('2026-03-01 20:30:00+00', 'login_blocked', 'admin', '192.0.2.1', "
            '\'{"login": "staff"}\')'
        )

        html = markup(open_screen(admin, "staff/audit.py", action="login_blocked"))

        assert "02.03.2026 01:30:00" in html
        assert "Учётная запись заблокирована" in html
        assert "учётная запись: staff" in html

    def test_keeps_its_filters_in_the_address(
        self, open_screen: Callable[..., AppTest], admin: Actor
    ) -> None:
        page = open_screen(admin, "staff/audit.py", since="2000-01-01", before="1")
        [field] = [field for field in page.text_input if field.label == "Имя пользователя"]
        field.set_value("nobody")
        page.date_input[1].set_value(dt.date(2000, 1, 2))

        click(page, "Показать")

        assert page.query_params["login"] == "nobody"
        assert page.query_params["until"] == "2000-01-02"
        assert "before" not in page.query_params
        assert "Ничего не нашлось" in page.info[0].value

    @pytest.mark.parametrize(
        "query",
        [
            {"since": "x", "until": "9999-12-31", "action": "x", "before": "-1"},
            {"since": "0001-01-01", "before": "9" * 40},
            {"login": "\x00", "account": "%' --", "before": "1"},
        ],
    )
    def test_an_invalid_address_is_no_error(
        self, open_screen: Callable[..., AppTest], admin: Actor, query: dict[str, str]
    ) -> None:
        open_screen(admin, "staff/audit.py", **query)

    def test_is_shown_in_pages(self, open_screen: Callable[..., AppTest], admin: Actor) -> None:
        execute(
            "INSERT INTO audit_event (happened_at, action, username, details) SELECT "
            "now() - interval '1 minute' * (n / 2), 'exported', 'e' || n, '{}' "
            "FROM generate_series(1, 70) n"
        )
        page = open_screen(admin, "staff/audit.py", action="exported")
        first = markup(page)

        click(page, "Более ранние")
        second = markup(page)

        assert (first.count('scope="row"'), second.count('scope="row"')) == (50, 20)
        names = [f'<td data-label="Кто" class="kb-word">e{n}<' for n in range(1, 71)]
        assert all((name in first) != (name in second) for name in names)
        click(page, "К последним")
        assert markup(page) == first

    def test_the_file_belongs_to_the_login_signed_in_at_the_click(
        self, monkeypatch: pytest.MonkeyPatch, admin: Actor
    ) -> None:
        monkeypatch.setattr(sign_in, "find_actor", lambda *, token: admin if token else None)

        assert audit.export_file("t", "192.0.2.1", EventQuery()).startswith(b"\xef\xbb\xbf")
        with pytest.raises(AccessDenied):
            audit.export_file(None, "192.0.2.1", EventQuery())


class TestStatements:
    @pytest.mark.parametrize(
        ("screen", "query"),
        [
            ("staff/people.py", {}),
            ("staff/people.py", {"login": "1"}),
            ("staff/audit.py", {"login": "admin", "account": "0000012345"}),
            (None, {}),
        ],
    )
    def test_a_rerun_is_at_most_six(
        self,
        statements: list[str],
        monkeypatch: pytest.MonkeyPatch,
        screen: str | None,
        query: dict[str, str],
    ) -> None:
        token = open_session("admin")
        monkeypatch.setattr(session, "get_token", lambda: token)
        page = AppTest.from_file(str(MAIN), default_timeout=120).run()
        for name, value in query.items():
            page.query_params[name] = value
        if screen:
            page.switch_page(screen).run()
        statements.clear()

        page.run()

        assert not page.exception
        assert 1 <= len(statements) <= 6, statements


def test_the_home_of_an_employee_leads_to_their_screens(
    open_screen: Callable[..., AppTest], admin: Actor
) -> None:
    page = open_screen(admin)

    links: Any = page.get("page_link")
    assert [link.proto.label for link in links] == [
        "Обмен с банками",
        "Ошибки в тексте",
        "Люди",
        "Журнал действий",
        "Цели и сроки аналитики",
    ]
    assert "ещё не открыты" not in str([element.value for element in page.markdown])


def test_the_log_counts_its_own_export(admin: Actor) -> None:
    log.export_events(actor=admin, chosen=EventQuery(), address="192.0.2.1")

    assert "Выгрузка данных;admin" in log.export_events(
        actor=admin, chosen=EventQuery(), address="192.0.2.1"
    ).decode("utf-8-sig")
