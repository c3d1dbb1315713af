"""Accounts: the cards of the screen «Главная», each with its last closed bill."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy.orm import Session

from db import session as database
from db.queries.billing import account_cards as queries
from db.queries.billing.account_cards import CardRow
from db.queries.payments import history
from db.session import Viewer
from lib.access import Actor, Permission
from lib.domain import address, formats, masking
from lib.domain.billing.bill import Bill, calculate_due
from lib.services.billing import bills

_OWNERSHIP = {"private": "частная", "municipal": "муниципальная", "other": "иная"}


@dataclass(frozen=True, slots=True)
class BilledPeriod:
    """A month in which the account was billed; an open one shows no charges yet."""

    period: dt.date
    is_closed: bool


@dataclass(frozen=True, slots=True)
class AccountCard:
    """One account as its holder sees it.

    Attributes:
        account_id: its key.
        number: the account's number.
        els: its number in the state system, if it has one.
        payer: name with a masked patronymic; None if billing gave no name.
        organization: name of the serving organisation.
        organization_id: its key.
        house_id: key of the house.
        premise_id: key of the premise.
        city: where the premise is.
        address: the rest of its address.
        area: in m².
        heated_area: in m².
        ownership: kind of ownership, in Russian.
        registered: registered persons.
        residents: living persons.
        periods: billed months, open ones included, the latest first.
        bill: the bill of the account's last closed period; None if there is none or it
            was not asked for.
        due: what is to be paid now, by group's key, never below zero.
    """

    account_id: int
    number: str
    els: str | None
    payer: str | None
    organization: str
    organization_id: int
    house_id: int
    premise_id: int
    city: str
    address: str
    area: Decimal | None
    heated_area: Decimal | None
    ownership: str
    registered: int | None
    residents: int | None
    periods: tuple[BilledPeriod, ...]
    bill: Bill | None
    due: dict[int, Decimal]

    @property
    def last_closed(self) -> dt.date | None:
        """Return the account's own last closed period: the latest in which it has lines."""
        return next((billed.period for billed in self.periods if billed.is_closed), None)


def list_accounts(*, actor: Actor) -> tuple[AccountCard, ...]:
    """Return the actor's accounts with their billed periods, without bills.

    Raises:
        AccessDenied: no permission.
    """
    actor.demand(Permission.ACCOUNTS_READ)
    with database.transaction(actor.viewer) as session:
        return load_accounts(session, viewer=actor.viewer)


def list_cards(*, actor: Actor) -> tuple[AccountCard, ...]:
    """Return a card with its last closed bill for each account; accounts are never added up.

    Raises:
        AccessDenied: no permission.
    """
    actor.demand(Permission.ACCOUNTS_READ)
    with database.transaction(actor.viewer) as session:
        return load_cards(session, viewer=actor.viewer)


def load_accounts(session: Session, *, viewer: Viewer) -> tuple[AccountCard, ...]:
    """Return the viewer's cards without bills, within the caller's transaction."""
    return tuple(_card(row) for row in queries.list_cards(session, viewer=viewer))


def load_cards(session: Session, *, viewer: Viewer) -> tuple[AccountCard, ...]:
    """Return the viewer's cards, within the caller's transaction."""
    cards = load_accounts(session, viewer=viewer)
    last = {card.account_id: card.last_closed for card in cards if card.last_closed}
    if not last:
        return cards
    closed_bills = bills.load_bills(session, viewer=viewer, keys=last.items())
    later = _later_payments(session, viewer=viewer, last=last)
    return tuple(_with_bill(card, closed_bills, later) for card in cards)


def _with_bill(
    card: AccountCard,
    closed_bills: Mapping[tuple[int, dt.date], Bill],
    later: Mapping[int, list[tuple[int | None, Decimal]]],
) -> AccountCard:
    bill = closed_bills.get((card.account_id, card.last_closed)) if card.last_closed else None
    if bill is None:
        return card
    return replace(card, bill=bill, due=calculate_due(bill, later.get(card.account_id, ())))


def _later_payments(
    session: Session, *, viewer: Viewer, last: dict[int, dt.date]
) -> defaultdict[int, list[tuple[int | None, Decimal]]]:
    """Return payments that each account's last closed bill does not include yet, by account."""
    parts = defaultdict(list)
    for part in history.list_later_parts(session, viewer=viewer, after=min(last.values())):
        counted_in = last.get(part.account_id)
        if counted_in and (part.period is None or part.period > counted_in):
            parts[part.account_id].append((part.group_id, part.amount))
    return parts


def _card(row: CardRow) -> AccountCard:
    billed = zip(row.periods or (), row.are_closed or (), strict=True)
    return AccountCard(
        account_id=row.id,
        number=row.number,
        els=row.els,
        payer=masking.mask_payer(row.last_name, row.first_name, row.middle_name),
        organization=formats.quote_name(row.organization),
        organization_id=row.organization_id,
        house_id=row.house_id,
        premise_id=row.premise_id,
        city=row.city,
        address=address.format_address(
            street=row.street,
            house=row.house,
            building=row.building,
            premise=row.premise,
            kind=row.premise_kind,
        ),
        area=row.area,
        heated_area=row.heated_area,
        ownership=_OWNERSHIP.get(row.ownership, row.ownership),
        registered=row.registered,
        residents=row.residents,
        periods=tuple(BilledPeriod(period, is_closed) for period, is_closed in billed),
        bill=None,
        due={},
    )
