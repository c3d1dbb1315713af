"""Accounts: the cards of Главная, each with its last closed bill."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from db import session as database
from db.queries import accounts as queries
from db.queries import payments
from db.session import Viewer
from lib.access import Actor, Permission
from lib.domain import address, formats, masking
from lib.domain.bill import Bill, due_now
from lib.services import bills

_OWNERSHIP = {"private": "частная", "municipal": "муниципальная", "other": "иная"}


@dataclass(frozen=True, slots=True)
class AccountCard:
    """One account as its holder sees it.

    Attributes:
        account_id: its key.
        number: the account's number.
        els: its number in the state system, if it has one.
        payer: name with the patronymic starred; None where billing gave none.
        organization: name of the serving organisation.
        organization_id: its key.
        city: where the premise is.
        address: the rest of its address.
        area: in m².
        heated_area: in m².
        ownership: kind of ownership, in Russian.
        registered: registered persons.
        residents: living persons.
        bill: the bill of the account's last closed period; None if there is none.
        due: what is to be paid now, by group's key, never below zero.
    """

    account_id: int
    number: str
    els: str | None
    payer: str | None
    organization: str
    organization_id: int
    city: str
    address: str
    area: Decimal | None
    heated_area: Decimal | None
    ownership: str
    registered: int | None
    residents: int | None
    bill: Bill | None
    due: dict[int, Decimal]


def list_cards(*, actor: Actor) -> tuple[AccountCard, ...]:
    """Return a card for each of the actor's accounts; their sums are never mixed.

    Raises:
        AccessDenied: no permission.
    """
    actor.demand(Permission.ACCOUNTS_READ)
    with database.transaction(actor.viewer) as session:
        return cards(session, viewer=actor.viewer)


def cards(session: Session, *, viewer: Viewer) -> tuple[AccountCard, ...]:
    """Return the viewer's cards, within the caller's transaction."""
    rows = queries.cards(session, viewer=viewer)
    heads = {(row.id, row.period): (row.bill_number, row.due_on) for row in rows if row.period}
    if not heads:
        return tuple(_card(row, bill=None, later=()) for row in rows)
    read = bills.assemble(session, viewer=viewer, heads=heads)
    later = _later_payments(session, viewer=viewer, last={key[0]: key[1] for key in heads})
    return tuple(
        _card(row, bill=read.get((row.id, row.period)), later=later[row.id]) for row in rows
    )


def _later_payments(
    session: Session, *, viewer: Viewer, last: dict[int, dt.date]
) -> defaultdict[int, list[tuple[int | None, Decimal]]]:
    """Return payments of periods after each account's last closed one, by account."""
    found = defaultdict(list)
    for part in payments.parts(session, viewer=viewer, after=min(last.values())):
        if part.account_id in last and part.period > last[part.account_id]:
            found[part.account_id].append((part.group_id, part.amount))
    return found


def _card(
    row: Any, *, bill: Bill | None, later: Iterable[tuple[int | None, Decimal]]
) -> AccountCard:
    return AccountCard(
        account_id=row.id,
        number=row.number,
        els=row.els,
        payer=masking.payer(row.last_name, row.first_name, row.middle_name),
        organization=formats.quoted(row.organization),
        organization_id=row.organization_id,
        city=row.city,
        address=address.line(
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
        bill=bill,
        due=due_now(bill, later) if bill else {},
    )
