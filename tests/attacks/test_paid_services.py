"""Attacks on paid services: somebody else's request by its number, forged prices, markup."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import Connection
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from lib.access import AccessDenied, Actor
from lib.domain.appeals.rules import Kind
from lib.services.appeals import replies, resident_appeals
from lib.services.paid_services import price_list, requests
from lib.services.paid_services.price_list import LineDraft
from lib.services.paid_services.requests import PaidRequest
from lib.services.people import sign_in
from lib.ui.paid_services import offer_list
from lib.web.failures import HANDLERS
from lib.web.middleware import PortalMiddleware
from lib.web.routes import ROUTES
from tests.kit.attaching import HOME, newcomer
from tests.kit.identity import fetch
from tests.kit.paid_services import D, add_price_list, find_offer, order_agreed, order_service

MARKUP = "<img src=x onerror=alert(1)>"


@pytest.fixture
def clerk(db: Connection, signed_in: Callable[..., Actor]) -> Actor:
    found = signed_in("staff")
    add_price_list(found)
    return found


@pytest.fixture
def request_(clerk: Actor, resident: Actor) -> PaidRequest:
    return order_agreed(resident, clerk)


@pytest.fixture
def neighbour(request_: PaidRequest) -> Actor:
    """A resident with another account."""
    return replace(newcomer(), accounts=(request_.account_id + 1,))


@pytest.fixture
def portal(monkeypatch: pytest.MonkeyPatch, db: Connection) -> Iterator[TestClient]:
    app = Starlette(
        routes=list(ROUTES),
        exception_handlers=HANDLERS,
        middleware=[Middleware(PortalMiddleware)],
    )
    with TestClient(app, base_url="http://portal.test", follow_redirects=False) as client:
        yield client


def test_a_neighbour_reads_and_writes_nothing_of_a_thread(
    request_: PaidRequest, neighbour: Actor
) -> None:
    key = request_.appeal_id
    with pytest.raises(AccessDenied):
        requests.get_request(actor=neighbour, appeal_id=key)
    with pytest.raises(AccessDenied):
        resident_appeals.get_thread(
            actor=neighbour, appeal_id=key, page=None, kind=Kind.PAID_SERVICE
        )
    for account in (request_.account_id, request_.account_id + 1):
        with pytest.raises(AccessDenied):
            requests.agree_price(
                actor=neighbour, account_id=account, appeal_id=key, price=D(1), request_key="k"
            )
        with pytest.raises(AccessDenied):
            replies.send_reply(
                actor=neighbour,
                account_id=account,
                appeal_id=key,
                text="Чужое",
                uploads=(),
                request_key=uuid4().hex,
            )


@pytest.mark.parametrize("appeal", ["own", "0", "-1", "9" * 30, "1e3", "abc", ""])
def test_the_payment_route_refuses_other_residents(
    portal: TestClient,
    monkeypatch: pytest.MonkeyPatch,
    request_: PaidRequest,
    neighbour: Actor,
    appeal: str,
) -> None:
    monkeypatch.setattr(sign_in, "find_actor", lambda **_: neighbour)
    named = str(request_.appeal_id) if appeal == "own" else appeal
    for account in (request_.account_id, request_.account_id + 1):
        fields = {"account": account, "appeal": named, "key": str(uuid4()), "way": "card"}

        answer = portal.post(
            "/payments/online", data=fields, headers={"Origin": "http://portal.test"}
        )

        assert answer.status_code == 404
    assert fetch("SELECT FROM online_payment") == []


def test_residents_cannot_manage_a_price_list(resident: Actor, clerk: Actor) -> None:
    key = price_list.list_lines(actor=clerk)[0].service_id
    draft = LineDraft("Даром", "за всё", D("0.01"), "")

    with pytest.raises(AccessDenied):
        price_list.list_lines(actor=resident)
    with pytest.raises(AccessDenied):
        price_list.add_line(actor=resident, draft=draft, address=HOME)
    with pytest.raises(AccessDenied):
        price_list.change_line(actor=resident, service_id=key, draft=draft, address=HOME)


def test_markup_in_a_price_list_is_escaped(clerk: Actor, resident: Actor) -> None:
    price_list.add_line(actor=clerk, draft=LineDraft(MARKUP, MARKUP, None, MARKUP), address=HOME)
    found = find_offer(resident, MARKUP)

    html = offer_list.build_list((found,), (order_service(resident, MARKUP),))

    assert MARKUP not in html
    assert "&lt;img" in html
