"""The audit log, read: the latest first, by any of its filters, a page at a time."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, or_, select, text, tuple_
from sqlalchemy.orm import Session

from db.base import AnyRow
from db.models import Account, AuditEvent, Organization

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
# as its index has it
_SUBJECT = text("(details ->> 'login') = :login")


@dataclass(frozen=True, slots=True)
class Filter:
    """Which events; what is None does not matter.

    Attributes:
        since: from this moment on.
        until: before this moment.
        action: what happened.
        login: who did it, or to whom it was done.
        account: number of the account it was done to, whoever sent it.
        before: older than the event of this key.
    """

    since: dt.datetime | None = None
    until: dt.datetime | None = None
    action: str | None = None
    login: str | None = None
    account: str | None = None
    before: int | None = None


def list_events(session: Session, *, chosen: Filter, limit: int) -> Sequence[AnyRow]:
    """Return some events, the latest first."""
    return session.execute(select_events(chosen, limit=limit)).all()


def select_events(chosen: Filter, *, limit: int) -> Select[Any]:
    """Return the select of some events."""
    conditions: list[Any] = []
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
        conditions.append(_older_than(chosen.before))
    found: Select[Any] = _EVENTS.where(*conditions).limit(limit)
    return found


def _older_than(key: int) -> Any:
    """Return the condition of the next page: what comes between two pages moves nothing."""
    place = select(AuditEvent.happened_at).where(AuditEvent.id == key).scalar_subquery()
    return tuple_(AuditEvent.happened_at, AuditEvent.id) < tuple_(place, key)
