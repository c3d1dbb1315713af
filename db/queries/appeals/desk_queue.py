"""The queue of an organisation's service desk: what waits there, and what was done with.

Statements are planned once for all parameters (see ``db.roles``), so each view has its own,
whose rows stand in an index of its own. Each ends after ``MOST`` rows, however many there are.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

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

from db.base import AnyRow
from db.models import Account, Appeal, House, Premise
from db.queries import scope
from db.queries.appeals import _desk_others
from db.queries.appeals._desk_others import Statement
from db.session import Viewer

MOST, MOST_BY_WORDS, ROWS = 1_000, 500, 50
ACCOUNT_REQUEST, MISTAKE = "account_request", "mistake"
MOST_ROWS: ColumnElement[int] = literal_column(str(MOST), Integer)
_ROWS: ColumnElement[int] = literal_column(str(ROWS), Integer)
# word for word the conditions of the indexes
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


@dataclass(frozen=True, slots=True)
class Asked:
    """What a queue is asked for; None and empty are everything."""

    view: str
    topic: str | None = None
    kind: str | None = None
    words: str = ""
    numbers: tuple[str, ...] = ()


def page(
    session: Session,
    *,
    asked: Asked,
    organization_id: int,
    login_id: int,
    today: dt.date,
    skip: int,
) -> Sequence[AnyRow]:
    """Return fifty rows of the queue, each with how many were ``found`` in all, up to MOST.

    What is open comes by its deadline, the oldest first; what is done with, the latest first.
    """
    view, way = asked.view, "words" if asked.words else ""
    if asked.numbers:
        view, way = "all", "numbers"
    # a plan for a topic is not one for all of them
    statement = _statement(view, asked.topic and "topic", _branch(asked.kind), way)
    values: dict[str, Any] = {
        "numbers": list(asked.numbers),
        "topic": asked.topic,
        "kind": asked.kind,
        "words": asked.words,
        "organization": organization_id,
        "login": login_id,
        "today": today,
        "skip": skip,
        "view": asked.view,
        "like": f"%{_unlike(asked.words)}%",
    }
    return session.execute(statement, values).all()


def places(session: Session, *, viewer: Viewer) -> dict[int, AnyRow]:
    """Return numbers and premises of the viewer's accounts, by key."""
    return {row.id: row for row in session.execute(_PLACES, scope.values(viewer))}


def _branch(kind: str | None) -> str | None:
    return kind if kind in {None, ACCOUNT_REQUEST, MISTAKE} else "kind"


def _unlike(words: str) -> str:
    """Take the signs out that LIKE reads as its own."""
    return "".join(" " if sign in "%_\\" else sign for sign in words).strip()


@cache
def _statement(view: str, topic: str | None, kind: str | None, way: str) -> Statement:
    """Compose the statement of a view, with a topic or a kind, by words or by numbers."""
    is_open = view in VIEWS and view not in {"closed", "all"}
    branches: list[Statement] = []
    if kind not in {ACCOUNT_REQUEST, MISTAKE}:
        branches.append(_appeals(view, topic, kind, way))
    others = not (kind or topic or way == "numbers")
    if kind == ACCOUNT_REQUEST or others:
        branches.append(_desk_others.requests(view, way, limit=MOST_ROWS))
    if kind == MISTAKE or others:
        branches.append(_desk_others.mistakes(view, way, limit=MOST_ROWS))
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
    shown = (rows.c.sort_on.nulls_last(), rows.c.id)
    return (
        select(
            *rows.c,
            House.city,
            House.street,
            House.house,
            House.building,
            Premise.number.label("premise"),
            Premise.kind.label("premise_kind"),
        )
        .outerjoin(House, House.id == rows.c.house_id)
        .outerjoin(Premise, Premise.id == rows.c.premise_id)
        .order_by(*(shown if is_open else (rows.c.done_at.desc(), rows.c.id)))
    )


def _appeals(view: str, topic: str | None, kind: str | None, way: str) -> Statement:
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
    if way == "words":
        return statement.join(
            _FOUND,
            (_FOUND.c.account_id == Appeal.account_id) & (_FOUND.c.id == Appeal.id),
        )
    if topic:
        statement = statement.where(Appeal.topic == bindparam("topic"))
    if kind:
        statement = statement.where(Appeal.kind == bindparam("kind"))
    if way == "numbers":
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


_PLACES = (
    select(
        Account.id,
        Account.number,
        Premise.number.label("premise"),
        Premise.kind.label("premise_kind"),
    )
    .join(Premise, Premise.id == Account.premise_id)
    .where(scope.visible(Account.id))
)
