"""The screen «Обращения» in all its states."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection, event
from streamlit.testing.v1 import AppTest

from lib import config
from lib.access import Actor
from lib.domain.appeals.rules import EntryKind, Status, Topic
from tests.kit.appeals import add_staff_entry, first_addressee, send
from tests.kit.attaching import newcomer
from tests.kit.identity import execute, fetch
from tests.kit.pages import draw_screen, markup, press

SCREEN = "resident/appeals.py"
COUNTED = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")


@pytest.fixture
def open_screen(monkeypatch: pytest.MonkeyPatch, db: object) -> Callable[..., AppTest]:
    """Open the screen as an actor and return it drawn."""

    def show(actor: Actor, **query: Any) -> AppTest:
        return draw_screen(monkeypatch, actor, SCREEN, **query)

    return show


@pytest.fixture
def clerk(db: Connection, signed_in: Callable[..., Actor]) -> Actor:
    return signed_in("staff")


@pytest.fixture
def statements(db: Connection) -> Iterator[list[str]]:
    seen: list[str] = []

    def listen(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.lstrip().upper().startswith(COUNTED):
            seen.append(statement)

    event.listen(db, "before_cursor_execute", listen)
    yield seen
    event.remove(db, "before_cursor_execute", listen)


@pytest.fixture
def rows_read(db: Connection) -> Iterator[list[int]]:
    """How many rows each SELECT has returned."""
    counts: list[int] = []

    def listen(_c: Any, cursor: Any, statement: str, *_: Any) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            counts.append(cursor.rowcount)

    event.listen(db, "after_cursor_execute", listen)
    yield counts
    event.remove(db, "after_cursor_execute", listen)


def errors(page: AppTest) -> list[str]:
    return [error.value for error in page.error]


def chosen(page: AppTest, label: str) -> Any:
    return next(box for box in page.selectbox if box.label == label)


def tenant(resident: Actor) -> Actor:
    """A resident with another account."""
    (home,) = fetch(
        "SELECT id FROM account WHERE NOT id = ANY(:own) LIMIT 1", own=list(resident.accounts)
    )
    return replace(newcomer(), accounts=(home.id,))


class TestList:
    def test_says_why_it_is_empty_and_offers_the_next_step(
        self, open_screen: Callable[..., AppTest], resident: Actor
    ) -> None:
        html = markup(open_screen(resident))

        assert "Вы ещё ничего не писали" in html
        assert "/appeals?new=1" in html

    def test_shows_number_status_deadline_and_rule(
        self, open_screen: Callable[..., AppTest], resident: Actor
    ) -> None:
        _, number = send(resident)

        html = markup(open_screen(resident))

        assert number in html
        assert "Начисления и перерасчёт" in html
        assert "п. 36 ПП № 416" in html.replace("\N{NO-BREAK SPACE}", " ")
        assert "новый ответ" not in html

    def test_marks_an_answer_until_it_is_read(
        self, open_screen: Callable[..., AppTest], resident: Actor, clerk: Actor
    ) -> None:
        appeal_id, _ = send(resident)
        add_staff_entry(clerk, appeal_id)

        assert "новый ответ" in markup(open_screen(resident))
        open_screen(resident, id=appeal_id)
        assert "новый ответ" not in markup(open_screen(resident))

    def test_a_neighbour_sees_none_of_it(
        self, open_screen: Callable[..., AppTest], resident: Actor
    ) -> None:
        appeal_id, number = send(resident, text="Тайна")
        (home,) = fetch(
            "SELECT id FROM account WHERE NOT id = ANY(:own) LIMIT 1", own=list(resident.accounts)
        )
        other = replace(newcomer(), accounts=(home.id,))

        assert number not in markup(open_screen(other))
        html = markup(open_screen(other, id=appeal_id))
        assert "Страница не найдена" in html
        assert "Тайна" not in html

    def test_draws_with_few_statements(
        self, open_screen: Callable[..., AppTest], resident: Actor, statements: list[str]
    ) -> None:
        appeal_id, _ = send(resident)
        for query in ({}, {"id": appeal_id}, {"new": 1}):
            page = open_screen(resident, **query)
            statements.clear()
            page.run()

            assert len(statements) <= 6, (query, statements)


class TestForm:
    def fill(self, page: AppTest, text: str = "Проверьте, пожалуйста") -> None:
        chosen(page, "Тема").set_value(Topic.CHARGES.value)
        page.text_area[0].set_value(text)

    def test_sends_and_opens_the_thread(
        self, open_screen: Callable[..., AppTest], resident: Actor
    ) -> None:
        page = open_screen(resident, new=1)
        assert page.text_input[0].value == "resident@example.org"

        self.fill(page, "<b>Почему</b> так *много*?")
        press(page, "Отправить обращение")

        html = markup(page)
        assert "&lt;b&gt;Почему&lt;/b&gt; так *много*?" in html
        assert "отправлено" in page.success[0].value
        assert len(fetch("SELECT 1 FROM appeal")) == 1

    def test_says_what_is_missing(
        self, open_screen: Callable[..., AppTest], resident: Actor
    ) -> None:
        page = open_screen(resident, new=1)
        press(page, "Отправить обращение")
        assert errors(page) == ["Выберите тему обращения."]

        chosen(page, "Тема").set_value(Topic.QUALITY.value)
        press(page, "Отправить обращение")
        assert errors(page) == ["Напишите текст."]

        page.text_area[0].set_value("Холодные батареи")
        page.text_input[0].set_value(" ")
        press(page, "Отправить обращение")
        assert "Укажите, куда ответить" in errors(page)[0]
        assert fetch("SELECT 1 FROM appeal") == []

    @pytest.mark.parametrize("topic", [Topic.ACCIDENT, Topic.LIFT_STUCK])
    def test_an_emergency_shows_the_dispatchers_phone_and_no_form(
        self, open_screen: Callable[..., AppTest], resident: Actor, topic: Topic
    ) -> None:
        execute("UPDATE organization SET ads_phone = '8 (3519) 00-02-01, 04'")
        page = open_screen(resident, new=1)
        chosen(page, "Тема").set_value(topic.value).run()

        html = markup(page)
        assert 'href="tel:+73519000201"' in html
        assert 'href="tel:04"' in html
        assert 'href="tel:112"' in html
        assert len(page.text_area) == 0

    def test_without_a_dispatchers_phone_the_centres_is_given(
        self,
        open_screen: Callable[..., AppTest],
        resident: Actor,
    ) -> None:
        execute("UPDATE organization SET ads_phone = NULL")
        page = open_screen(resident, new=1)
        chosen(page, "Тема").set_value(Topic.ACCIDENT.value).run()

        phone = config.get_settings().kabinet_centre_phone
        assert (phone in markup(page)) if phone else ("доске объявлений" in markup(page))


class TestAbout:
    def test_carries_a_bill(self, open_screen: Callable[..., AppTest], resident: Actor) -> None:
        to = first_addressee(resident)
        page = open_screen(resident, about="bill", account=to.account_id, month="2014-10")

        assert "Начисления за октябрь 2014 года" in markup(page)
        assert chosen(page, "Тема").value == Topic.CHARGES.value
        page.text_area[0].set_value("Откуда перерасчёт?")
        press(page, "Отправить обращение")

        html = markup(page)
        assert f"/charges?account={to.account_id}&amp;period=2014-10" in html

    def test_carries_a_meter(self, open_screen: Callable[..., AppTest], resident: Actor) -> None:
        (meter,) = fetch(
            "SELECT id, serial FROM meter WHERE account_id = :account ORDER BY id LIMIT 1",
            account=first_addressee(resident).account_id,
        )
        page = open_screen(resident, about="meter", meter=meter.id)

        assert meter.serial in markup(page)
        assert chosen(page, "Тема").value == Topic.METERS.value

    def test_carries_a_payment(self, open_screen: Callable[..., AppTest], resident: Actor) -> None:
        (paid,) = fetch(
            "SELECT account_id, paid_on FROM payment WHERE account_id = :account "
            "ORDER BY id LIMIT 1",
            account=first_addressee(resident).account_id,
        )
        page = open_screen(resident, about="payment", account=paid.account_id, day=paid.paid_on)

        assert "Платёж" in markup(page)

    @pytest.mark.parametrize(
        "query",
        [
            {"about": "bill", "account": 0, "month": "2014-10"},
            {"about": "bill", "month": "2014-10"},
            {"about": "bill", "account": "own", "month": "2014-13"},
            {"about": "payment", "account": "own", "day": "2014-02-30"},
            {"about": "payment", "account": "own", "day": "1999-01-01"},
            {"about": "meter", "meter": "x"},
            {"about": "meter"},
        ],
    )
    def test_finds_nothing_where_there_is_nothing(
        self, open_screen: Callable[..., AppTest], resident: Actor, query: dict[str, Any]
    ) -> None:
        account_query = (
            {"account": first_addressee(resident).account_id}
            if query.get("account") == "own"
            else {}
        )

        page = open_screen(resident, **(query | account_query))

        assert "Страница не найдена" in markup(page)
        assert len(page.text_area) == 0

    def test_a_neighbours_objects_are_not_found(
        self, open_screen: Callable[..., AppTest], resident: Actor
    ) -> None:
        (other,) = fetch(
            "SELECT account_id, id FROM meter WHERE NOT account_id = ANY(:own) LIMIT 1",
            own=list(resident.accounts),
        )

        for query in (
            {"about": "meter", "meter": other.id},
            {"about": "bill", "account": other.account_id, "month": "2014-10"},
        ):
            assert "Страница не найдена" in markup(open_screen(resident, **query))


class TestThread:
    def test_a_question_is_replied_to(
        self, open_screen: Callable[..., AppTest], resident: Actor, clerk: Actor
    ) -> None:
        appeal_id, _ = send(resident)
        add_staff_entry(
            clerk,
            appeal_id,
            kind=EntryKind.QUESTION,
            text="За какой месяц?",
            to=(Status.IN_PROGRESS, Status.DEFERRED),
        )
        page = open_screen(resident, id=appeal_id)
        assert "За какой месяц?" in markup(page)
        assert "Ожидает ответа заявителя" in markup(page)

        page.text_area[0].set_value("За октябрь")
        press(page, "Отправить сообщение")

        html = markup(page)
        assert "За октябрь" in html
        assert "<strong>Новое</strong>" in html

    def test_an_answer_is_rated_and_the_appeal_opened_again(
        self, open_screen: Callable[..., AppTest], resident: Actor, clerk: Actor
    ) -> None:
        appeal_id, _ = send(resident)
        add_staff_entry(clerk, appeal_id, to=(Status.IN_PROGRESS, Status.COMPLETED))
        page = open_screen(resident, id=appeal_id)

        press(page, "Поставить оценку")
        assert errors(page) == ["Выберите оценку от 1 до 5."]
        page.radio[0].set_value("2")
        press(page, "Поставить оценку")
        assert "Оценка 2 из 5" in markup(page)

        page.text_area[0].set_value("Не сошлось")
        press(page, "Вернуть в работу")
        html = markup(page)
        assert "Возвращено в работу" in html
        assert "Не сошлось" in html

    def test_a_reply_to_a_just_closed_appeal_is_refused_and_its_text_kept(
        self, open_screen: Callable[..., AppTest], resident: Actor, clerk: Actor
    ) -> None:
        appeal_id, _ = send(resident)
        page = open_screen(resident, id=appeal_id)
        add_staff_entry(clerk, appeal_id, to=(Status.DECLINED,))

        page.text_area[0].set_value("Два часа писал это письмо")
        press(page, "Отправить сообщение")

        assert "Переписка закрыта" in errors(page)[0]
        assert page.text_area[0].value == "Два часа писал это письмо"
        page.run()
        assert len(page.text_area) == 0

    def test_opening_again_a_just_closed_appeal_is_refused_with_a_reason(
        self, open_screen: Callable[..., AppTest], resident: Actor, clerk: Actor
    ) -> None:
        appeal_id, _ = send(resident)
        add_staff_entry(clerk, appeal_id, to=(Status.IN_PROGRESS, Status.COMPLETED))
        page = open_screen(resident, id=appeal_id)
        add_staff_entry(clerk, appeal_id, to=(Status.CLOSED,))

        page.text_area[0].set_value("Осталось вот что")
        press(page, "Вернуть в работу")

        assert "Переписка закрыта" in errors(page)[0]
        assert page.text_area[0].value == "Осталось вот что"

    def test_a_closed_appeal_has_no_forms(
        self, open_screen: Callable[..., AppTest], resident: Actor, clerk: Actor
    ) -> None:
        appeal_id, _ = send(resident)
        add_staff_entry(clerk, appeal_id, to=(Status.DECLINED,))

        page = open_screen(resident, id=appeal_id)

        assert "ждём ответа" in markup(page)
        assert "Переписка закрыта" in markup(page)
        assert len(page.text_area) == 0

    def test_a_long_thread_is_shown_in_pages_of_fifty(
        self, open_screen: Callable[..., AppTest], resident: Actor
    ) -> None:
        appeal_id, _ = send(resident, text="Начало")
        execute(
            "INSERT INTO appeal_entry (account_id, appeal_id, kind, side, body, happened_at) "
            "SELECT account_id, id, 'message', 'staff', 'строка ' || n, now() "
            "FROM appeal, generate_series(1, 119) n WHERE id = :id",
            id=appeal_id,
        )
        execute("UPDATE appeal SET entries = 120 WHERE id = :id", id=appeal_id)

        last = markup(open_screen(resident, id=appeal_id))
        first = markup(open_screen(resident, id=appeal_id, page=1))

        assert last.count("kb-said") - last.count("kb-said kb-answered") == 0
        assert last.count("<li class=") == 20
        assert "строка 119" in last
        assert f"/appeals?id={appeal_id}&amp;page=2" in last
        assert first.count("<li class=") == 50
        assert "Начало" in first
        assert markup(open_screen(resident, id=appeal_id, page=99)) == last

    def test_of_a_thousand_entries_a_rerun_reads_one_page(
        self, open_screen: Callable[..., AppTest], resident: Actor, rows_read: list[int]
    ) -> None:
        read = {}
        for entries in (50, 1_000):
            appeal_id, _ = send(resident)
            execute(
                "INSERT INTO appeal_entry (account_id, appeal_id, kind, side, body, happened_at) "
                "SELECT account_id, id, 'message', 'staff', repeat('слово ', 50), now() "
                "FROM appeal, generate_series(2, :entries) WHERE id = :id",
                id=appeal_id,
                entries=entries,
            )
            execute("UPDATE appeal SET entries = :n WHERE id = :id", id=appeal_id, n=entries)
            page = open_screen(resident, id=appeal_id)
            rows_read.clear()
            page.run()
            read[entries] = sum(rows_read)

        assert 50 < read[50] <= read[1_000] <= read[50] + 5
