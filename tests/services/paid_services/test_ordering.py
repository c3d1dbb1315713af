"""Paid services: price list, orders, agreed prices, finished and declined requests."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import Connection

from lib import clock
from lib.access import AccessDenied, Actor
from lib.domain.appeals.rules import Kind, Status
from lib.domain.texts import TextRefused
from lib.services.appeals import resident_appeals
from lib.services.appeals.steps import StatusChangeRefused
from lib.services.appeals.versions import AppealChanged
from lib.services.paid_services import ordering, price_list, request_steps, requests
from lib.services.paid_services.ordering import ListPriceChanged, Order, OrderRefused
from lib.services.paid_services.price_list import LineDraft, LineRefused
from lib.services.paid_services.request_steps import StepRefused
from lib.services.paid_services.requests import PriceChanged
from tests.kit.attaching import HOME, newcomer
from tests.kit.identity import execute, fetch
from tests.kit.paid_services import (
    DOOR,
    TAP,
    D,
    add_price_list,
    entries,
    find_offer,
    order_agreed,
    order_service,
    reread,
    step,
)

pytestmark = pytest.mark.usefixtures("clerk")


@pytest.fixture
def clerk(db: Connection, signed_in: Callable[..., Actor]) -> Actor:
    found = signed_in("staff")
    add_price_list(found)
    return found


@pytest.fixture
def stranger(clerk: Actor) -> Actor:
    """Staff of another organisation."""
    (row,) = fetch(
        "SELECT max(id) AS id FROM organization WHERE id <> :own", own=clerk.organization_id
    )
    return replace(clerk, organization_id=row.id)


class TestThePriceList:
    def test_is_kept_by_its_organisation_and_recorded(self, clerk: Actor) -> None:
        lines = {line.name: line for line in price_list.list_lines(actor=clerk)}

        assert (lines[TAP].price, lines[DOOR].price) == (D("1500.00"), None)
        assert price_list.format_price(lines[DOOR].price) == "по договорённости"
        recorded = fetch("SELECT FROM audit_event WHERE action = 'price_list_changed'")
        assert len(recorded) == 2

    def test_a_change_does_not_affect_ordered_services(self, clerk: Actor, resident: Actor) -> None:
        request = order_service(resident)
        line = next(line for line in price_list.list_lines(actor=clerk) if line.name == TAP)

        price_list.change_line(
            actor=clerk,
            service_id=line.service_id,
            draft=LineDraft("Смеситель", "за штуку", D(2000), ""),
            address=HOME,
        )

        assert find_offer(resident, "Смеситель").price == D(2000)
        assert (reread(resident, request).name, reread(resident, request).list_price) == (
            TAP,
            D(1500),
        )

    def test_a_withdrawn_line_is_not_offered(self, clerk: Actor, resident: Actor) -> None:
        key = find_offer(resident).service_id

        def switch(*, is_active: bool) -> set[str]:
            price_list.set_line_active(
                actor=clerk, service_id=key, is_active=is_active, address=HOME
            )
            return {offer.name for offer in ordering.list_offers(actor=resident)}

        assert TAP not in switch(is_active=False)
        assert TAP in switch(is_active=True)

    @pytest.mark.parametrize(
        ("draft", "sentence"),
        [
            (LineDraft(" ", "за час", D(1), ""), "Напишите"),
            (LineDraft("Работа", "", D(1), ""), "Напишите"),
            (LineDraft("Работа", "за час", D(0), ""), "больше нуля"),
            (LineDraft("Работа", "за час", D("250000.01"), ""), "больше нуля"),
            (LineDraft("Р" * 121, "за час", None, ""), "Сократите"),
            (LineDraft(f" {TAP.lower()}", "за час", None, ""), "уже есть"),
        ],
    )
    def test_a_wrong_line_is_refused(self, clerk: Actor, draft: LineDraft, sentence: str) -> None:
        with pytest.raises(LineRefused, match=sentence):
            price_list.add_line(actor=clerk, draft=draft, address=HOME)

    def test_another_organisation_changes_nothing(self, clerk: Actor, stranger: Actor) -> None:
        key = price_list.list_lines(actor=clerk)[0].service_id

        assert TAP not in {line.name for line in price_list.list_lines(actor=stranger)}
        with pytest.raises(AccessDenied):
            price_list.change_line(
                actor=stranger, service_id=key, draft=LineDraft("Х", "х", None, ""), address=HOME
            )
        with pytest.raises(AccessDenied):
            price_list.set_line_active(
                actor=stranger, service_id=key, is_active=False, address=HOME
            )


class TestOrdering:
    def test_opens_a_thread_with_the_order(self, resident: Actor) -> None:
        request = order_service(resident, comment="Домофон 154")

        assert (request.status, request.price, request.is_payable) == (Status.NEW, None, False)
        ((side, kind, words),) = entries(request)
        assert (side, kind) == ("resident", "message")
        assert "Замена смесителя" in words
        assert words.endswith("Домофон 154")

    def test_the_same_form_orders_once(self, resident: Actor) -> None:
        found, key = find_offer(resident), uuid4().hex
        wanted = Order(found.account_id, found.service_id, found.price, clock.today(), "т. 1", "")

        numbers = {
            ordering.order_service(actor=resident, wanted=wanted, request_key=key, address=HOME)
            for _ in range(3)
        }

        assert len(numbers) == 1
        assert len(requests.list_requests(actor=resident)) == 1

    @pytest.mark.parametrize(
        ("days", "sentence"), [(-1, "уже прошёл"), (91, "90 дней вперёд"), (None, "Выберите")]
    )
    def test_the_day_is_neither_past_nor_too_far_ahead(
        self, resident: Actor, days: int | None, sentence: str
    ) -> None:
        day = None if days is None else clock.today() + dt.timedelta(days)

        with pytest.raises(OrderRefused, match=sentence):
            order_service(resident, wanted_on=day)

    def test_a_price_that_the_resident_has_not_seen_is_not_ordered(self, resident: Actor) -> None:
        price = find_offer(resident).price
        execute("UPDATE paid_service SET price = 9900 WHERE name = :name", name=TAP)

        with pytest.raises(ListPriceChanged, match="Цена изменилась: 9\xa0900,00 ₽"):
            order_service(resident, price=price)
        with pytest.raises(ListPriceChanged, match="Цена изменилась"):
            order_service(resident, DOOR, price=D(1))
        assert fetch("SELECT 1 FROM appeal") == []

        assert order_service(resident, price=D(9900)).list_price == D(9900)

    def test_a_contact_is_required(self, resident: Actor) -> None:
        with pytest.raises(TextRefused):
            order_service(resident, contact=" ")

    def test_services_of_unrelated_organisations_cannot_be_ordered(
        self, stranger: Actor, resident: Actor
    ) -> None:
        price_list.add_line(actor=stranger, draft=LineDraft("Чужое", "х", None, ""), address=HOME)
        (row,) = fetch("SELECT id FROM paid_service WHERE name = 'Чужое'")

        assert "Чужое" not in {offer.name for offer in ordering.list_offers(actor=resident)}
        with pytest.raises(AccessDenied):
            order_service(resident, service_id=row.id)

    def test_a_neighbour_sees_no_offers_and_no_requests(self, resident: Actor) -> None:
        request = order_service(resident)
        neighbour = newcomer()

        assert ordering.list_offers(actor=neighbour) == ()
        assert requests.list_requests(actor=neighbour) == ()
        with pytest.raises(AccessDenied):
            requests.get_request(actor=neighbour, appeal_id=request.appeal_id)
        with pytest.raises(AccessDenied):
            ordering.order_service(
                actor=neighbour,
                wanted=Order(
                    request.account_id, find_offer(resident).service_id, D(1500), None, "т", ""
                ),
                request_key="k",
                address=HOME,
            )


class TestAgreeing:
    def test_the_organisation_agrees_to_the_list_price_in_one_click(
        self, clerk: Actor, resident: Actor
    ) -> None:
        request = order_agreed(resident, clerk)

        assert (request.status, request.price, request.is_payable) == (
            Status.AGREED,
            D(1500),
            True,
        )

    def test_another_price_is_offered_in_the_thread_and_agreed_to(
        self, clerk: Actor, resident: Actor
    ) -> None:
        request = order_service(resident, DOOR)
        request_steps.offer_price(actor=clerk, step=step(request), price=D(3200))
        request = reread(resident, request)
        assert request.is_to_agree
        assert entries(request)[-1] == ("staff", "price", "Предлагаем цену 3\xa0200,00 ₽.")

        for _ in range(2):
            agree(resident, request, D(3200))

        assert reread(resident, request).price == D(3200)
        assert [kind for _, kind, _ in entries(request)] == ["message", "price", "status"]

    def test_a_changed_price_is_not_agreed_to(self, clerk: Actor, resident: Actor) -> None:
        request = order_service(resident, DOOR)
        for price in (D(3200), D(9900)):
            current = reread(resident, request)
            request_steps.offer_price(actor=clerk, step=step(current), price=price)

        with pytest.raises(PriceChanged):
            agree(resident, request, D(3200))

        assert reread(resident, request).status is Status.NEW

    def test_an_agreed_price_cannot_be_changed(self, clerk: Actor, resident: Actor) -> None:
        request = order_agreed(resident, clerk)

        with pytest.raises(StepRefused, match="уже согласована"):
            request_steps.offer_price(actor=clerk, step=step(request), price=D(9000))

    def test_nobody_agrees_for_a_neighbour(self, clerk: Actor, resident: Actor) -> None:
        request = order_service(resident, DOOR)
        request_steps.offer_price(actor=clerk, step=step(request), price=D(3200))

        with pytest.raises(AccessDenied):
            agree(newcomer(), request, D(3200))


class TestTheOrganisation:
    def test_marks_agreed_work_as_done(self, clerk: Actor, resident: Actor) -> None:
        request = order_agreed(resident, clerk)

        request_steps.complete_request(actor=clerk, step=step(request))

        assert reread(resident, request).status is Status.COMPLETED

    def test_does_not_mark_unagreed_work_as_done(self, clerk: Actor, resident: Actor) -> None:
        with pytest.raises(StatusChangeRefused):
            request_steps.complete_request(actor=clerk, step=step(order_service(resident)))

    def test_shows_each_step_to_the_resident_on_the_home_screen(
        self, clerk: Actor, resident: Actor
    ) -> None:
        request = order_agreed(resident, clerk)
        assert [appeal.number for appeal in resident_appeals.list_answered(actor=resident)] == [
            request.number
        ]
        resident_appeals.get_thread(
            actor=resident, appeal_id=request.appeal_id, page=None, kind=Kind.PAID_SERVICE
        )
        assert resident_appeals.list_answered(actor=resident) == ()

        request_steps.complete_request(actor=clerk, step=step(request))

        assert [appeal.number for appeal in resident_appeals.list_answered(actor=resident)] == [
            request.number
        ]

    def test_declines_with_a_reason(self, clerk: Actor, resident: Actor) -> None:
        request = order_service(resident)
        with pytest.raises(TextRefused):
            request_steps.decline_request(actor=clerk, step=step(request), reason=" ")

        request_steps.decline_request(actor=clerk, step=step(request), reason="Нет мастера")

        declined = reread(resident, request)
        assert (declined.status, declined.reason) == (Status.DECLINED, "Нет мастера")

    def test_two_colleagues_do_not_overwrite_each_other(
        self, clerk: Actor, resident: Actor
    ) -> None:
        request = order_service(resident, DOOR)
        request_steps.offer_price(actor=clerk, step=step(request), price=D(100))

        with pytest.raises(AppealChanged):
            request_steps.offer_price(actor=clerk, step=step(request), price=D(200))

        assert reread(resident, request).offered == D(100)

    @pytest.mark.parametrize("price", [D(0), D(-1), D("250000.01")])
    def test_offers_no_invalid_price(self, clerk: Actor, resident: Actor, price: Decimal) -> None:
        with pytest.raises(StepRefused):
            request_steps.offer_price(actor=clerk, step=step(order_service(resident)), price=price)

    def test_another_organisation_neither_sees_nor_moves_it(
        self, stranger: Actor, resident: Actor
    ) -> None:
        request = order_service(resident)
        click = step(request)

        with pytest.raises(AccessDenied):
            request_steps.get_request(
                actor=stranger, account_id=request.account_id, appeal_id=request.appeal_id
            )
        with pytest.raises(AccessDenied):
            request_steps.offer_price(actor=stranger, step=click, price=D(1))
        with pytest.raises(AccessDenied):
            request_steps.complete_request(actor=stranger, step=click)
        with pytest.raises(AccessDenied):
            request_steps.decline_request(actor=stranger, step=click, reason="Нет")


def agree(actor: Actor, request: requests.PaidRequest, price: Decimal) -> None:
    requests.agree_price(
        actor=actor,
        account_id=request.account_id,
        appeal_id=request.appeal_id,
        price=price,
        request_key="click",
    )
