"""The screen «Платные услуги» for residents and staff."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection, event
from streamlit.testing.v1 import AppTest

from lib import clock
from lib.access import Actor
from lib.domain.appeals.rules import Status
from lib.services.paid_services import price_list, request_steps, requests
from lib.services.people import sign_in
from tests.kit.attaching import newcomer
from tests.kit.identity import execute
from tests.kit.pages import draw_screen, markup, press
from tests.kit.paid_services import (
    DOOR,
    TAP,
    D,
    add_price_list,
    find_offer,
    order_agreed,
    order_service,
    reread,
    step,
)

SCREEN, PRICES = "resident/paid_services.py", "staff/price_list.py"
MOST_STATEMENTS = 6


@pytest.fixture
def clerk(db: Connection, signed_in: Callable[..., Actor]) -> Actor:
    found = signed_in("staff")
    add_price_list(found)
    return found


@pytest.fixture
def open_screen(monkeypatch: pytest.MonkeyPatch, db: Connection) -> Callable[..., AppTest]:
    """Open a screen as an actor and return it drawn."""

    def show(actor: Actor, screen: str = SCREEN, **query: object) -> AppTest:
        return draw_screen(monkeypatch, actor, screen, **query)

    return show


@pytest.fixture
def statements(db: Connection) -> Iterator[list[str]]:
    """The executed statements, without those of the fixtures."""
    executed: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith(("SET LOCAL", "SAVEPOINT", "RELEASE", "ROLLBACK")):
            executed.append(statement)

    event.listen(db, "before_cursor_execute", note)
    yield executed
    event.remove(db, "before_cursor_execute", note)


def field(page: AppTest, kind: str, label: str) -> Any:
    return next(widget for widget in page.get(kind) if getattr(widget, "label", "") == label)


@pytest.mark.usefixtures("clerk")
class TestTheResident:
    def test_sees_the_price_lists_and_their_own_requests(
        self, open_screen: Callable[..., AppTest], resident: Actor
    ) -> None:
        request = order_service(resident)

        page = markup(open_screen(resident))

        for words in (TAP, DOOR, "1\xa0500,00 ₽ за выезд", "по договорённости", request.number):
            assert words in page

    def test_without_a_price_list_gets_an_explanation(
        self, open_screen: Callable[..., AppTest], resident: Actor
    ) -> None:
        execute("UPDATE paid_service SET is_active = false")

        assert "пока не опубликовали" in markup(open_screen(resident))

    def test_orders_by_the_form(self, open_screen: Callable[..., AppTest], resident: Actor) -> None:
        page = open_screen(resident, service=find_offer(resident).service_id)
        page.date_input[0].set_value(clock.today() + dt.timedelta(3))
        page.text_input[0].set_value("+7 900 000-00-00")
        press(page, "Отправить заявку")

        (request,) = requests.list_requests(actor=resident)
        assert (request.name, request.wanted_on) == (TAP, clock.today() + dt.timedelta(3))
        assert f"Заявка № {request.number}" in markup(page)

    def test_learns_that_the_price_has_changed_meanwhile(
        self, open_screen: Callable[..., AppTest], resident: Actor
    ) -> None:
        page = open_screen(resident, service=find_offer(resident).service_id)
        execute("UPDATE paid_service SET price = 9900 WHERE name = :name", name=TAP)
        page.text_input[0].set_value("+7 900 000-00-00")

        press(page, "Отправить заявку")

        assert page.error[0].value == (
            "Цена изменилась: 9\xa0900,00 ₽. Проверьте и отправьте ещё раз."
        )
        assert "9\xa0900,00 ₽ за выезд" in markup(page)
        assert requests.list_requests(actor=resident) == ()
        execute("UPDATE paid_service SET price = 9950 WHERE name = :name", name=TAP)
        press(page, "Отправить заявку")
        assert "9\xa0950,00 ₽" in page.error[0].value  # nobody has read this price yet either
        press(page, "Отправить заявку")
        (request,) = requests.list_requests(actor=resident)
        assert request.list_price == D(9950)

    def test_learns_what_is_missing(
        self, open_screen: Callable[..., AppTest], resident: Actor
    ) -> None:
        page = press(
            open_screen(resident, service=find_offer(resident).service_id), "Отправить заявку"
        )

        assert page.error[0].value.startswith("Укажите, куда ответить")

    def test_agrees_to_a_price_in_one_click(
        self, open_screen: Callable[..., AppTest], clerk: Actor, resident: Actor
    ) -> None:
        request = order_service(resident, DOOR)
        request_steps.offer_price(actor=clerk, step=step(request), price=D(3200))
        page = open_screen(resident, id=request.appeal_id)
        assert "Предлагаем цену 3\xa0200,00 ₽." in markup(page)

        press(page, "Согласиться с ценой 3\xa0200,00 ₽")

        assert reread(resident, request).status is Status.AGREED
        assert "К оплате 3\xa0200,00 ₽" in markup(page)

    def test_withdraws_a_request_that_nobody_has_begun(
        self, open_screen: Callable[..., AppTest], clerk: Actor, resident: Actor
    ) -> None:
        request = order_agreed(resident, clerk)

        page = press(open_screen(resident, id=request.appeal_id), "Отозвать заявку")

        assert reread(resident, request).status is Status.DECLINED
        assert "Заявка отозвана." in [message.value for message in page.success]
        assert "Отправить сообщение" not in [one.label for one in page.button]
        assert "Отклонена</strong> – Житель отозвал заявку." in markup(page)
        assert 'action="/payments/online"' not in markup(page)

    def test_finds_the_payment_form(
        self, open_screen: Callable[..., AppTest], clerk: Actor, resident: Actor
    ) -> None:
        request = order_agreed(resident, clerk)

        page = markup(open_screen(resident, id=request.appeal_id))

        assert 'action="/payments/online"' in page
        assert f'name="appeal" value="{request.appeal_id}"' in page

    @pytest.mark.parametrize(
        ("status", "sentence"),
        [("disputed", "Банк прислал другую сумму"), ("refunded", "возвращено 1\xa0500,00")],
    )
    def test_finds_no_payment_button_after_the_bank_took_or_returned_money(
        self,
        open_screen: Callable[..., AppTest],
        clerk: Actor,
        resident: Actor,
        status: str,
        sentence: str,
    ) -> None:
        request = order_agreed(resident, clerk)
        execute(
            "INSERT INTO online_payment (account_id, id, appeal_id, request_key, bank, method, "
            "amount, fee, refunded, status, created_at, paid_at) VALUES (:account, "
            "gen_random_uuid(), :appeal, gen_random_uuid(), 'demo', 'card', 1500, 0, :back, "
            ":status, now(), CASE WHEN :back > 0 THEN now() END)",
            account=request.account_id,
            appeal=request.appeal_id,
            back=1500 if status == "refunded" else 0,
            status=status,
        )

        page = markup(open_screen(resident, id=request.appeal_id))

        assert sentence in page
        assert 'action="/payments/online"' not in page

    @pytest.mark.parametrize("query", [{"id": "999999"}, {"id": "abc"}, {"service": "999999"}])
    def test_finds_no_unknown_request(
        self, open_screen: Callable[..., AppTest], resident: Actor, query: dict[str, str]
    ) -> None:
        assert "Страница не найдена" in markup(open_screen(resident, **query))

    def test_finds_no_request_of_another_account(
        self, open_screen: Callable[..., AppTest], resident: Actor
    ) -> None:
        request = order_service(resident)
        neighbour = replace(newcomer(), accounts=(request.account_id + 1,))

        assert "Страница не найдена" in markup(open_screen(neighbour, id=request.appeal_id))

    @pytest.mark.parametrize("where", ["list", "form", "request"])
    def test_needs_few_statements(
        self,
        open_screen: Callable[..., AppTest],
        clerk: Actor,
        resident: Actor,
        statements: list[str],
        where: str,
    ) -> None:
        request = order_agreed(resident, clerk)
        query = {
            "list": {},
            "form": {"service": find_offer(resident).service_id},
            "request": {"id": request.appeal_id},
        }[where]
        page = open_screen(resident, **query)
        statements.clear()

        page.run()

        assert len(statements) <= MOST_STATEMENTS, statements


class TestStaff:
    def test_keep_their_price_list(self, open_screen: Callable[..., AppTest], clerk: Actor) -> None:
        page = open_screen(clerk, PRICES, new=1)
        field(page, "text_input", "Услуга").set_value("Опломбировка счётчика")
        field(page, "text_input", "За что цена").set_value("за штуку")
        field(page, "text_input", "Цена, ₽").set_value("650")
        press(page, "Сохранить")
        assert "Опломбировка счётчика" in markup(page)
        line = next(
            one for one in price_list.list_lines(actor=clerk) if one.name.startswith("Оплом")
        )

        page = open_screen(clerk, PRICES, id=line.service_id)
        field(page, "text_input", "Цена, ₽").set_value("")
        press(page, "Сохранить")
        page = press(open_screen(clerk, PRICES, id=line.service_id), "Снять с прейскуранта")

        line = next(one for one in price_list.list_lines(actor=clerk) if one.name == line.name)
        assert (line.price, line.is_active) == (None, False)

    def test_learn_that_a_price_is_invalid(
        self, open_screen: Callable[..., AppTest], clerk: Actor
    ) -> None:
        page = open_screen(clerk, PRICES, new=1)
        field(page, "text_input", "Услуга").set_value("Работа")
        field(page, "text_input", "За что цена").set_value("за час")
        field(page, "text_input", "Цена, ₽").set_value("дорого")

        press(page, "Сохранить")

        assert "Сумма не распознана" in page.error[0].value

    def test_find_no_line_of_another_organisation(
        self, open_screen: Callable[..., AppTest], clerk: Actor
    ) -> None:
        execute(
            "UPDATE paid_service SET organization_id = (SELECT max(id) FROM organization) "
            "WHERE name = :name",
            name=DOOR,
        )
        (line,) = [line for line in price_list.list_lines(actor=clerk) if line.name == TAP]

        assert "Страница не найдена" in markup(open_screen(clerk, PRICES, id=line.service_id + 1))


class TestTheCard:
    """What the service desk shows for a paid request."""

    @staticmethod
    def card(monkeypatch: pytest.MonkeyPatch, clerk: Actor, request: Any) -> AppTest:
        monkeypatch.setattr(sign_in, "find_actor", lambda **_: clerk)

        def script(account_id: int, appeal_id: int) -> None:
            from lib.services.appeals import desk_threads
            from lib.ui import session, submit
            from lib.ui.paid_services import request_card

            actor = session.begin_run()
            assert actor is not None
            found = desk_threads.get_thread(actor=actor, account_id=account_id, appeal_id=appeal_id)
            submit.render_flash()
            request_card.render_card(actor, found.thread)

        values = (request.account_id, request.appeal_id)
        page = AppTest.from_function(script, args=values, default_timeout=120).run()
        assert not page.exception
        return page

    def test_names_a_price_and_marks_as_done(
        self, monkeypatch: pytest.MonkeyPatch, clerk: Actor, resident: Actor
    ) -> None:
        request = order_service(resident)
        page = self.card(monkeypatch, clerk, request)
        assert field(page, "text_input", "Цена, ₽").value == "1\xa0500,00"
        press(page, "Назвать цену")
        request = reread(resident, request)
        assert request.status is Status.AGREED

        press(self.card(monkeypatch, clerk, request), "Работа выполнена")

        assert reread(resident, request).status is Status.COMPLETED

    def test_a_colleagues_price_is_not_overwritten(
        self, monkeypatch: pytest.MonkeyPatch, clerk: Actor, resident: Actor
    ) -> None:
        request = order_service(resident, DOOR)
        page = self.card(monkeypatch, clerk, request)
        request_steps.offer_price(actor=clerk, step=step(request), price=D(700))
        field(page, "text_input", "Цена, ₽").set_value("500")

        press(page, "Назвать цену")

        assert f"заявка № {request.number} изменилась" in page.error[0].value
        assert "700,00" in markup(page)
        assert reread(resident, request).offered == D(700)
        press(page, "Назвать цену")  # the employee has read the message
        assert reread(resident, request).offered == D(500)

    def test_a_press_that_comes_too_late_is_explained(
        self, monkeypatch: pytest.MonkeyPatch, clerk: Actor, resident: Actor
    ) -> None:
        request = order_service(resident)
        page = self.card(monkeypatch, clerk, request)
        request_steps.offer_price(actor=clerk, step=step(request), price=D(1500))

        press(page, "Назвать цену")

        assert "изменилась" in page.error[0].value
        press(page, "Работа выполнена")
        assert reread(resident, request).status is Status.COMPLETED
        assert [one.label for one in page.button] == []

    def test_declines_with_a_reason(
        self, monkeypatch: pytest.MonkeyPatch, clerk: Actor, resident: Actor
    ) -> None:
        request = order_service(resident)
        page = self.card(monkeypatch, clerk, request)
        field(page, "text_input", "Причина отказа").set_value("Нет мастера")

        press(page, "Отклонить заявку")

        assert reread(resident, request).reason == "Нет мастера"
