"""The queue of an organisation's service desk: open or closed rows, fifty on a page."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from sqlalchemy.orm import Session

from db import session as database
from db.queries.appeals import desk_counts
from db.queries.appeals import desk_queue as queries
from db.queries.appeals.desk_counts import DeskCounts
from db.queries.appeals.desk_premises import PremiseRow
from db.queries.appeals.desk_queue import DeskRow, QueueQuery
from lib import clock
from lib.access import Actor, Permission
from lib.domain.appeals import rules, terms
from lib.domain.appeals.rules import Kind, Status, Topic
from lib.domain.appeals.terms import Badge
from lib.services import paging
from lib.services.appeals import _desk_addresses, _desk_search, desk_people, incidents
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
    ALL = "all"  # only for a search


class DeskKind(StrEnum):
    """The kind of a row of the queue."""

    APPEAL = "appeal"
    PAID_SERVICE = "paid_service"
    ACCOUNT_REQUEST = "account_request"
    MISTAKE = "mistake"


@dataclass(frozen=True, slots=True)
class Filters:
    """Which rows of the queue are asked for.

    Attributes:
        view: the part of the queue.
        topic: only appeals have one; None for all.
        kind: None for all.
        search: a number, an address or words; empty for all rows.
        page: from 1.
    """

    view: View = View.OPEN
    topic: Topic | None = None
    kind: DeskKind | None = None
    search: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A row of the queue.

    Attributes:
        kind: what it is.
        account_id: the account of an appeal; None for the other kinds.
        key: its own key.
        number: of the appeal or of the requested account; empty for a mistake.
        title: its subject in Russian.
        status: in Russian.
        address: of the premise; empty for a mistake.
        due_on: the deadline of the answer.
        badge: how near the deadline is.
        sent_at: in the centre's time zone.
        assigned: the name of the assignee; empty if it is unassigned.
        incident_id: the incident that it belongs to.
        version: the version of the thread that is shown here.
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
        rows: the rows of the page.
        found: how many rows there are; ``bound`` means that many or more.
        bound: how many rows are counted at most.
        page: the number of this page; the last one if the queue has become shorter.
        pages: how many pages there are.
        counts: how many rows each view has, counted up to a limit.
        people: colleagues and the other people whom the rows name.
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
    with database.transaction(actor.viewer) as session:
        counted = desk_counts.count_views(
            session,
            organization_id=organization_id,
            login_id=actor.login_id,
            today=clock.today(),
            since=clock.now() - INCIDENT_SPAN,
        )
        for query in _list_queries(filters):
            page, rows = _read_page(session, actor, organization_id, query, filters.page)
            if rows:
                break
    people = desk_people.get_people(organization_id, logins=[row.assigned_to for row in rows])
    premises = _desk_addresses.list_premises(actor, rows)
    bound = MOST_BY_WORDS if filters.search.strip() else MOST
    found = min(rows[0].found, bound) if rows else 0
    return Queue(
        rows=tuple(_make_row(row, premises, people) for row in rows),
        found=found,
        bound=bound,
        page=page,
        pages=max(1, -(-found // ROWS)),
        counts=_counts(counted),
        people=people,
        offers=incidents.make_offers(counted.offers),
    )


def _read_page(
    session: Session, actor: Actor, organization_id: int, query: QueueQuery, page: int
) -> tuple[int, Sequence[DeskRow]]:
    return paging.read_page(
        lambda skip: queries.list_page(
            session,
            query=query,
            organization_id=organization_id,
            login_id=actor.login_id,
            today=clock.today(),
            skip=skip,
        ),
        page=min(page, MOST // ROWS),
        size=ROWS,
        count=lambda row: min(row.found, MOST),
    )


def _list_queries(filters: Filters) -> tuple[QueueQuery, ...]:
    """Return the queries to try in turn: a number is searched in all views, then as a word."""
    words = " ".join(filters.search.split())[:LONGEST_SEARCH]
    view = filters.view if words or filters.view is not View.ALL else View.OPEN
    query = QueueQuery(view.value, filters.topic, filters.kind, words)
    has_number = filters.kind not in {DeskKind.ACCOUNT_REQUEST, DeskKind.MISTAKE}
    found = _desk_search.parse_numbers(words) if has_number else ()
    return (replace(query, numbers=found), query) if found else (query,)


def _counts(row: DeskCounts) -> dict[View, int]:
    requests = row.account_request + row.mistake
    return {
        View.OPEN: min(MOST, row.open + requests),
        View.OVERDUE: row.overdue,
        View.MINE: row.mine,
        View.UNASSIGNED: min(MOST, row.unassigned + requests),
    }


def _make_row(row: DeskRow, premises: Mapping[int, PremiseRow], people: People) -> QueueRow:
    kind = DeskKind(row.kind)
    is_thread = kind in {DeskKind.APPEAL, DeskKind.PAID_SERVICE}
    status = (
        rules.format_status(Kind(row.kind), Status(row.status))
        if is_thread
        else _DECIDED[row.status]
    )
    return QueueRow(
        kind=kind,
        account_id=row.account_id,
        key=row.id,
        number=row.number,
        title=rules.format_topic(row.topic) if is_thread else row.said,
        status=status,
        address=_desk_addresses.format_address(row, premises),
        due_on=row.due_on,
        badge=terms.get_badge(row.due_on, clock.today(), Status(row.status))
        if is_thread
        else Badge.NONE,
        sent_at=clock.local(row.sent_at),
        assigned=people.get_name(row.assigned_to),
        incident_id=row.incident_id,
        version=row.version,
    )
