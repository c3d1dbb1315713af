"""The screens of the service desk and the account card."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import streamlit as st
from sqlalchemy import Connection, Engine, event
from streamlit.testing.v1 import AppTest

from lib import links
from lib.access import Actor
from lib.domain.appeals.rules import Status, Topic
from lib.services.appeals import desk_answers, desk_work, incidents, templates
from lib.ui import session
from tests.kit.appeals import send
from tests.kit.attaching import NUMBER
from tests.kit.desk import add_colleague, appeal_row, entry_rows, seen_thread
from tests.kit.identity import execute, fetch, open_session
from tests.kit.pages import MAIN, markup, press

DESK, CARD = "staff/service_desk.py", "staff/account_card.py"
COUNTED = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")
MOST_STATEMENTS = 6
DAY = re.compile(r"\d\d\.\d\d\.\d{4}")
OpenScreen = Callable[..., AppTest]
pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    st.cache_data.clear()


@pytest.fixture
def clerk(db: Connection, signed_in: Callable[..., Actor]) -> Actor:
    return signed_in("staff")


@pytest.fixture
def open_screen(monkeypatch: pytest.MonkeyPatch) -> OpenScreen:
    """Open a screen by its address and return it drawn."""

    def show(screen: str, name: str = "staff", **query: object) -> AppTest:
        token = open_session(name)
        monkeypatch.setattr(session, "get_token", lambda: token)
        monkeypatch.setattr(session, "get_visit", lambda: "v")
        page = AppTest.from_file(str(MAIN), default_timeout=120).run()
        for key, value in query.items():
            page.query_params[key] = str(value)
        page.switch_page(screen).run()
        for key, value in query.items():  # the next screen starts without them
            page.query_params[key] = str(value)
        if query:
            page.run()
        assert not page.exception
        return page

    return show


def labels(page: AppTest) -> list[str]:
    return [button.label for button in page.button]


def write(page: AppTest, label: str, words: str) -> None:
    fields = (*page.text_input, *page.text_area)
    next(field for field in fields if field.label == label).set_value(words)


def choose(page: AppTest, label: str, option: str) -> None:
    box = next(box for box in page.selectbox if box.label == label)
    box.select_index(box.options.index(option))


def choose_action(page: AppTest, value: str) -> None:
    group: Any = page.get("button_group")[0]
    group.set_value(value).run()
    assert not page.exception


@contextmanager
def record_statements() -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_c: object, _x: object, statement: str, *_: object) -> None:
        if statement.lstrip().upper().startswith(COUNTED):
            statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield statements
    event.remove(Engine, "before_cursor_execute", note)


class TestQueue:
    def test_shows_what_waits_and_counts_it(self, resident: Actor, open_screen: OpenScreen) -> None:
        key, number = send(resident)

        html = markup(open_screen(DESK))

        assert number in html
        assert f"{links.SERVICE_DESK}?id={appeal_row(key).account_id}-{key}" in html
        assert "Без исполнителя 1" in html

    def test_finds_by_number(self, resident: Actor, open_screen: OpenScreen) -> None:
        _, number = send(resident)
        send(resident, topic=Topic.WASTE)
        page = open_screen(DESK)

        write(page, "Поиск", number)
        press(page, "Найти")

        assert markup(page).count('<th scope="row">') == 1
        assert number in markup(page)

    def test_an_unknown_filter_in_the_address_shows_the_open_queue(
        self, open_screen: OpenScreen
    ) -> None:
        page = open_screen(DESK, view="x", topic="y", kind="z", page="-1")

        assert "всё разобрано" in markup(page)

    def test_asks_the_database_six_times_at_most(
        self, resident: Actor, open_screen: OpenScreen
    ) -> None:
        send(resident)
        page = open_screen(DESK)

        with record_statements() as statements:
            page.run()

        assert len(statements) <= MOST_STATEMENTS, "\n".join(statements)

    def test_several_are_assigned_at_once(
        self, resident: Actor, clerk: Actor, open_screen: OpenScreen
    ) -> None:
        sent = [send(resident, topic=topic)[0] for topic in (Topic.LIFT, Topic.WASTE)]
        page = open_screen(DESK, several=1)
        page.multiselect[0].set_value([str(key) for key in sent])
        choose(page, "Исполнитель", "Петрова А.")

        press(page, "Выполнить")

        assert page.success[0].value == "Готово: 2."
        assert {appeal_row(key).assigned_to for key in sent} == {clerk.login_id}

    def test_appeals_answered_by_a_colleague_are_left_out_of_a_batch(
        self, resident: Actor, open_screen: OpenScreen
    ) -> None:
        (first, number), (second, _) = (
            send(resident, topic=topic) for topic in (Topic.LIFT, Topic.WASTE)
        )
        page = open_screen(DESK, several=1, view="all", q=number[:4])
        choose_action(page, "answer")
        page.multiselect[0].set_value([str(first), str(second)])
        other = add_colleague()
        desk_answers.send_answer(actor=other, seen=seen_thread(other, first), text="Я первая")
        write(page, "Текст для заявителей", "И от меня")

        press(page, "Выполнить")

        message = page.success[0].value
        assert message.startswith(f"Готово: 1. № {number}: пропущено, изменилось")
        assert "Смирнова" in message
        assert [body for kind, body, _ in entry_rows(first) if kind == "answer"] == ["Я первая"]
        assert [body for kind, body, _ in entry_rows(second) if kind == "answer"] == ["И от меня"]


class TestThread:
    def test_is_taken_questioned_answered_and_closed(
        self, resident: Actor, clerk: Actor, open_screen: OpenScreen
    ) -> None:
        key, _ = send(resident, text="<b>жирно</b> и [ссылка](http://зло)")
        page = open_screen(DESK, id=key)
        assert "&lt;b&gt;жирно" in markup(page)

        press(page, "Взять в работу")
        assert appeal_row(key).assigned_to == clerk.login_id
        write(page, "Текст для заявителя", "За какой месяц?")
        press(page, "Задать вопрос")
        assert appeal_row(key).status == "deferred"
        write(page, "Текст для заявителя", "Проверили")
        press(page, "Ответить")
        assert page.success[0].value == "Ответ отправлен, житель получит письмо."
        press(page, "Закрыть")

        assert appeal_row(key).status == "closed"
        assert "Ответить" not in labels(page)

    def test_the_second_of_two_employees_sees_what_has_changed(
        self, resident: Actor, open_screen: OpenScreen
    ) -> None:
        key, _ = send(resident)
        page = open_screen(DESK, id=key)
        other = add_colleague()
        desk_answers.send_answer(actor=other, seen=seen_thread(other, key), text="Я первая")

        write(page, "Текст для заявителя", "А я второй")
        press(page, "Ответить")

        assert "изменилось" in page.error[0].value
        assert "Смирнова" in page.error[0].value
        assert "Я первая" in markup(page)
        assert len([entry_row for entry_row in entry_rows(key) if entry_row[0] == "answer"]) == 1
        press(page, "Ответить")  # the employee has read the message
        assert entry_rows(key)[-1][1] == "А я второй"

    def test_a_press_that_comes_too_late_names_who_took_the_appeal(
        self, resident: Actor, open_screen: OpenScreen
    ) -> None:
        key, _ = send(resident)
        page = open_screen(DESK, id=key)
        other = add_colleague()
        desk_work.take_appeal(actor=other, seen=seen_thread(other, key))

        press(page, "Взять в работу")

        assert "уже в работе: Смирнова О." in page.error[0].value

    @pytest.mark.parametrize(
        ("action", "label", "button"),
        [
            ("reply", "Текст для заявителя", "Ответить"),
            ("reply", "Текст для заявителя", "Задать вопрос"),
            ("status", "Причина", "Сменить статус"),
        ],
    )
    def test_text_typed_for_a_just_ended_thread_is_kept(
        self, resident: Actor, open_screen: OpenScreen, action: str, label: str, button: str
    ) -> None:
        key, _ = send(resident)
        page = open_screen(DESK, id=key)
        choose_action(page, action)
        other = add_colleague()
        desk_answers.change_status(
            actor=other, seen=seen_thread(other, key), to=Status.DECLINED, reason="Не наше"
        )

        write(page, label, "Мои слова")
        press(page, button)

        assert "Смирнова" in page.error[0].value
        assert "Мои слова" in [field.value for field in (*page.text_input, *page.text_area)]
        page.run()
        assert button not in labels(page)

    def test_a_question_in_a_just_answered_thread_is_refused_with_a_reason(
        self, resident: Actor, open_screen: OpenScreen
    ) -> None:
        key, _ = send(resident)
        page = open_screen(DESK, id=key)
        other = add_colleague()
        desk_answers.send_answer(actor=other, seen=seen_thread(other, key), text="Я первая")

        write(page, "Текст для заявителя", "За какой месяц?")
        press(page, "Задать вопрос")

        assert "Смирнова" in page.error[0].value
        assert page.text_area[0].value == "За какой месяц?"

    def test_a_template_fills_the_text(
        self, resident: Actor, clerk: Actor, open_screen: OpenScreen
    ) -> None:
        key, number = send(resident)
        templates.save_template(
            actor=clerk, template_id=None, name="Приняли", body="{имя}, № {номер} в работе"
        )
        page = open_screen(DESK, id=key)

        choose(page, "Шаблон", "Приняли")
        page.run()

        assert page.text_area[0].value == f"Сергей, № {number} в работе"

    def test_notes_status_and_assignee_have_their_forms(
        self, resident: Actor, clerk: Actor, open_screen: OpenScreen
    ) -> None:
        key, _ = send(resident)
        page = open_screen(DESK, id=key)

        choose_action(page, "note")
        write(page, "Заметка для коллег", "Позвонить завтра")
        press(page, "Сохранить заметку")
        assert "Позвонить завтра" in markup(page)
        choose_action(page, "assign")
        choose(page, "Исполнитель", "Петрова А.")
        press(page, "Назначить")
        assert appeal_row(key).assigned_to == clerk.login_id
        choose_action(page, "status")
        (box,) = (box for box in page.selectbox if box.label == "Новый статус")
        assert "Дан ответ" not in box.options  # only an answer leads to this status
        choose(page, "Новый статус", "Отклонено")
        write(page, "Причина", "Не наш дом")
        press(page, "Сменить статус")

        assert appeal_row(key).status == "declined"

    def test_a_foreign_or_forged_thread_is_not_found(
        self, resident: Actor, open_screen: OpenScreen
    ) -> None:
        key, _ = send(resident)
        add_colleague("other", of=("uyut", "uyut"))

        for name, asked_for in (("other", str(key)), ("staff", "999999"), ("staff", "x")):
            page = open_screen(DESK, name, id=asked_for)
            assert "Страница не найдена" in markup(page)

    def test_asks_the_database_six_times_at_most(
        self, resident: Actor, open_screen: OpenScreen
    ) -> None:
        key, _ = send(resident)
        page = open_screen(DESK, id=f"{appeal_row(key).account_id}-{key}")

        with record_statements() as statements:
            page.run()

        assert len(statements) <= MOST_STATEMENTS, "\n".join(statements)


class TestIncident:
    def test_is_joined_from_a_thread_and_answered_at_once(
        self, resident: Actor, open_screen: OpenScreen
    ) -> None:
        keys = [send(resident, topic=Topic.QUALITY)[0] for _ in range(2)]
        assert "Похоже на один инцидент" in markup(open_screen(DESK))
        page = open_screen(DESK, id=keys[0])

        press(page, "Объединить в инцидент: ещё 1")
        write(page, "Ответ всем сразу", "Воду вернули")
        press(page, "Ответить всем: 2")

        assert {appeal_row(key).status for key in keys} == {"completed"}
        assert "Всем ответили" in markup(page)

    def test_an_answer_to_all_leaves_out_changed_appeals(
        self, resident: Actor, clerk: Actor, open_screen: OpenScreen
    ) -> None:
        (first, number), (second, _) = (send(resident, topic=Topic.QUALITY) for _ in range(2))
        key = incidents.join_incident(
            actor=clerk, account_id=appeal_row(first).account_id, appeal_id=first
        )
        page = open_screen(DESK, incident=key)
        other = add_colleague()
        desk_answers.send_answer(actor=other, seen=seen_thread(other, first), text="Я первая")
        write(page, "Ответ всем сразу", "Воду вернули")

        press(page, "Ответить всем: 2")

        message = page.success[0].value
        assert "Ответы отправлены: 1." in message
        assert f"№ {number}: пропущено, изменилось" in message
        assert [body for kind, body, _ in entry_rows(first) if kind == "answer"] == ["Я первая"]
        assert appeal_row(second).status == "completed"

    def test_another_appeal_joins_an_existing_incident(
        self, resident: Actor, clerk: Actor, open_screen: OpenScreen
    ) -> None:
        keys = [send(resident, topic=Topic.QUALITY)[0] for _ in range(2)]
        account_id = appeal_row(keys[0]).account_id
        key = incidents.join_incident(actor=clerk, account_id=account_id, appeal_id=keys[0])
        third, _ = send(resident, topic=Topic.QUALITY)
        assert f"id={account_id}-{third}" in markup(open_screen(DESK)).partition("</section>")[0]
        page = open_screen(DESK, id=third)

        press(page, "Объединить в инцидент: ещё 2")

        assert appeal_row(third).incident_id == key
        assert "Ответить всем: 3" in labels(page)


class TestTemplates:
    def test_a_template_is_added_and_removed(self, open_screen: OpenScreen) -> None:
        page = open_screen(DESK, section="templates")
        write(page, "Название", "Приняли")
        write(page, "Текст", "Спасибо, {имя}")
        press(page, "Сохранить шаблон")
        assert "Спасибо, {имя}" in markup(page)

        choose(page, "Какой шаблон изменить", "Приняли")
        page.run()
        press(page, "Удалить шаблон")

        assert "Шаблонов ещё нет" in markup(page)


class TestAccountCard:
    def test_asks_for_a_reason_first_and_keeps_it(
        self, clerk: Actor, open_screen: OpenScreen
    ) -> None:
        page = open_screen(CARD)
        assert "К оплате" not in markup(page)
        write(page, "Номер лицевого счёта", NUMBER)
        press(page, "Открыть счёт")
        assert "зачем открываете" in page.error[0].value

        write(page, "Причина", "Звонок о начислениях")
        press(page, "Открыть счёт")

        assert "Муравьев" in markup(page)
        assert "126,93" in markup(page)
        (event,) = fetch(
            "SELECT login_id, details FROM audit_event WHERE action = 'account_viewed' "
            "AND details ? 'reason'"
        )
        assert (event.login_id, event.details["reason"]) == (clerk.login_id, "Звонок о начислениях")
        page.run()
        (seen_part,) = fetch("SELECT details FROM audit_event WHERE details ? 'part'")
        assert seen_part.details == {"part": "charges"}

    @pytest.mark.parametrize(
        ("part", "words"),
        [
            ("payments", "Дата"),
            ("meters", "Счётчик"),
            ("appeals", "Проверьте"),
            ("logins", "r***@e***.org"),
        ],
    )
    def test_shows_one_part_at_a_time(
        self, resident: Actor, open_screen: OpenScreen, part: str, words: str
    ) -> None:
        send(resident)
        page = open_screen(CARD)
        write(page, "Номер лицевого счёта", NUMBER)
        write(page, "Причина", "Звонок жителя")
        press(page, "Открыть счёт")

        choose_action(page, part)
        with record_statements() as statements:
            page.run()

        expected = words if part != "appeals" else "Начисления и перерасчёт"
        assert expected in markup(page)
        assert "resident@example.org" not in markup(page)
        assert "Подать обращение" not in markup(page)  # this link leads to a resident's screen
        assert len(statements) <= MOST_STATEMENTS, "\n".join(statements)

    def test_payments_are_listed_newest_first(self, open_screen: OpenScreen) -> None:
        execute(
            "INSERT INTO payment (account_id, external_id, paid_on, posted_on, amount, channel, "
            "is_reversal) SELECT id, 'older', '2014-03-05', '2014-03-05', 100, 'касса', false "
            "FROM account WHERE number = :number",
            number=NUMBER,
        )
        page = open_screen(CARD)
        write(page, "Номер лицевого счёта", NUMBER)
        write(page, "Причина", "Звонок жителя")
        press(page, "Открыть счёт")

        choose_action(page, "payments")

        table = markup(page).partition("<tbody>")[2]
        assert [day for day in DAY.findall(table) if day.endswith("2014")] == [
            "18.09.2014",
            "05.03.2014",
        ]

    def test_another_organisations_account_is_not_found(self, open_screen: OpenScreen) -> None:
        add_colleague("other", of=("uyut", "uyut"))
        page = open_screen(CARD, "other")
        write(page, "Номер лицевого счёта", NUMBER)
        write(page, "Причина", "Просто интересно")

        press(page, "Открыть счёт")

        assert "в вашей организации нет" in page.error[0].value
