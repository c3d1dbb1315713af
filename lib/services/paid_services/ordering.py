"""Paid services as residents see them: what is offered, and ordering it."""

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
    """This cannot be ordered so; the message says what to change."""


class ListPriceChanged(OrderRefused):
    """The price list has another price than the form was drawn with.

    Attributes:
        price: that it has now.
    """

    def __init__(self, price: Decimal | None) -> None:
        now = price_list.format_price(price)
        super().__init__(f"Цена изменилась: {now}. Проверьте и отправьте ещё раз.")
        self.price = price


@dataclass(frozen=True, slots=True)
class Offer:
    """What an organisation does for money, for one of the actor's accounts.

    Attributes:
        account_id: for which account.
        account: its number.
        service_id: the line's key.
        organization: who does it.
        name: what is done.
        unit: for what the price is.
        price: in roubles; None where it is agreed each time.
        description: what is and is not in it; may be empty.
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
    """What a resident has filled in.

    Attributes:
        account_id: for which account.
        service_id: the line of the price list.
        price: that the form was drawn with; None where it is agreed each time.
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
    """Return what may be ordered for the actor's accounts.

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
            organization=formats.quoted(row.organization),
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
    """Order a paid service and return its key and number; the same form orders once.

    Raises:
        AccessDenied: no permission, not the actor's account, or not offered for it.
        OrderRefused: the day is over or far away, or the price has changed.
        TextRefused: there is no contact, or a novel.
        TooManyAppeals: more than anybody needs.
    """
    actor.demand(Permission.PAID_SERVICES_ORDER)
    actor.demand_account(wanted.account_id)
    day = _day(wanted.wanted_on)
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
            text=_text(offer, day, wanted.comment),
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
            _keep(session, wanted, offer, appeal_id, day)
    return appeal_id, number


def _keep(session: Session, wanted: Order, offer: OfferRow, appeal_id: int, day: dt.date) -> None:
    """Keep what is ordered; a refusal here leaves no thread behind."""
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


def _day(wanted_on: dt.date | None) -> dt.date:
    today = clock.today()
    if wanted_on is None:
        raise OrderRefused("Выберите желаемый день.")
    if wanted_on < today:
        raise OrderRefused("Этот день уже прошёл. Выберите сегодняшний или более поздний.")
    if wanted_on > today + FARTHEST:
        raise OrderRefused(
            f"Заявки принимаем не больше чем на {FARTHEST.days} дней вперёд: "
            f"до {formats.day(today + FARTHEST)}."
        )
    return wanted_on


def _text(offer: OfferRow, day: dt.date, comment: str) -> str:
    asked = (
        f"Прошу выполнить: {offer.name}. Желаемый день: {formats.day(day)}. "
        f"Цена по прейскуранту: {price_list.format_price(offer.price)} {offer.unit}."
    )
    if not comment.strip():
        return asked
    return f"{asked}\n\n{texts.demand_text(comment, longest=LONGEST_COMMENT)}"
