"""One thread as the staff of its organisation read it, and the notes that they add to it."""

import datetime as dt
from typing import NamedTuple, TypedDict

from sqlalchemy import ColumnElement, Interval, bindparam, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased

from db.models import (
    Account,
    AnswerTemplate,
    Appeal,
    AppealNote,
    House,
    Incident,
    Organization,
)
from db.queries import scope
from db.queries.appeals._json import build_list
from db.queries.appeals.threads import THREADS, ThreadRow
from db.rows import read_pair
from db.session import Viewer


class NoteJson(TypedDict):
    """A note for colleagues; its moment is in ISO 8601."""

    author: str
    body: str
    happened_at: str


class TemplateJson(TypedDict):
    """A template of an answer."""

    id: int
    name: str
    body: str


class OrganizationJson(TypedDict):
    """Another organisation that serves the account of a thread."""

    id: int
    name: str


class DeskRow(NamedTuple):
    """What only the organisation sees of a thread; a list is None when it is empty.

    ``neighbours`` counts the other open appeals of the same house, topic and days.
    """

    notes: list[NoteJson] | None
    templates: list[TemplateJson] | None
    neighbours: int
    others: list[OrganizationJson] | None


_NOTES_SHOWN = 50
_other, _their = aliased(Appeal), aliased(Incident)
OPEN = ("new", "in_progress", "deferred")
_SPAN: ColumnElement[dt.timedelta] = bindparam("span", type_=Interval)


def match_neighbour(appeal: type[Appeal], other: type[Appeal]) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that ``other`` is an open appeal of the same house, topic and days.

    The parameter ``span`` says how far apart the two may have been sent.
    """
    return (
        other.organization_id == appeal.organization_id,
        other.house_id == appeal.house_id,
        other.topic == appeal.topic,
        other.kind == "appeal",
        other.status.in_(OPEN),
        other.sent_at >= appeal.sent_at - _SPAN,
        other.sent_at <= appeal.sent_at + _SPAN,
    )


_last_notes = (
    select(AppealNote.author, AppealNote.body, AppealNote.happened_at, AppealNote.id)
    .where(
        AppealNote.account_id == Appeal.account_id,
        AppealNote.appeal_id == Appeal.id,
        AppealNote.organization_id == bindparam("organization"),
    )
    .order_by(AppealNote.id.desc())
    .limit(_NOTES_SHOWN)
    .correlate(Appeal)
    .subquery()
)
_NOTES = select(
    build_list(
        order=_last_notes.c.id,
        author=_last_notes.c.author,
        body=_last_notes.c.body,
        happened_at=_last_notes.c.happened_at,
    )
).scalar_subquery()
_TEMPLATES = (
    select(
        build_list(
            order=AnswerTemplate.name,
            id=AnswerTemplate.id,
            name=AnswerTemplate.name,
            body=AnswerTemplate.body,
        )
    )
    .where(AnswerTemplate.organization_id == bindparam("organization"))
    .scalar_subquery()
)
# appeals of an incident that has no answer yet count, too: this appeal may join it
_NEIGHBOURS = (
    select(func.count())
    .select_from(_other)
    .outerjoin(_their, _their.id == _other.incident_id)
    .where(*match_neighbour(Appeal, _other), _other.id != Appeal.id, _their.answered_at.is_(None))
    .correlate(Appeal)
    .scalar_subquery()
)
_serving = aliased(Organization)
_OTHERS = (
    select(build_list(id=_serving.id, name=_serving.name))
    .where(
        _serving.id.in_([Account.organization_id, House.organization_id]),
        _serving.id != Appeal.organization_id,
    )
    .correlate(Account, House, Appeal)
    .scalar_subquery()
)
_THREAD = THREADS.add_columns(
    _NOTES.label("notes"),
    _TEMPLATES.label("templates"),
    _NEIGHBOURS.label("neighbours"),
    _OTHERS.label("others"),
).where(
    Appeal.account_id == bindparam("account"),
    Appeal.id == bindparam("appeal"),
    Appeal.organization_id == bindparam("organization"),
)
# the keys of appeals are unique over all accounts
_ACCOUNT = select(Appeal.account_id).where(
    Appeal.id == bindparam("appeal"), Appeal.organization_id == bindparam("organization")
)


def find_account(session: Session, *, appeal_id: int, organization_id: int) -> int | None:
    """Return the account of a thread that the organisation answers, or None."""
    return session.scalar(_ACCOUNT, {"appeal": appeal_id, "organization": organization_id})


def find_thread(
    session: Session,
    *,
    viewer: Viewer,
    account_id: int,
    appeal_id: int,
    organization_id: int,
    span: dt.timedelta,
) -> tuple[ThreadRow, DeskRow] | None:
    """Return a thread that the organisation answers, with what only the organisation sees.

    ``span`` is how far apart two appeals of one incident may be sent.
    """
    values = {
        "account": account_id,
        "appeal": appeal_id,
        "organization": organization_id,
        "span": span,
    }
    return read_pair(
        session.execute(_THREAD, values | scope.bind_viewer(viewer)), ThreadRow, DeskRow
    )


def add_note(
    session: Session,
    *,
    account_id: int,
    appeal_id: int,
    organization_id: int,
    login_id: int,
    author: str,
    body: str,
    happened_at: dt.datetime,
    request_key: str,
) -> None:
    """Add a note; the same form adds only one."""
    values = {
        "account_id": account_id,
        "appeal_id": appeal_id,
        "organization_id": organization_id,
        "login_id": login_id,
        "author": author,
        "body": body,
        "happened_at": happened_at,
        "request_key": request_key,
    }
    session.execute(insert(AppealNote).values(values).inline().on_conflict_do_nothing())
