"""Incidents: appeals of one house on one topic, which are answered together."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    DateTime,
    bindparam,
    func,
    select,
    type_coerce,
    update,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from db.models import Appeal, House, Incident
from db.queries.appeals.desk_threads import OPEN, match_neighbour
from db.rows import read_all, read_one


class IncidentRow(NamedTuple):
    """An incident with the address of its house."""

    id: int
    topic: str
    answered_at: dt.datetime | None
    street: str | None
    house: str
    building: str | None


class MemberRow(NamedTuple):
    """An appeal of an incident."""

    account_id: int
    id: int
    number: str
    status: str
    version: int


_other = aliased(Appeal)
_anchor = aliased(Appeal)
_NEIGHBOURS = (
    select(_other)
    .join(_anchor, _anchor.account_id == bindparam("account"))
    .where(
        _anchor.id == bindparam("appeal"),
        _anchor.organization_id == bindparam("organization"),
        *match_neighbour(_anchor, _other),
    )
    .order_by(_other.account_id, _other.id)
    .limit(500)
    .with_for_update(of=_other)
)


_IS_SINGLE = Appeal.incident_id.is_(None)


def _first(key: InstrumentedAttribute[int]) -> ColumnElement[int]:
    """Return the key of the earliest appeal of a group that belongs to no incident yet."""
    order = aggregate_order_by(key, Appeal.sent_at, Appeal.id)
    keys = func.array_agg(order, type_=ARRAY(BigInteger)).filter(_IS_SINGLE)
    first: ColumnElement[int] = type_coerce(keys, ARRAY(BigInteger))[1]
    return first


GROUPS = (
    select(
        Appeal.house_id,
        Appeal.topic,
        func.count().label("appeals"),
        func.min(Appeal.sent_at).label("since"),
        _first(Appeal.account_id).label("account_id"),
        _first(Appeal.id).label("appeal_id"),
        House.street,
        House.house,
        House.building,
    )
    .join(House, House.id == Appeal.house_id)
    .outerjoin(Incident, Incident.id == Appeal.incident_id)
    .where(
        Appeal.organization_id == bindparam("organization"),
        Appeal.sent_at > bindparam("since", type_=DateTime(timezone=True)),
        Appeal.kind == "appeal",
        Appeal.status.in_(OPEN),
        Incident.answered_at.is_(None),  # NULL for appeals of no incident, too
    )
    .group_by(Appeal.house_id, Appeal.topic, House.id)
    .having(func.count() > 1, func.count().filter(_IS_SINGLE) > 0)
    .order_by(func.count().desc(), Appeal.house_id)
    .limit(5)
)
_MEMBERS = (
    select(Appeal.account_id, Appeal.id, Appeal.number, Appeal.status, Appeal.version)
    .where(
        Appeal.incident_id == bindparam("incident"),
        Appeal.organization_id == bindparam("organization"),
    )
    .order_by(Appeal.account_id, Appeal.id)
)
_INCIDENT = (
    select(
        Incident.id,
        Incident.topic,
        Incident.answered_at,
        House.street,
        House.house,
        House.building,
    )
    .join(House, House.id == Incident.house_id)
    .where(
        Incident.id == bindparam("incident"),
        Incident.organization_id == bindparam("organization"),
    )
)
_ANSWERED = (
    update(Incident)
    .where(
        Incident.id == bindparam("incident"),
        Incident.organization_id == bindparam("organization"),
    )
    .values(answered_at=bindparam("now"))
    .execution_options(synchronize_session=False)
)
_WAITING = (
    select(Incident.id)
    .where(
        Incident.organization_id == bindparam("organization"),
        Incident.id.in_(bindparam("incidents", expanding=True)),
        Incident.answered_at.is_(None),
    )
    .order_by(Incident.id.desc())
    .limit(1)
)


def lock_neighbours(
    session: Session, *, account_id: int, appeal_id: int, organization_id: int, span: dt.timedelta
) -> Sequence[Appeal]:
    """Return an appeal and those of its house, topic and days; lock them in the order of keys."""
    values = {
        "account": account_id,
        "appeal": appeal_id,
        "organization": organization_id,
        "span": span,
    }
    return session.scalars(_NEIGHBOURS, values).all()


def find_incident(
    session: Session, *, incident_id: int, organization_id: int
) -> IncidentRow | None:
    """Return an incident of the organisation with the address of its house, or None."""
    values = {"incident": incident_id, "organization": organization_id}
    return read_one(session.execute(_INCIDENT, values), IncidentRow)


def mark_answered(
    session: Session, *, incident_id: int, organization_id: int, now: dt.datetime
) -> None:
    """Record when an incident of the organisation was answered."""
    values = {"incident": incident_id, "organization": organization_id, "now": now}
    session.execute(_ANSWERED, values)


def find_waiting(session: Session, *, organization_id: int, incidents: Sequence[int]) -> int | None:
    """Return the latest of some incidents that nobody has answered yet, or None."""
    values = {"organization": organization_id, "incidents": incidents}
    return session.scalar(_WAITING, values)


def list_members(
    session: Session, *, incident_id: int, organization_id: int
) -> Sequence[MemberRow]:
    """Return the appeals of an incident."""
    values = {"incident": incident_id, "organization": organization_id}
    return read_all(session.execute(_MEMBERS, values), MemberRow)
