"""Shared by tests of paid services: a price list of the golden account's organisation."""

from decimal import Decimal
from uuid import uuid4

from lib import clock
from lib.access import Actor
from lib.services.paid_services import ordering, price_list, request_steps, requests
from lib.services.paid_services.ordering import Offer, Order
from lib.services.paid_services.price_list import LineDraft
from lib.services.paid_services.request_steps import Step
from lib.services.paid_services.requests import PaidRequest
from tests.kit.attaching import HOME
from tests.kit.identity import fetch

D = Decimal
TAP, DOOR = "Замена смесителя", "Ремонт двери подъезда"


def add_price_list(clerk: Actor) -> None:
    """Add one service with a price and one with a price by agreement."""
    for name, price in ((TAP, D("1500.00")), (DOOR, None)):
        draft = LineDraft(name, "за выезд", price, "Без материалов")
        price_list.add_line(actor=clerk, draft=draft, address=HOME)


def find_offer(actor: Actor, name: str = TAP) -> Offer:
    return next(
        candidate for candidate in ordering.list_offers(actor=actor) if candidate.name == name
    )


def order_service(actor: Actor, name: str = TAP, **changes: object) -> PaidRequest:
    """Order the offer of this name; return the request."""
    offered = find_offer(actor, name)
    values: dict[str, object] = {
        "account_id": offered.account_id,
        "service_id": offered.service_id,
        "price": offered.price,
        "wanted_on": clock.today(),
        "contact": "+7 900 000-00-00",
        "comment": "",
    }
    _, number = ordering.order_service(
        actor=actor,
        wanted=Order(**(values | changes)),  # type: ignore[arg-type]
        request_key=uuid4().hex,
        address=HOME,
    )
    return next(
        request for request in requests.list_requests(actor=actor) if request.number == number
    )


def step(request: PaidRequest, *, version: int | None = None) -> Step:
    """Return the form of a click of staff on the request."""
    return Step(
        request.account_id,
        request.appeal_id,
        request.version if version is None else version,
        uuid4().hex,
    )


def reread(actor: Actor, request: PaidRequest) -> PaidRequest:
    return requests.get_request(actor=actor, appeal_id=request.appeal_id)


def order_agreed(actor: Actor, clerk: Actor) -> PaidRequest:
    """Order a service and let the organisation agree to the list price."""
    request = order_service(actor)
    request_steps.offer_price(actor=clerk, step=step(request), price=D(1500))
    return reread(actor, request)


def entries(request: PaidRequest) -> list[tuple[str, str, str]]:
    """Return side, kind and text of each entry of the thread."""
    rows = fetch(
        "SELECT side, kind, body FROM appeal_entry WHERE account_id = :account "
        "AND appeal_id = :appeal ORDER BY id",
        account=request.account_id,
        appeal=request.appeal_id,
    )
    return [(row.side, row.kind, row.body) for row in rows]
