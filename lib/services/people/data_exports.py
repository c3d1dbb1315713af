"""A copy of all one's data: asked for in the profile, made by a job, kept for a day."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import insert

from db import session as database
from db.base import AnyRow
from db.models import DataExport
from db.queries.people import data_exports as queries
from lib import clock, queue, storage
from lib.access import AccessDenied, Actor, Permission
from lib.services.audit import trail
from lib.services.audit.trail import Action
from lib.services.people import _login_data

FILES = "exports"
KEPT = dt.timedelta(hours=24)
_PATIENCE = dt.timedelta(minutes=10)


class ExportStatus(StrEnum):
    """How far a copy has come."""

    WAITING = "waiting"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Export:
    """A copy of the data; ``requested_at`` and ``expires_at`` are moments in UTC."""

    export_id: UUID
    status: ExportStatus
    requested_at: dt.datetime
    expires_at: dt.datetime | None

    @property
    def is_ready(self) -> bool:
        """Tell whether it can be fetched."""
        return (
            self.status is ExportStatus.READY
            and self.expires_at is not None
            and self.expires_at > clock.now()
        )

    @property
    def is_fresh(self) -> bool:
        """Tell whether it has just been asked for: another one would say the same."""
        return clock.now() - self.requested_at < _PATIENCE

    @property
    def is_waiting(self) -> bool:
        """Tell whether it is being made; after ten minutes nobody waits any longer."""
        return self.status is ExportStatus.WAITING and self.is_fresh


def request_export(*, actor: Actor, address: str) -> None:
    """Ask for a copy; while one is being made, or has just been made, no other is begun."""
    actor.demand(Permission.PROFILE_MANAGE)
    now = clock.now()
    with database.transaction(actor.owner) as session:
        queries.take_turn(session, login=actor.login_id)
        latest = _export(queries.find_latest(session, login=actor.login_id))
        if latest and latest.is_fresh and latest.status is not ExportStatus.FAILED:
            return
        key = uuid4()
        session.execute(
            insert(DataExport).values(
                id=key,
                login_id=actor.login_id,
                status=ExportStatus.WAITING.value,
                requested_at=now,
            )
        )
        queue.defer(session, "make_data_export", export_id=str(key))
        trail.record_event(
            session, action=Action.EXPORTED, actor=actor, address=address, step="requested"
        )


def find_export(*, actor: Actor) -> Export | None:
    """Return the actor's latest copy, whatever its state."""
    actor.demand(Permission.PROFILE_MANAGE)
    with database.transaction(actor.owner) as session:
        return _export(queries.find_latest(session, login=actor.login_id))


def get_archive(*, actor: Actor, export_id: UUID, address: str) -> bytes:
    """Return the ZIP of the actor's own copy.

    Raises:
        AccessDenied: no such copy, not the actor's, not made yet, or older than a day.
        FileGone: its file is not there any more.
    """
    actor.demand(Permission.PROFILE_MANAGE)
    with database.transaction(actor.owner) as session:
        kept = queries.find_file(session, key=export_id, login=actor.login_id, now=clock.now())
        if kept is None:
            raise AccessDenied
        content = storage.get(FILES, kept)
        trail.record_event(
            session, action=Action.EXPORTED, actor=actor, address=address, step="downloaded"
        )
    return content


def make_export(*, export_id: UUID) -> None:
    """Make a copy that waits; one that is made, or whose login is gone, is left alone."""
    with database.transaction(database.OPERATOR) as session:
        login_id = queries.find_waiting_login(session, key=export_id)
    if login_id is None:
        return
    kept = storage.put(FILES, _login_data.build_archive(login_id=login_id))
    now = clock.now()
    with database.transaction(database.OPERATOR) as session:
        is_wanted = queries.finish_export(
            session, key=export_id, kept=kept, now=now, until=now + KEPT
        )
    if not is_wanted:  # another worker was faster, or the login has been deleted meanwhile
        storage.delete(FILES, kept)


def remove_old_exports() -> None:
    """Remove the copies that have run out."""
    with database.transaction(database.OPERATOR) as session:
        for kept in queries.remove_old(session, now=clock.now()):
            storage.delete(FILES, kept)


def _export(row: AnyRow | None) -> Export | None:
    if row is None:
        return None
    return Export(row.id, ExportStatus(row.status), row.requested_at, row.expires_at)
