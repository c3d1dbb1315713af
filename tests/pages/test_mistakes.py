"""The screen «Ошибки в тексте» and the guide."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection, event
from streamlit.testing.v1 import AppTest

from lib.access import Actor
from lib.domain.mistakes import Report
from lib.services.mistakes import decisions, reports
from lib.services.people import sign_in
from lib.ui import session
from tests.kit.identity import HOME, fetch
from tests.kit.pages import MAIN, markup, press

DESK, GUIDE = "staff/mistakes.py", "public/guide.py"


@pytest.fixture
def clerk(db: Connection, signed_in: Callable[..., Actor]) -> Actor:
    return signed_in("staff")


@pytest.fixture
def open_screen(monkeypatch: pytest.MonkeyPatch, db: object) -> Callable[..., AppTest]:
    def show(actor: Actor | None, screen: str, **query: str) -> AppTest:
        monkeypatch.setattr(sign_in, "find_actor", lambda **_: actor)
        monkeypatch.setattr(session, "get_visit", lambda: "browser")
        page = AppTest.from_file(str(MAIN), default_timeout=120).run()
        for name, value in query.items():
            page.query_params[name] = value
        page.switch_page(screen).run()
        assert not page.exception
        return page

    return show


@contextmanager
def record_statements(db: Connection) -> Iterator[list[str]]:
    statements: list[str] = []

    def keep(*arguments: Any) -> None:
        statements.append(arguments[2])

    event.listen(db.engine, "before_cursor_execute", keep)
    yield statements
    event.remove(db.engine, "before_cursor_execute", keep)


def report(reporter: Actor | None, selected: str = "Превет") -> None:
    found = Report("/guide?section=meters", selected, "Скажите ", "!", "буква", f"{selected:0>32}")
    reports.report_mistake(reporter=reporter, report=found, address=HOME)


class TestDesk:
    def test_shows_the_words_in_context_and_removes_a_decided_report(
        self, open_screen: Callable[..., AppTest], resident: Actor, clerk: Actor
    ) -> None:
        report(resident)

        page = open_screen(clerk, DESK)

        assert "Скажите </span><mark>Превет</mark>" in markup(page)
        assert "Руководство пользователя (/guide?section=meters)" in markup(page)
        press(page, "Исправлено")
        assert page.success[0].value == "Исправлено, читатель получит письмо."
        assert page.info[0].value == "Новых сообщений нет."

    def test_declining_without_a_reason_says_what_is_missing(
        self, open_screen: Callable[..., AppTest], resident: Actor, clerk: Actor
    ) -> None:
        report(resident)
        page = open_screen(clerk, DESK)

        press(page, "Отклонить")
        assert page.error[0].value.startswith("Напишите, почему текст остаётся")
        page.text_input[0].set_value("Так и задумано")
        press(page, "Отклонить")

        assert page.success[0].value == "Сообщение отклонено."
        assert fetch("SELECT reason FROM mistake")[0].reason == "Так и задумано"

    def test_shows_many_reports_with_few_statements_and_counts_the_rest(
        self,
        open_screen: Callable[..., AppTest],
        clerk: Actor,
        resident: Actor,
        db: Connection,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(decisions, "MOST_SHOWN", 2)
        for word in ("а", "б", "в"):
            report(resident, word)
        page = open_screen(clerk, DESK)

        with record_statements(db) as statements:
            page.run()

        assert page.caption[0].value == "Показаны первые 2 из 3: давние сверху."
        assert len(statements) <= 6

    def test_a_strangers_report_is_about_the_sign_in_screen(
        self, open_screen: Callable[..., AppTest], signed_in: Callable[..., Actor]
    ) -> None:
        found = Report("/charges", "Вайти", "", "", "", "0" * 32)
        reports.report_mistake(reporter=None, report=found, address=HOME)

        assert "Вход (/charges)" in markup(open_screen(signed_in("admin"), DESK))


class TestGuide:
    def test_strangers_read_and_search_it(self, open_screen: Callable[..., AppTest]) -> None:
        page = open_screen(None, GUIDE)
        assert "Содержание</h2>" in markup(page)

        page.text_input[0].set_value("поверка").run()

        assert "Нашлось</h2>" in markup(page)
        assert page.query_params["q"] == "поверка"
        assert "Справка" not in markup(page)

    def test_a_section_is_opened_by_its_address(
        self, open_screen: Callable[..., AppTest], resident: Actor, db: Connection
    ) -> None:
        page = open_screen(resident, GUIDE, section="meters")

        assert 'class="kb-subtitle">Показания счётчиков</h2>' in markup(page)
        assert 'src="/guide-pictures/meters.webp"' in markup(page)
        with record_statements(db) as statements:
            page.run()
        assert statements == []

    def test_a_search_text_is_escaped(self, open_screen: Callable[..., AppTest]) -> None:
        page = open_screen(None, GUIDE, q="<script>alert(1)</script>", section="../../etc/passwd")

        assert "Ничего не нашлось" in markup(page)
        assert "<script" not in markup(page)


def test_each_screen_says_what_it_is_for(
    open_screen: Callable[..., AppTest], resident: Actor
) -> None:
    page = open_screen(resident, "resident/charges.py")

    assert 'href="/guide?section=charges"' in markup(page)
    assert "Заметили ошибку в тексте? Выделите ее мышкой и нажмите Ctrl+Enter" in markup(page)
    assert 'href="/guide">Руководство пользователя</a>' in markup(page)


def test_a_screen_that_stops_early_has_its_footer(
    open_screen: Callable[..., AppTest], resident: Actor
) -> None:
    html = markup(open_screen(replace(resident, accounts=()), "resident/attach.py"))
    paying = markup(open_screen(resident, "resident/pay.py"))

    assert html.count("Заметили ошибку в тексте?") == 1
    assert paying.count("Заметили ошибку в тексте?") == 1


def test_staff_have_no_help_for_residents(
    open_screen: Callable[..., AppTest], clerk: Actor, resident: Actor
) -> None:
    assert "Справка" not in markup(open_screen(clerk, DESK))
    assert "Справка" in markup(open_screen(replace(resident, accounts=()), "resident/attach.py"))
