"""Threads as their residents read them: the list, one thread, its lines page by page."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from db.models import Account, Appeal, AppealEntry, AppealFile, House, Organization, Premise
from db.queries import scope
from db.rows import read_all, read_one
from db.session import Viewer


class ThreadRow(NamedTuple):
    """A thread with its account, its organisation and its address.

    ``found`` is how many threads the statement finds without its limit.
    """

    account_id: int
    id: int
    number: str
    kind: str
    topic: str
    status: str
    reason: str | None
    contact: str
    about: str | None
    about_link: str | None
    sent_at: dt.datetime
    registered_on: dt.date
    due_on: dt.date | None
    due_rule: str | None
    answered_at: dt.datetime | None
    seen_at: dt.datetime | None
    rating: int | None
    entries: int
    version: int
    login_id: int | None
    assigned_to: int | None
    incident_id: int | None
    account: str
    organization: str
    city: str
    street: str | None
    house: str
    building: str | None
    premise: str
    premise_kind: str
    found: int


class FileRow(NamedTuple):
    """A file that came with a line of a thread; its size is in bytes."""

    id: int
    entry_id: int
    name: str
    size: int


class AnsweredRow(NamedTuple):
    """A thread with an answer that the resident has not seen."""

    id: int
    number: str
    kind: str


THREADS = (
    select(
        Appeal.account_id,
        Appeal.id,
        Appeal.number,
        Appeal.kind,
        Appeal.topic,
        Appeal.status,
        Appeal.reason,
        Appeal.contact,
        Appeal.about,
        Appeal.about_link,
        Appeal.sent_at,
        Appeal.registered_on,
        Appeal.due_on,
        Appeal.due_rule,
        Appeal.answered_at,
        Appeal.seen_at,
        Appeal.rating,
        Appeal.entries,
        Appeal.version,
        Appeal.login_id,
        Appeal.assigned_to,
        Appeal.incident_id,
        Account.number.label("account"),
        Organization.name.label("organization"),
        House.city,
        House.street,
        House.house,
        House.building,
        Premise.number.label("premise"),
        Premise.kind.label("premise_kind"),
        func.count().over().label("found"),
    )
    .join(Account, Account.id == Appeal.account_id)
    .join(Premise, Premise.id == Account.premise_id)
    .join(House, House.id == Premise.house_id)
    .join(Organization, Organization.id == Appeal.organization_id)
    .where(scope.match_viewer(Appeal.account_id))
)
_OWN = (
    THREADS.where(Appeal.kind == bindparam("kind"))
    .order_by(Appeal.sent_at.desc(), Appeal.id.desc())
    .offset(bindparam("skip"))
    .limit(bindparam("limit"))
)
_THREAD = THREADS.where(Appeal.id == bindparam("appeal"), Appeal.kind == bindparam("kind"))
_PAGE = (
    select(AppealEntry)
    .where(
        scope.match_viewer(AppealEntry.account_id),
        AppealEntry.account_id == bindparam("account"),
        AppealEntry.appeal_id == bindparam("appeal"),
    )
    .order_by(AppealEntry.id)
    .offset(bindparam("skip"))
    .limit(bindparam("limit"))
)
_FILES = (
    select(AppealFile.id, AppealFile.entry_id, AppealFile.name, AppealFile.size)
    .where(
        scope.match_viewer(AppealFile.account_id),
        AppealFile.account_id == bindparam("account"),
        AppealFile.appeal_id == bindparam("appeal"),
        AppealFile.entry_id.between(bindparam("first"), bindparam("last")),
    )
    .order_by(AppealFile.id)
)
_SEEN = (
    update(Appeal)
    .where(
        Appeal.account_id == bindparam("account"),
        Appeal.id == bindparam("appeal"),
        scope.match_viewer(Appeal.account_id),
    )
    .values(seen_at=bindparam("now"))
    .execution_options(synchronize_session=False)
)
_ANSWERED = (
    select(Appeal.id, Appeal.number, Appeal.kind)
    .where(
        scope.match_viewer(Appeal.account_id),
        Appeal.answered_at.is_not(None),
        (Appeal.seen_at.is_(None)) | (Appeal.answered_at > Appeal.seen_at),
    )
    .order_by(Appeal.answered_at.desc())
    .limit(bindparam("limit"))
)


def list_threads(
    session: Session, *, viewer: Viewer, kind: str, skip: int, limit: int
) -> Sequence[ThreadRow]:
    """Return a page of the threads of the viewer's accounts, the latest first."""
    values = {"kind": kind, "skip": skip, "limit": limit} | scope.bind_viewer(viewer)
    return read_all(session.execute(_OWN, values), ThreadRow)


def find_thread(session: Session, *, viewer: Viewer, kind: str, appeal_id: int) -> ThreadRow | None:
    """Return a thread of the viewer's accounts, or None."""
    values = {"kind": kind, "appeal": appeal_id} | scope.bind_viewer(viewer)
    return read_one(session.execute(_THREAD, values), ThreadRow)


def list_entries(
    session: Session, *, viewer: Viewer, account_id: int, appeal_id: int, skip: int, limit: int
) -> Sequence[AppealEntry]:
    """Return a page of the lines of a thread, the oldest first."""
    values = {"account": account_id, "appeal": appeal_id, "skip": skip, "limit": limit}
    return session.scalars(_PAGE, values | scope.bind_viewer(viewer)).all()


def list_files(
    session: Session, *, viewer: Viewer, account_id: int, appeal_id: int, entries: Iterable[int]
) -> Sequence[FileRow]:
    """Return the files that came with the lines of a page."""
    keys = list(entries)
    values = {
        "account": account_id,
        "appeal": appeal_id,
        "first": min(keys, default=0),
        "last": max(keys, default=0),
    }
    return read_all(session.execute(_FILES, values | scope.bind_viewer(viewer)), FileRow)


def mark_seen(
    session: Session, *, viewer: Viewer, account_id: int, appeal_id: int, now: dt.datetime
) -> None:
    """Record that the resident has seen a thread."""
    values = {"account": account_id, "appeal": appeal_id, "now": now}
    session.execute(_SEEN, values | scope.bind_viewer(viewer))


def list_answered(session: Session, *, viewer: Viewer, limit: int) -> Sequence[AnsweredRow]:
    """Return the threads with an answer that the resident has not seen, the latest first."""
    values = {"limit": limit} | scope.bind_viewer(viewer)
    return read_all(session.execute(_ANSWERED, values), AnsweredRow)
