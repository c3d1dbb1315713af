"""Copies of a login's data: asked for, made, run out."""

import datetime as dt
from uuid import UUID

from sqlalchemy import bindparam, delete, func, select, text, update
from sqlalchemy.orm import Session

from db.base import AnyRow
from db.models import DataExport

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


def take_turn(session: Session, *, login: int) -> None:
    """Wait until no other request of this login is being taken."""
    session.execute(_TURN, {"login": login % 2**31})


def find_latest(session: Session, *, login: int) -> AnyRow | None:
    """Return the login's latest copy, whatever its state."""
    return session.execute(_LATEST, {"login": login}).one_or_none()


def find_waiting_login(session: Session, *, key: UUID) -> int | None:
    """Return whose copy waits to be made; None where it is made, or gone."""
    return session.scalar(_WAITING, {"key": key})


def find_file(session: Session, *, key: UUID, login: int, now: dt.datetime) -> str | None:
    """Return the file of the login's own copy, while it is kept."""
    return session.scalar(_FILE, {"key": key, "login": login, "now": now})


def finish_export(
    session: Session, *, key: UUID, kept: str, now: dt.datetime, until: dt.datetime
) -> bool:
    """Mark a copy as made; tell whether it was still waited for."""
    statement = _FINISH.values(status="ready", file=kept, ready_at=now, expires_at=until)
    return session.scalar(statement, {"key": key}) is not None


def remove_old(session: Session, *, now: dt.datetime) -> list[str]:
    """Remove the copies that have run out and return their files."""
    return [kept for kept in session.scalars(_OLD, {"now": now}) if kept]
