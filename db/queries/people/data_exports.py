"""Copies of a login's data: requested, made, expired."""

import datetime as dt
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, delete, func, insert, select, text, update
from sqlalchemy.orm import Session

from db.models import DataExport
from db.rows import read_one

_TURN = text("SELECT pg_advisory_xact_lock(hashtext('data_export'), CAST(:login AS integer))")
_LATEST = (
    select(DataExport.id, DataExport.status, DataExport.requested_at, DataExport.expires_at)
    .where(DataExport.login_id == bindparam("login"))
    .order_by(DataExport.requested_at.desc())
    .limit(1)
)
_WAITING = select(DataExport.login_id).where(
    DataExport.id == bindparam("key"), DataExport.status == "waiting"
)
_FILE = select(DataExport.file).where(
    DataExport.id == bindparam("key"),
    DataExport.login_id == bindparam("login"),
    DataExport.status == "ready",
    DataExport.expires_at > bindparam("now"),
)
_FINISH = (
    update(DataExport)
    .where(DataExport.id == bindparam("key"), DataExport.status == "waiting")
    .returning(DataExport.id)
)
_OLD = (
    delete(DataExport)
    .where(
        func.coalesce(DataExport.expires_at, DataExport.requested_at + text("interval '1 day'"))
        <= bindparam("now")
    )
    .returning(DataExport.file)
)


class ExportRow(NamedTuple):
    """A copy of a login's data."""

    id: UUID
    status: str
    requested_at: dt.datetime
    expires_at: dt.datetime | None


def take_turn(session: Session, *, login: int) -> None:
    """Wait until no other transaction handles a request of this login."""
    session.execute(_TURN, {"login": login % 2**31})


def find_latest(session: Session, *, login: int) -> ExportRow | None:
    """Return the login's latest copy in any state."""
    return read_one(session.execute(_LATEST, {"login": login}), ExportRow)


def add_export(session: Session, *, key: UUID, login: int, now: dt.datetime) -> None:
    """Add a copy that waits to be made."""
    values = {"id": key, "login_id": login, "status": "waiting", "requested_at": now}
    session.execute(insert(DataExport).values(values))


def find_waiting_login(session: Session, *, key: UUID) -> int | None:
    """Return the login whose copy waits to be made; None if it is made or removed."""
    return session.scalar(_WAITING, {"key": key})


def find_file(session: Session, *, key: UUID, login: int, now: dt.datetime) -> str | None:
    """Return the storage key of the login's own copy until it expires."""
    return session.scalar(_FILE, {"key": key, "login": login, "now": now})


def finish_export(
    session: Session, *, key: UUID, file_key: str, now: dt.datetime, until: dt.datetime
) -> bool:
    """Mark a copy as made; False where it does not wait any more."""
    statement = _FINISH.values(status="ready", file=file_key, ready_at=now, expires_at=until)
    return session.scalar(statement, {"key": key}) is not None


def remove_old(session: Session, *, now: dt.datetime) -> list[str]:
    """Remove the expired copies and return their storage keys."""
    return [file_key for file_key in session.scalars(_OLD, {"now": now}) if file_key]
