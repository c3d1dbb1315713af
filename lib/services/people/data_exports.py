"""A copy of a login's data: requested in the profile, made by a job, kept for a day."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID, uuid4

from db import session as database
from db.queries.people import data_exports as queries
from db.queries.people.data_exports import ExportRow
from lib import clock, queue, storage
from lib.access import AccessDenied, Actor, Permission
from lib.services.audit import trail
from lib.services.audit.trail import Action
from lib.services.people import _login_data
from lib.storage import folders

KEPT = dt.timedelta(hours=24)
_PATIENCE = dt.timedelta(minutes=10)


class ExportStatus(StrEnum):
    """The state of a copy."""

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
        """Tell whether it can be downloaded."""
        return (
            self.status is ExportStatus.READY
            and self.expires_at is not None
            and self.expires_at > clock.now()
        )

    @property
    def is_fresh(self) -> bool:
        """Tell whether it was requested in the last ten minutes: a new one would be the same."""
        return clock.now() - self.requested_at < _PATIENCE

    @property
    def is_waiting(self) -> bool:
        """Tell whether it is being made; after ten minutes it counts as failed."""
        return self.status is ExportStatus.WAITING and self.is_fresh


def request_export(*, actor: Actor, address: str) -> None:
    """Request a copy; does nothing while a copy is being made or is fresh."""
    actor.demand(Permission.PROFILE_MANAGE)
    now = clock.now()
    with database.transaction(actor.owner) as session:
        queries.take_turn(session, login=actor.login_id)
        latest = _export(queries.find_latest(session, login=actor.login_id))
        if latest and latest.is_fresh and latest.status is not ExportStatus.FAILED:
            return
        key = uuid4()
        queries.add_export(session, key=key, login=actor.login_id, now=now)
        queue.defer(session, "make_data_export", export_id=str(key))
        trail.record_event(
            session, action=Action.EXPORTED, actor=actor, address=address, step="requested"
        )


def find_export(*, actor: Actor) -> Export | None:
    """Return the actor's latest copy in any state."""
    actor.demand(Permission.PROFILE_MANAGE)
    with database.transaction(actor.owner) as session:
        return _export(queries.find_latest(session, login=actor.login_id))


def get_archive(*, actor: Actor, export_id: UUID, address: str) -> bytes:
    """Return the ZIP of the actor's own copy.

    Raises:
        AccessDenied: the actor has no such copy, or it is not made yet, or it is expired.
        FileGone: its file is missing.
    """
    actor.demand(Permission.PROFILE_MANAGE)
    with database.transaction(actor.owner) as session:
        file_key = queries.find_file(session, key=export_id, login=actor.login_id, now=clock.now())
        if file_key is None:
            raise AccessDenied
        content = storage.get(folders.DATA_EXPORTS, file_key)
        trail.record_event(
            session, action=Action.EXPORTED, actor=actor, address=address, step="downloaded"
        )
    return content


def make_export(*, export_id: UUID) -> None:
    """Make a copy that waits; do nothing if it is made already or its login is deleted."""
    with database.transaction(database.OPERATOR) as session:
        login_id = queries.find_waiting_login(session, key=export_id)
    if login_id is None:
        return
    file_key = storage.put(folders.DATA_EXPORTS, _login_data.build_archive(login_id=login_id))
    now = clock.now()
    with database.transaction(database.OPERATOR) as session:
        is_finished = queries.finish_export(
            session, key=export_id, file_key=file_key, now=now, until=now + KEPT
        )
    if not is_finished:  # another worker was faster, or the login has been deleted meanwhile
        storage.delete(folders.DATA_EXPORTS, file_key)


def remove_old_exports() -> None:
    """Remove the expired copies."""
    with database.transaction(database.OPERATOR) as session:
        for file_key in queries.remove_old(session, now=clock.now()):
            storage.delete(folders.DATA_EXPORTS, file_key)


def _export(row: ExportRow | None) -> Export | None:
    if row is None:
        return None
    return Export(row.id, ExportStatus(row.status), row.requested_at, row.expires_at)
