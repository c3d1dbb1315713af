"""The queue of an organisation's service desk: fifty rows of what waits, or was done with."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from db import session as database
from db.base import AnyRow
from db.queries.appeals import desk_counts
from db.queries.appeals import desk_queue as queries
from db.queries.appeals.desk_queue import Asked
from lib import clock
from lib.access import Actor, Permission
from lib.domain import address
from lib.domain.appeals import rules, terms
from lib.domain.appeals.rules import Kind, Status, Topic
from lib.domain.appeals.terms import Badge
from lib.services import paging
from lib.services.appeals import _desk_search, desk_people, incidents
from lib.services.appeals.desk_people import People
from lib.services.appeals.desk_threads import INCIDENT_SPAN
from lib.services.appeals.incidents import Offer

MOST, MOST_BY_WORDS, ROWS = queries.MOST, queries.MOST_BY_WORDS, queries.ROWS
LONGEST_SEARCH = 100
_DECIDED = {
    "new": "Ждёт решения",
    "approved": "Одобрена",
    "declined": "Отклонена",
    "fixed": "Исправлено",
}


class View(StrEnum):
    """A part of the queue."""

    OPEN = "open"
    OVERDUE = "overdue"
    MINE = "mine"
    UNASSIGNED = "unassigned"
    CLOSED = "closed"
    ALL = "all"  # for a search alone


class DeskKind(StrEnum):
    """What may wait in the queue."""

    APPEAL = "appeal"
    PAID_SERVICE = "paid_service"
    ACCOUNT_REQUEST = "account_request"
    MISTAKE = "mistake"


@dataclass(frozen=True, slots=True)
class Filters:
    """What of the queue is asked for.

    Attributes:
        view: which part.
        topic: of appeals alone; None for all.
        kind: None for all.
        search: a number, an address or words; empty for everything.
        page: from 1.
    """

    view: View = View.OPEN
    topic: Topic | None = None
    kind: DeskKind | None = None
    search: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A line of the queue.

    Attributes:
        kind: what it is.
        account_id: of an appeal; None of everything else.
        key: its own key.
        number: of the appeal, or of the account that is asked for; empty of a mistake.
        title: what it is about, in words.
        status: in words.
        address: of the premise; empty of a mistake.
        due_on: by when an answer is due.
        badge: how near that is.
        sent_at: by the centre's clocks.
        assigned: whose it is; empty where nobody's.
        incident_id: of the incident it is one of.
        version: of a thread, as it is shown here.
    """

    kind: DeskKind
    account_id: int | None
    key: int
    number: str
    title: str
    status: str
    address: str
    due_on: dt.date | None
    badge: Badge
    sent_at: dt.datetime
    assigned: str
    incident_id: int | None
    version: int


@dataclass(frozen=True, slots=True)
class Queue:
    """A page of the queue.

    Attributes:
        rows: the page.
        found: how many there are in all; ``bound`` stands for that many and more.
        bound: how many are counted.
        page: which of them this is: the last one, where the queue has become shorter.
        pages: how many there are.
        counts: how many each view has, the same way.
        people: colleagues and whoever else the rows name.
        offers: appeals of the last 48 hours that may be one incident.
    """

    rows: tuple[QueueRow, ...]
    found: int
    bound: int
    page: int
    pages: int
    counts: Mapping[View, int]
    people: People
    offers: tuple[Offer, ...]


def list_queue(*, actor: Actor, filters: Filters) -> Queue:
    """Return a page of the queue of the actor's organisation, with the counts of its views.

    Raises:
        AccessDenied: no permission, or no organisation.
    """
    actor.demand(Permission.APPEALS_ANSWER)
    organization_id = actor.demand_organization()
    where: dict[str, Any] = {
        "organization_id": organization_id,
        "login_id": actor.login_id,
        "today": clock.today(),
    }
    with database.transaction(actor.viewer) as session:
        counted = desk_counts.counts(session, since=clock.now() - INCIDENT_SPAN, **where)
        for asked in _ways(filters):
            page, rows = _page(session, asked, filters.page, where)
            if rows:
                break
    people = desk_people.of_office(organization_id, logins=[row.assigned_to for row in rows])
    places = _places(actor, rows)
    bound = MOST_BY_WORDS if filters.search.strip() else MOST
    found = min(rows[0].found, bound) if rows else 0
    return Queue(
        rows=tuple(_row(row, places, people) for row in rows),
        found=found,
        bound=bound,
        page=page,
        pages=max(1, -(-found // ROWS)),
        counts=_counts(counted),
        people=people,
        offers=incidents.offers(counted.offers),
    )


def _page(
    session: Session, asked: Asked, page: int, where: Mapping[str, Any]
) -> tuple[int, Sequence[AnyRow]]:
    return paging.read_page(
        lambda skip: queries.page(session, asked=asked, skip=skip, **where),
        page=min(page, MOST // ROWS),
        size=ROWS,
        count=lambda row: min(row.found, MOST),
    )


def _ways(filters: Filters) -> tuple[Asked, ...]:
    """Return what to ask for, in turn: a number is looked for in all views, then as a word."""
    words = " ".join(filters.search.split())[:LONGEST_SEARCH]
    view = filters.view if words or filters.view is not View.ALL else View.OPEN
    asked = Asked(view.value, filters.topic, filters.kind, words)
    has_number = filters.kind not in {DeskKind.ACCOUNT_REQUEST, DeskKind.MISTAKE}
    found = _desk_search.numbers(words) if has_number else ()
    return (replace(asked, numbers=found), asked) if found else (asked,)


def _counts(row: AnyRow) -> dict[View, int]:
    once = row.account_request + row.mistake
    return {
        View.OPEN: min(MOST, row.open + once),
        View.OVERDUE: row.overdue,
        View.MINE: row.mine,
        View.UNASSIGNED: min(MOST, row.unassigned + once),
    }


def _places(actor: Actor, rows: Sequence[AnyRow]) -> dict[int, AnyRow]:
    """Return premises of the page's accounts: its appeals have been found to be our own."""
    accounts = tuple(sorted({row.account_id for row in rows if row.account_id is not None}))
    if not accounts:
        return {}
    viewer = replace(actor.viewer, accounts=accounts)
    with database.transaction(viewer) as session:
        return queries.places(session, viewer=viewer)


def _row(row: AnyRow, places: Mapping[int, AnyRow], people: People) -> QueueRow:
    kind = DeskKind(row.kind)
    is_thread = kind in {DeskKind.APPEAL, DeskKind.PAID_SERVICE}
    status = rules.status(Kind(row.kind), Status(row.status)) if is_thread else _DECIDED[row.status]
    return QueueRow(
        kind=kind,
        account_id=row.account_id,
        key=row.id,
        number=row.number,
        title=rules.topic(row.topic) if is_thread else row.said,
        status=status,
        address=_address(row, places.get(row.account_id or 0, row)),
        due_on=row.due_on,
        badge=terms.badge(row.due_on, clock.today(), Status(row.status))
        if is_thread
        else Badge.NONE,
        sent_at=clock.local(row.sent_at),
        assigned=people.name(row.assigned_to),
        incident_id=row.incident_id,
        version=row.version,
    )


def _address(row: AnyRow, place: AnyRow) -> str:
    if row.house is None:
        return ""
    house = address.house_line("", row.street, row.house, row.building)
    if place.premise is None:
        return house
    return f"{house}, {address.premise(kind=place.premise_kind, number=place.premise)}"
