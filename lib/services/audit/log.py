"""The audit log: read by an administrator page by page, or exported as a CSV file."""

import csv
import datetime as dt
import io
from collections.abc import Iterable
from dataclasses import dataclass

from db import session as database
from db.queries import audit as queries
from db.queries.audit import EventRow, Filter
from lib import clock, config
from lib.access import Actor, Permission
from lib.domain import formats
from lib.services.audit import trail, words
from lib.services.audit.trail import Action

PAGE = 50
EXPORTED_ROWS = 50_000
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_HEADER = (
    "Когда",
    "Действие",
    "Кто",
    "Лицевой счёт",
    "Организация",
    "IP-адрес",
    "Подробности",
)


@dataclass(frozen=True, slots=True)
class EventQuery:
    """Which events to read; a field that is None or empty filters nothing.

    Attributes:
        since: the first day, in the centre's time zone.
        until: the last day.
        action: what happened.
        login: username of the login that acted or was affected.
        account: number of the account.
        before: only events older than the event with this key; the next page begins there.
    """

    since: dt.date | None = None
    until: dt.date | None = None
    action: Action | None = None
    login: str = ""
    account: str = ""
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One event in words; ``happened_at`` is in the centre's time zone."""

    event_id: int
    happened_at: dt.datetime
    action: str
    who: str
    account: str
    organization: str
    address: str
    details: str


@dataclass(frozen=True, slots=True)
class EventPage:
    """A page of events, latest first; ``older`` is ``before`` of the next page, if there is one."""

    events: tuple[Event, ...]
    older: int | None


def list_events(*, actor: Actor, chosen: EventQuery) -> EventPage:
    """Return a page of events.

    Raises:
        AccessDenied: no permission.
    """
    actor.demand(Permission.AUDIT_READ)
    with database.transaction(database.OPERATOR) as session:
        rows = queries.list_events(session, chosen=_filter(chosen), limit=PAGE + 1)
    events = tuple(_event(row) for row in rows[:PAGE])
    return EventPage(events, events[-1].event_id if len(rows) > PAGE else None)


def export_events(*, actor: Actor, chosen: EventQuery, address: str | None) -> bytes:
    """Return at most 50 000 events, latest first, as CSV; the export is recorded as an event.

    Raises:
        AccessDenied: no permission.
    """
    actor.demand(Permission.AUDIT_READ)
    with database.transaction(database.OPERATOR) as session:
        rows = queries.list_events(session, chosen=_filter(chosen), limit=EXPORTED_ROWS)
        trail.record_event(
            session,
            action=Action.EXPORTED,
            actor=actor,
            address=address,
            what="audit",
            rows=len(rows),
            since=chosen.since,
            until=chosen.until,
        )
    return _csv(_event(row) for row in rows)


def _filter(chosen: EventQuery) -> Filter:
    """Convert calendar days to moments and normalise the typed values."""
    return Filter(
        since=_midnight(chosen.since) if chosen.since else None,
        until=_midnight(chosen.until + dt.timedelta(days=1)) if chosen.until else None,
        action=chosen.action.value if chosen.action else None,
        login=trail.clean(chosen.login).strip().lower() or None,
        account=trail.clean(chosen.account).strip() or None,
        before=chosen.before,
    )


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), config.get_settings().zone)


def _event(row: EventRow) -> Event:
    return Event(
        event_id=row.id,
        happened_at=clock.local(row.happened_at),
        action=words.format_action(row.action),
        who=row.username or (f"№ {row.login_id}" if row.login_id else ""),
        account=row.account or "",
        organization=formats.quote_name(row.organization) if row.organization else "",
        address=row.address or "",
        details=words.format_details(row.details),
    )


def _csv(events: Iterable[Event]) -> bytes:
    """Write a CSV file that spreadsheets open correctly: UTF-8 with BOM, «;» as the separator."""
    output = io.StringIO()
    writer = csv.writer(output, delimiter=";", lineterminator="\r\n")
    writer.writerow(_HEADER)
    for event in events:
        cells = (
            f"{event.happened_at:%d.%m.%Y %H:%M:%S}",
            event.action,
            event.who,
            event.account,
            event.organization,
            event.address,
            event.details,
        )
        writer.writerow([_escape_formula(cell) for cell in cells])
    return output.getvalue().encode("utf-8-sig")


def _escape_formula(cell: str) -> str:
    """Keep a spreadsheet from reading a cell as a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
