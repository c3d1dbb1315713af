"""Paid services for residents: list what is offered and order it."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from db import session as database
from db.queries.paid_services import price_list as queries
from db.queries.paid_services import requests
from db.queries.paid_services.price_list import OfferRow
from lib import clock
from lib.access import AccessDenied, Actor, Permission
from lib.domain import formats
from lib.domain.appeals.rules import Kind
from lib.errors import PortalError
from lib.services.appeals import steps, texts
from lib.services.paid_services import price_list

LONGEST_COMMENT = 1000
FARTHEST = dt.timedelta(days=90)


class OrderRefused(PortalError):
    """The order is not accepted; the message says what to change."""


class ListPriceChanged(OrderRefused):
    """The price list has changed since the form was rendered.

    Attributes:
        price: the price now, in roubles; None if it is agreed each time.
    """

    def __init__(self, price: Decimal | None) -> None:
        now = price_list.format_price(price)
        super().__init__(f"Цена изменилась: {now}. Проверьте и отправьте ещё раз.")
        self.price = price


@dataclass(frozen=True, slots=True)
class Offer:
    """A paid service that one of the actor's accounts may order.

    Attributes:
        account_id: the account.
        account: the number of the account.
        service_id: the key of the line of the price list.
        organization: the organisation that does the work.
        name: of the service.
        unit: the unit that the price is for.
        price: in roubles; None if it is agreed each time.
        description: what is and is not included; may be empty.
    """

    account_id: int
    account: str
    service_id: int
    organization: str
    name: str
    unit: str
    price: Decimal | None
    description: str


@dataclass(frozen=True, slots=True)
class Order:
    """The fields of the order form.

    Attributes:
        account_id: the account.
        service_id: the line of the price list.
        price: the price that the form showed, in roubles; None if it is agreed each time.
        wanted_on: the day; required.
        contact: as typed; required.
        comment: as typed; may be empty.
    """

    account_id: int
    service_id: int
    price: Decimal | None
    wanted_on: dt.date | None
    contact: str
    comment: str


def list_offers(*, actor: Actor) -> tuple[Offer, ...]:
    """Return the services that the actor's accounts may order.

    Raises:
        AccessDenied: no permission.
    """
    actor.demand(Permission.PAID_SERVICES_ORDER)
    with database.transaction(actor.viewer) as session:
        rows = queries.list_offers(session, viewer=actor.viewer)
    return tuple(
        Offer(
            account_id=row.account_id,
            account=row.account,
            service_id=row.id,
            organization=formats.quote_name(row.organization),
            name=row.name,
            unit=row.unit,
            price=row.price,
            description=row.description,
        )
        for row in rows
    )


def order_service(
    *, actor: Actor, wanted: Order, request_key: str, address: str
) -> tuple[int, str]:
    """Order a paid service and return the key and number; the same form orders only once.

    Raises:
        AccessDenied: no permission, not the actor's account, or the service is not offered to it.
        OrderRefused: the day is in the past or too far ahead, or the price has changed.
        TextRefused: the contact is missing, or a text is too long.
        TooManyAppeals: the login has sent too many lately.
    """
    actor.demand(Permission.PAID_SERVICES_ORDER)
    actor.demand_account(wanted.account_id)
    day = _check_day(wanted.wanted_on)
    contact = texts.demand_contact(wanted.contact)
    with database.transaction(actor.viewer) as session:
        offer = queries.find_offer(
            session,
            viewer=actor.viewer,
            account_id=wanted.account_id,
            service_id=wanted.service_id,
        )
        if offer is None:
            raise AccessDenied
        appeal_id, number = steps.open_appeal(
            session,
            actor=actor,
            kind=Kind.PAID_SERVICE,
            account_id=wanted.account_id,
            organization_id=offer.organization_id,
            topic=offer.name,
            text=_compose_text(offer, day, wanted.comment),
            contact=contact,
            about=None,
            files=(),
            request_key=request_key,
            address=address,
        )
        if (
            requests.lock_request(session, account_id=wanted.account_id, appeal_id=appeal_id)
            is None
        ):
            _save(session, wanted, offer, appeal_id, day)
    return appeal_id, number


def _save(session: Session, wanted: Order, offer: OfferRow, appeal_id: int, day: dt.date) -> None:
    """Store the order; an error here rolls the new thread back."""
    if offer.price != wanted.price:
        raise ListPriceChanged(offer.price)
    requests.add_request(
        session,
        account_id=wanted.account_id,
        appeal_id=appeal_id,
        service_id=offer.id,
        name=offer.name,
        unit=offer.unit,
        list_price=offer.price,
        wanted_on=day,
    )


def _check_day(wanted_on: dt.date | None) -> dt.date:
    today = clock.today()
    if wanted_on is None:
        raise OrderRefused("Выберите желаемый день.")
    if wanted_on < today:
        raise OrderRefused("Этот день уже прошёл. Выберите сегодняшний или более поздний.")
    if wanted_on > today + FARTHEST:
        raise OrderRefused(
            f"Заявки принимаем не больше чем на {FARTHEST.days} дней вперёд: "
            f"до {formats.format_date(today + FARTHEST)}."
        )
    return wanted_on


def _compose_text(offer: OfferRow, day: dt.date, comment: str) -> str:
    text = (
        f"Прошу выполнить: {offer.name}. Желаемый день: {formats.format_date(day)}. "
        f"Цена по прейскуранту: {price_list.format_price(offer.price)} {offer.unit}."
    )
    if not comment.strip():
        return text
    return f"{text}\n\n{texts.demand_text(comment, longest=LONGEST_COMMENT)}"
