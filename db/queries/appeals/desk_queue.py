"""The queue of an organisation's service desk: what waits there and what has been dealt with.

PostgreSQL plans a statement once for all parameters (see ``db.roles``), so each view has its own
statement and its own index. No statement reads more than ``MOST`` rows.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Date,
    Integer,
    Text,
    any_,
    bindparam,
    cast,
    column,
    func,
    literal_column,
    null,
    select,
    text,
    union_all,
)
from sqlalchemy.orm import Session

from db.models import Appeal, House, Premise
from db.queries.appeals import _desk_others
from db.queries.appeals._desk_others import Statement
from db.rows import read_all

MOST, MOST_BY_WORDS, ROWS = 1_000, 500, 50
ACCOUNT_REQUEST, MISTAKE = "account_request", "mistake"
MOST_ROWS: ColumnElement[int] = literal_column(str(MOST), Integer)
_ROWS: ColumnElement[int] = literal_column(str(ROWS), Integer)
# the same text as in the conditions of the indexes, so that PostgreSQL uses them
_OPEN = text("appeal.status IN ('new', 'in_progress', 'deferred', 'agreed')")
_CLOSED = text("appeal.status IN ('completed', 'closed', 'declined')")
_office: ColumnElement[bool] = Appeal.organization_id == bindparam("organization")
_OVERDUE = Appeal.due_on < bindparam("today", type_=Date)
_MINE = Appeal.assigned_to == bindparam("login")
VIEWS: dict[str, tuple[Any, ...]] = {
    "open": (_OPEN,),
    "overdue": (_OPEN, _OVERDUE),
    "mine": (_OPEN, _MINE),
    "unassigned": (_OPEN, Appeal.assigned_to.is_(None)),
    "closed": (_CLOSED,),
    "all": (),
}


class DeskRow(NamedTuple):
    """A row of the queue; ``found`` is how many rows there are in all, up to MOST."""

    kind: str
    account_id: int | None
    id: int
    number: str
    topic: str
    status: str
    due_on: dt.date | None
    sort_on: dt.date | None
    sent_at: dt.datetime
    done_at: dt.datetime
    assigned_to: int | None
    version: int
    incident_id: int | None
    house_id: int | None
    premise_id: int | None
    said: str
    found: int
    street: str | None
    house: str | None
    building: str | None
    premise: str | None
    premise_kind: str | None


@dataclass(frozen=True, slots=True)
class QueueQuery:
    """Which rows of a queue are asked for; None and empty mean all."""

    view: str
    topic: str | None = None
    kind: str | None = None
    words: str = ""
    numbers: tuple[str, ...] = ()


def list_page(
    session: Session,
    *,
    query: QueueQuery,
    organization_id: int,
    login_id: int,
    today: dt.date,
    skip: int,
) -> Sequence[DeskRow]:
    """Return at most fifty rows of the queue.

    Open rows come by their deadline, the earliest first; closed ones come the latest first.
    """
    view, search = query.view, "words" if query.words else ""
    if query.numbers:
        view, search = "all", "numbers"
    # a plan for one topic would be slow for all topics
    statement = _statement(view, query.topic and "topic", _branch(query.kind), search)
    values: dict[str, object] = {
        "numbers": list(query.numbers),
        "topic": query.topic,
        "kind": query.kind,
        "words": query.words,
        "organization": organization_id,
        "login": login_id,
        "today": today,
        "skip": skip,
        "view": query.view,
        "like": f"%{_escape_like(query.words)}%",
    }
    return read_all(session.execute(statement, values), DeskRow)


def _branch(kind: str | None) -> str | None:
    return kind if kind in {None, ACCOUNT_REQUEST, MISTAKE} else "kind"


def _escape_like(words: str) -> str:
    """Replace the characters that have a meaning in LIKE with spaces."""
    return "".join(" " if sign in "%_\\" else sign for sign in words).strip()


@cache
def _statement(view: str, topic: str | None, kind: str | None, search: str) -> Statement:
    """Compose the statement of a view, with a topic or a kind, by words or by numbers."""
    is_open = view in VIEWS and view not in {"closed", "all"}
    branches: list[Statement] = []
    if kind not in {ACCOUNT_REQUEST, MISTAKE}:
        branches.append(_appeals(view, topic, kind, search))
    others = not (kind or topic or search == "numbers")
    if kind == ACCOUNT_REQUEST or others:
        branches.append(_desk_others.compose_requests(view, search, limit=MOST_ROWS))
    if kind == MISTAKE or others:
        branches.append(_desk_others.compose_mistakes(view, search, limit=MOST_ROWS))
    inner = union_all(*branches).subquery("found")
    order = (
        (inner.c.sort_on.nulls_last(), inner.c.id)
        if is_open
        else (inner.c.done_at.desc(), inner.c.id)
    )
    rows = (
        select(*inner.c, func.count().over().label("found"))
        .order_by(*order)
        .limit(_ROWS)
        .offset(bindparam("skip"))
        .subquery("shown")
    )
    order_of_rows = (rows.c.sort_on.nulls_last(), rows.c.id)
    return (
        select(
            *rows.c,
            House.street,
            House.house,
            House.building,
            Premise.number.label("premise"),
            Premise.kind.label("premise_kind"),
        )
        .outerjoin(House, House.id == rows.c.house_id)
        .outerjoin(Premise, Premise.id == rows.c.premise_id)
        .order_by(*(order_of_rows if is_open else (rows.c.done_at.desc(), rows.c.id)))
    )


def _appeals(view: str, topic: str | None, kind: str | None, search: str) -> Statement:
    columns: list[Any] = [
        Appeal.kind,
        Appeal.account_id,
        Appeal.id,
        Appeal.number,
        Appeal.topic,
        Appeal.status,
        Appeal.due_on,
        Appeal.due_on.label("sort_on"),
        Appeal.sent_at,
        (Appeal.sent_at if view == "all" else Appeal.status_at).label("done_at"),
        Appeal.assigned_to,
        Appeal.version,
        Appeal.incident_id,
        Appeal.house_id,
        cast(null(), BigInteger).label("premise_id"),
        literal_column("''").label("said"),
    ]
    statement = select(*columns).where(_office)
    if search == "words":
        return statement.join(
            _FOUND,
            (_FOUND.c.account_id == Appeal.account_id) & (_FOUND.c.id == Appeal.id),
        )
    if topic:
        statement = statement.where(Appeal.topic == bindparam("topic"))
    if kind:
        statement = statement.where(Appeal.kind == bindparam("kind"))
    if search == "numbers":
        return statement.where(
            Appeal.number == any_(bindparam("numbers", type_=ARRAY(Text)))
        ).limit(MOST_ROWS)
    statement = statement.where(*VIEWS[view])
    first = Appeal.status_at.desc() if view == "closed" else Appeal.due_on
    return statement.order_by(Appeal.sent_at.desc() if view == "all" else first).limit(MOST_ROWS)


_FOUND = func.search_appeals(
    bindparam("words", type_=Text),
    bindparam("view", type_=Text),
    bindparam("topic", type_=Text),
    bindparam("kind", type_=Text),
    bindparam("today", type_=Date),
    literal_column(str(MOST_BY_WORDS), Integer),
).table_valued(
    column("account_id", BigInteger),
    column("id", BigInteger),
    column("place", BigInteger),
    name="hit",
)
