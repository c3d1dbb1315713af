"""Обращения in the states that a resident may find them in."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection, event
from streamlit.testing.v1 import AppTest

from lib import config
from lib.access import Actor
from lib.domain.appeals.rules import EntryKind, Status, Topic
from tests.kit.appeals import place, send, speak
from tests.kit.attaching import newcomer
from tests.kit.identity import asked, changed
from tests.kit.pages import markup, press, shown

SCREEN = "resident/appeals.py"
COUNTED = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch, db: object) -> Callable[..., AppTest]:
    """Open the screen as somebody and return it as drawn."""

    def show(actor: Actor, **query: Any) -> AppTest:
        return shown(monkeypatch, actor, SCREEN, **query)

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


def errors(page: AppTest) -> list[str]:
    return [error.value for error in page.error]


def chosen(page: AppTest, label: str) -> Any:
    return next(one for one in page.selectbox if one.label == label)


def tenant(resident: Actor) -> Actor:
    """Somebody with an account of their own."""
    (home,) = asked(
        "SELECT id FROM account WHERE NOT id = ANY(:own) LIMIT 1", own=list(resident.accounts)
    )
    return replace(newcomer(), accounts=(home.id,))


class TestList:
    def test_says_why_it_is_empty_and_offers_the_next_step(
        self, opened: Callable[..., AppTest], resident: Actor
    ) -> None:
        shown = markup(opened(resident))

        assert "Вы ещё ничего не писали" in shown
        assert "/appeals?new=1" in shown

    def test_shows_number_status_deadline_and_rule(
        self, opened: Callable[..., AppTest], resident: Actor
    ) -> None:
        _, number = send(resident)

        shown = markup(opened(resident))

        assert number in shown
        assert "Начисления и перерасчёт" in shown
        assert "п. 36 ПП № 416" in shown.replace("\N{NO-BREAK SPACE}", " ")
        assert "новый ответ" not in shown

    def test_marks_an_answer_until_it_is_read(
        self, opened: Callable[..., AppTest], resident: Actor, clerk: Actor
    ) -> None:
        appeal_id, _ = send(resident)
        speak(clerk, appeal_id)

        assert "новый ответ" in markup(opened(resident))
        opened(resident, id=appeal_id)
        assert "новый ответ" not in markup(opened(resident))

    def test_a_neighbour_sees_none_of_it(
        self, opened: Callable[..., AppTest], resident: Actor
    ) -> None:
        appeal_id, number = send(resident, text="Тайна")
        (home,) = asked(
            "SELECT id FROM account WHERE NOT id = ANY(:own) LIMIT 1", own=list(resident.accounts)
        )
        other = replace(newcomer(), accounts=(home.id,))

        assert number not in markup(opened(other))
        shown = markup(opened(other, id=appeal_id))
        assert "Страница не найдена" in shown
        assert "Тайна" not in shown

    def test_draws_with_few_statements(
        self, opened: Callable[..., AppTest], resident: Actor, statements: list[str]
    ) -> None:
        appeal_id, _ = send(resident)
        for query in ({}, {"id": appeal_id}, {"new": 1}):
            page = opened(resident, **query)
            statements.clear()
            page.run()

            assert len(statements) <= 6, (query, statements)


class TestForm:
    def fill(self, page: AppTest, text: str = "Проверьте, пожалуйста") -> None:
        chosen(page, "Тема").set_value(Topic.CHARGES.value)
        page.text_area[0].set_value(text)

    def test_sends_and_opens_the_thread(
        self, opened: Callable[..., AppTest], resident: Actor
    ) -> None:
        page = opened(resident, new=1)
        assert page.text_input[0].value == "resident@example.org"

        self.fill(page, "<b>Почему</b> так *много*?")
        press(page, "Отправить обращение")

        shown = markup(page)
        assert "&lt;b&gt;Почему&lt;/b&gt; так *много*?" in shown
        assert "отправлено" in page.success[0].value
        assert len(asked("SELECT 1 FROM appeal")) == 1

    def test_says_what_is_missing(self, opened: Callable[..., AppTest], resident: Actor) -> None:
        page = opened(resident, new=1)
        press(page, "Отправить обращение")
        assert errors(page) == ["Выберите тему обращения."]

        chosen(page, "Тема").set_value(Topic.QUALITY.value)
        press(page, "Отправить обращение")
        assert errors(page) == ["Напишите текст."]

        page.text_area[0].set_value("Холодные батареи")
        page.text_input[0].set_value(" ")
        press(page, "Отправить обращение")
        assert "Укажите, куда ответить" in errors(page)[0]
        assert asked("SELECT 1 FROM appeal") == []

    @pytest.mark.parametrize("topic", [Topic.ACCIDENT, Topic.LIFT_STUCK])
    def test_an_emergency_shows_the_dispatchers_phone_and_no_form(
        self, opened: Callable[..., AppTest], resident: Actor, topic: Topic
    ) -> None:
        changed("UPDATE organization SET ads_phone = '8 (3519) 00-02-01, 04'")
        page = opened(resident, new=1)
        chosen(page, "Тема").set_value(topic.value).run()

        shown = markup(page)
        assert 'href="tel:+73519000201"' in shown
        assert 'href="tel:04"' in shown
        assert 'href="tel:112"' in shown
        assert len(page.text_area) == 0

    def test_without_a_dispatchers_phone_the_centres_is_given(
        self,
        opened: Callable[..., AppTest],
        resident: Actor,
    ) -> None:
        changed("UPDATE organization SET ads_phone = NULL")
        page = opened(resident, new=1)
        chosen(page, "Тема").set_value(Topic.ACCIDENT.value).run()

        phone = config.get_settings().kabinet_centre_phone
        assert (phone in markup(page)) if phone else ("доске объявлений" in markup(page))


class TestAbout:
    def test_carries_a_bill(self, opened: Callable[..., AppTest], resident: Actor) -> None:
        to = place(resident)
        page = opened(resident, about="bill", account=to.account_id, month="2014-10")

        assert "Начисления за октябрь 2014 года" in markup(page)
        assert chosen(page, "Тема").value == Topic.CHARGES.value
        page.text_area[0].set_value("Откуда перерасчёт?")
        press(page, "Отправить обращение")

        shown = markup(page)
        assert f"/charges?account={to.account_id}&amp;period=2014-10" in shown

    def test_carries_a_meter(self, opened: Callable[..., AppTest], resident: Actor) -> None:
        (meter,) = asked(
            "SELECT id, serial FROM meter WHERE account_id = :account ORDER BY id LIMIT 1",
            account=place(resident).account_id,
        )
        page = opened(resident, about="meter", meter=meter.id)

        assert meter.serial in markup(page)
        assert chosen(page, "Тема").value == Topic.METERS.value

    def test_carries_a_payment(self, opened: Callable[..., AppTest], resident: Actor) -> None:
        (paid,) = asked(
            "SELECT account_id, paid_on FROM payment WHERE account_id = :account "
            "ORDER BY id LIMIT 1",
            account=place(resident).account_id,
        )
        page = opened(resident, about="payment", account=paid.account_id, day=paid.paid_on)

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
        self, opened: Callable[..., AppTest], resident: Actor, query: dict[str, Any]
    ) -> None:
        own = {"account": place(resident).account_id} if query.get("account") == "own" else {}

        page = opened(resident, **(query | own))

        assert "Страница не найдена" in markup(page)
        assert len(page.text_area) == 0

    def test_what_is_a_neighbours_is_not_there(
        self, opened: Callable[..., AppTest], resident: Actor
    ) -> None:
        (other,) = asked(
            "SELECT account_id, id FROM meter WHERE NOT account_id = ANY(:own) LIMIT 1",
            own=list(resident.accounts),
        )

        for query in (
            {"about": "meter", "meter": other.id},
            {"about": "bill", "account": other.account_id, "month": "2014-10"},
        ):
            assert "Страница не найдена" in markup(opened(resident, **query))


class TestThread:
    def test_a_question_is_replied_to(
        self, opened: Callable[..., AppTest], resident: Actor, clerk: Actor
    ) -> None:
        appeal_id, _ = send(resident)
        speak(
            clerk,
            appeal_id,
            kind=EntryKind.QUESTION,
            text="За какой месяц?",
            to=(Status.IN_PROGRESS, Status.DEFERRED),
        )
        page = opened(resident, id=appeal_id)
        assert "За какой месяц?" in markup(page)
        assert "Ожидает ответа заявителя" in markup(page)

        page.text_area[0].set_value("За октябрь")
        press(page, "Отправить сообщение")

        shown = markup(page)
        assert "За октябрь" in shown
        assert "<strong>Новое</strong>" in shown

    def test_an_answer_is_rated_and_the_appeal_opened_again(
        self, opened: Callable[..., AppTest], resident: Actor, clerk: Actor
    ) -> None:
        appeal_id, _ = send(resident)
        speak(clerk, appeal_id, to=(Status.IN_PROGRESS, Status.COMPLETED))
        page = opened(resident, id=appeal_id)

        press(page, "Поставить оценку")
        assert errors(page) == ["Выберите оценку от 1 до 5."]
        page.radio[0].set_value("2")
        press(page, "Поставить оценку")
        assert "Оценка 2 из 5" in markup(page)

        page.text_area[0].set_value("Не сошлось")
        press(page, "Вернуть в работу")
        shown = markup(page)
        assert "Возвращено в работу" in shown
        assert "Не сошлось" in shown

    def test_a_reply_to_what_has_just_been_closed_is_refused_in_words_and_kept(
        self, opened: Callable[..., AppTest], resident: Actor, clerk: Actor
    ) -> None:
        appeal_id, _ = send(resident)
        page = opened(resident, id=appeal_id)
        speak(clerk, appeal_id, to=(Status.DECLINED,))

        page.text_area[0].set_value("Два часа писал это письмо")
        press(page, "Отправить сообщение")

        assert "Переписка закрыта" in errors(page)[0]
        assert page.text_area[0].value == "Два часа писал это письмо"
        page.run()
        assert len(page.text_area) == 0

    def test_what_has_just_been_closed_is_not_opened_again_without_a_word(
        self, opened: Callable[..., AppTest], resident: Actor, clerk: Actor
    ) -> None:
        appeal_id, _ = send(resident)
        speak(clerk, appeal_id, to=(Status.IN_PROGRESS, Status.COMPLETED))
        page = opened(resident, id=appeal_id)
        speak(clerk, appeal_id, to=(Status.CLOSED,))

        page.text_area[0].set_value("Осталось вот что")
        press(page, "Вернуть в работу")

        assert "Переписка закрыта" in errors(page)[0]
        assert page.text_area[0].value == "Осталось вот что"

    def test_what_is_over_takes_nothing_more(
        self, opened: Callable[..., AppTest], resident: Actor, clerk: Actor
    ) -> None:
        appeal_id, _ = send(resident)
        speak(clerk, appeal_id, to=(Status.DECLINED,))

        page = opened(resident, id=appeal_id)

        assert "ждём ответа" in markup(page)
        assert "Переписка закрыта" in markup(page)
        assert len(page.text_area) == 0

    def test_a_long_thread_is_shown_by_fifty(
        self, opened: Callable[..., AppTest], resident: Actor
    ) -> None:
        appeal_id, _ = send(resident, text="Начало")
        changed(
            "INSERT INTO appeal_entry (account_id, appeal_id, kind, side, body, happened_at) "
            "SELECT account_id, id, 'message', 'staff', 'строка ' || n, now() "
            "FROM appeal, generate_series(1, 119) n WHERE id = :id",
            id=appeal_id,
        )
        changed("UPDATE appeal SET entries = 120 WHERE id = :id", id=appeal_id)

        last = markup(opened(resident, id=appeal_id))
        first = markup(opened(resident, id=appeal_id, page=1))

        assert last.count("kb-said") - last.count("kb-said kb-answered") == 0
        assert last.count("<li class=") == 20
        assert "строка 119" in last
        assert f"/appeals?id={appeal_id}&amp;page=2" in last
        assert first.count("<li class=") == 50
        assert "Начало" in first
        assert markup(opened(resident, id=appeal_id, page=99)) == last

    def test_a_thousand_lines_cost_a_rerun_what_ten_do(
        self, opened: Callable[..., AppTest], resident: Actor
    ) -> None:
        pages = {}
        for lines in (10, 1_000):
            appeal_id, _ = send(resident)
            changed(
                "INSERT INTO appeal_entry (account_id, appeal_id, kind, side, body, happened_at) "
                "SELECT account_id, id, 'message', 'staff', repeat('слово ', 50), now() "
                "FROM appeal, generate_series(2, :lines) WHERE id = :id",
                id=appeal_id,
                lines=lines,
            )
            changed("UPDATE appeal SET entries = :n WHERE id = :id", id=appeal_id, n=lines)
            pages[lines] = opened(resident, id=appeal_id)
        took: dict[int, list[float]] = {10: [], 1_000: []}
        for _ in range(9):  # in turn: a noisy machine slows both
            for lines, page in pages.items():
                begun = time.perf_counter()
                page.run()
                took[lines].append(time.perf_counter() - begun)

        assert min(took[1_000]) <= 1.5 * min(took[10])
