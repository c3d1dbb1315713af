"""The audit log: add an event; read events, latest first, filtered and page by page."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, insert, or_, select, text, tuple_
from sqlalchemy.orm import Session

from db.models import Account, AuditEvent, Organization
from db.rows import read_all

_EVENTS = (
    select(
        AuditEvent.id,
        AuditEvent.happened_at,
        AuditEvent.action,
        AuditEvent.username,
        AuditEvent.login_id,
        AuditEvent.address,
        AuditEvent.details,
        Account.number.label("account"),
        Organization.name.label("organization"),
    )
    .outerjoin(Account, Account.id == AuditEvent.account_id)
    .outerjoin(Organization, Organization.id == AuditEvent.organization_id)
    .order_by(AuditEvent.happened_at.desc(), AuditEvent.id.desc())
)
# written as in its index
_SUBJECT = text("(details ->> 'login') = :login")


@dataclass(frozen=True, slots=True)
class Filter:
    """Which events to read; a field that is None filters nothing.

    Attributes:
        since: from this moment on.
        until: before this moment.
        action: what happened.
        login: username of the login that acted or was affected.
        account: number of the account, of any sender.
        before: only events older than the event with this key.
    """

    since: dt.datetime | None = None
    until: dt.datetime | None = None
    action: str | None = None
    login: str | None = None
    account: str | None = None
    before: int | None = None


class EventRow(NamedTuple):
    """One event; ``details`` is a flat JSON object."""

    id: int
    happened_at: dt.datetime
    action: str
    username: str | None
    login_id: int | None
    address: str | None
    details: Mapping[str, object]
    account: str | None
    organization: str | None


def add_event(
    session: Session,
    *,
    action: str,
    happened_at: dt.datetime,
    login_id: int | None,
    username: str | None,
    organization_id: int | None,
    account_id: int | None,
    address: str | None,
    details: Mapping[str, str | int | bool | None],
) -> None:
    """Add one event. Any role."""
    statement = insert(AuditEvent).values(
        action=action,
        happened_at=happened_at,
        login_id=login_id,
        username=username,
        organization_id=organization_id,
        account_id=account_id,
        address=address,
        details=dict(details),
    )
    # inline: these roles may add an event but not read one, so its key is not returned
    session.execute(statement.inline())


def list_events(session: Session, *, chosen: Filter, limit: int) -> list[EventRow]:
    """Return the events that match a filter, latest first. The operator's role."""
    return read_all(session.execute(select_events(chosen, limit=limit)), EventRow)


def select_events(chosen: Filter, *, limit: int) -> Select[*tuple[Any, ...]]:
    """Return the statement that reads the events of a filter."""
    conditions: list[ColumnElement[bool]] = []
    if chosen.since:
        conditions.append(AuditEvent.happened_at >= chosen.since)
    if chosen.until:
        conditions.append(AuditEvent.happened_at < chosen.until)
    if chosen.action:
        conditions.append(AuditEvent.action == chosen.action)
    if chosen.login:
        subject = _SUBJECT.bindparams(login=chosen.login)
        conditions.append(or_(AuditEvent.username == chosen.login, subject))
    if chosen.account:
        keys = select(Account.id).where(Account.number == chosen.account)
        conditions.append(AuditEvent.account_id.in_(keys))
    if chosen.before:
        conditions.append(_is_older(chosen.before))
    return _EVENTS.where(*conditions).limit(limit)


def _is_older(key: int) -> ColumnElement[bool]:
    """Return the condition of the next page; events added meanwhile do not shift it."""
    place = select(AuditEvent.happened_at).where(AuditEvent.id == key).scalar_subquery()
    return tuple_(AuditEvent.happened_at, AuditEvent.id) < tuple_(place, key)
