"""Readings that residents submit: added, superseded, reviewed by staff."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import and_, bindparam, func, insert, or_, select, update
from sqlalchemy.orm import Session, aliased

from db.models import Account, House, Meter, Premise, Service, SubmittedReading
from db.queries import scope
from db.rows import read_all
from db.session import Viewer


@dataclass(frozen=True, slots=True)
class NewReading:
    """The columns of a reading to be added; the model explains them."""

    account_id: int
    organization_id: int
    meter_id: int
    zone: int
    value: Decimal
    period: dt.date
    taken_on: dt.date
    submitted_at: dt.datetime
    login_id: int
    request_key: str
    status: str
    doubts: list[str]
    previous: Decimal | None
    used: Decimal | None
    comment: str


class WaitingReadings(NamedTuple):
    """Doubtful readings, the oldest first, and how many wait in all."""

    readings: list[SubmittedReading]
    total: int


class PlaceRow(NamedTuple):
    """A meter, what it counts, and the account and premise it belongs to."""

    account_id: int
    id: int
    serial: str
    place: str | None
    zones: int
    service: str
    unit: str
    meter_kind: str | None
    number: str
    city: str
    street: str | None
    house: str
    building: str | None
    premise: str
    premise_kind: str


_COUNTS = ("accepted", "doubtful")
_BY_KEY = (
    SubmittedReading.account_id == bindparam("account"),
    SubmittedReading.id == bindparam("reading"),
)
_SUPERSEDE = (
    update(SubmittedReading)
    .where(*_BY_KEY, SubmittedReading.status.in_(_COUNTS))
    .values(status="superseded")
)
_SET_SUCCESSOR = update(SubmittedReading).where(*_BY_KEY).values(superseded_by=bindparam("by"))
_WAITING = (
    select(SubmittedReading, func.count().over().label("all_waiting"))
    .where(
        SubmittedReading.organization_id == bindparam("organization"),
        SubmittedReading.status == "doubtful",
    )
    .order_by(SubmittedReading.submitted_at, SubmittedReading.id)
    .limit(bindparam("limit"))
)
_FOUND = select(SubmittedReading).where(
    *_BY_KEY, SubmittedReading.organization_id == bindparam("organization")
)
_DECIDE = (
    update(SubmittedReading)
    .where(
        *_BY_KEY,
        SubmittedReading.organization_id == bindparam("organization"),
        SubmittedReading.status == "doubtful",
    )
    .values(
        status=bindparam("to"),
        reason=bindparam("why"),
        decided_at=bindparam("now"),
        decided_by=bindparam("by"),
        decision_key=bindparam("request"),
    )
    .returning(SubmittedReading.id)
)
_returned = aliased(SubmittedReading)
# the accepted reading that the returned reading had superseded
_REPLACED = (
    select(func.max(SubmittedReading.id))
    .join(
        _returned,
        and_(
            _returned.account_id == SubmittedReading.account_id,
            _returned.meter_id == SubmittedReading.meter_id,
            _returned.zone == SubmittedReading.zone,
            _returned.period == SubmittedReading.period,
            _returned.id > SubmittedReading.id,
        ),
    )
    .where(
        _returned.account_id == bindparam("account"),
        _returned.id == bindparam("reading"),
        SubmittedReading.status == "superseded",
        or_(
            func.cardinality(SubmittedReading.doubts) == 0,
            SubmittedReading.decided_at.is_not(None),
        ),
    )
    .scalar_subquery()
)
_REINSTATE = (
    update(SubmittedReading)
    .where(SubmittedReading.account_id == bindparam("account"), SubmittedReading.id == _REPLACED)
    .values(status="accepted", superseded_by=None)
    .returning(SubmittedReading.value)
)
_PLACES = (
    select(
        Meter.account_id,
        Meter.id,
        Meter.serial,
        Meter.place,
        Meter.zones,
        Service.name.label("service"),
        Service.unit,
        Service.meter_kind,
        Account.number,
        House.city,
        House.street,
        House.house,
        House.building,
        Premise.number.label("premise"),
        Premise.kind.label("premise_kind"),
    )
    .join(Account, Account.id == Meter.account_id)
    .join(Premise, Premise.id == Account.premise_id)
    .join(House, House.id == Premise.house_id)
    .join(Service, Service.id == Meter.service_id)
    .where(scope.match_viewer(Meter.account_id), Meter.id.in_(bindparam("meters", expanding=True)))
)


def add_reading(session: Session, *, new: NewReading) -> int:
    """Add a reading and return its key."""
    added = insert(SubmittedReading).values(**asdict(new)).returning(SubmittedReading.id)
    return session.execute(added).scalar_one()


def supersede_reading(session: Session, *, account_id: int, reading_id: int) -> None:
    """Mark a reading that counts as superseded."""
    session.execute(_SUPERSEDE, {"account": account_id, "reading": reading_id})


def record_successor(session: Session, *, account_id: int, reading_id: int, successor: int) -> None:
    """Record which reading superseded another."""
    session.execute(_SET_SUCCESSOR, {"account": account_id, "reading": reading_id, "by": successor})


def list_waiting(session: Session, *, organization_id: int, limit: int) -> WaitingReadings:
    """Return an organisation's oldest doubtful readings, and how many it has."""
    rows = session.execute(_WAITING, {"organization": organization_id, "limit": limit}).all()
    return WaitingReadings([reading for reading, _ in rows], rows[0].all_waiting if rows else 0)


def find_reading(
    session: Session, *, account_id: int, reading_id: int, organization_id: int
) -> SubmittedReading | None:
    """Return a reading of an organisation as it is in the database now."""
    values = {"account": account_id, "reading": reading_id, "organization": organization_id}
    return session.scalars(_FOUND, values, execution_options={"populate_existing": True}).first()


def decide_reading(
    session: Session,
    *,
    account_id: int,
    reading_id: int,
    organization_id: int,
    status: str,
    reason: str | None,
    decided_by: int,
    request_key: str,
    now: dt.datetime,
) -> bool:
    """Accept or return a doubtful reading; False if it is not doubtful any more."""
    values = {
        "account": account_id,
        "reading": reading_id,
        "organization": organization_id,
        "to": status,
        "why": reason,
        "by": decided_by,
        "request": request_key,
        "now": now,
    }
    return session.execute(_DECIDE, values).first() is not None


def reinstate_reading(session: Session, *, account_id: int, reading_id: int) -> Decimal | None:
    """Accept again the reading that a returned reading had superseded.

    Returns:
        Its value; None if the returned reading had superseded no accepted reading.
    """
    values = {"account": account_id, "reading": reading_id}
    return session.execute(_REINSTATE, values).scalar_one_or_none()


def list_places(session: Session, *, viewer: Viewer, meters: Sequence[int]) -> dict[int, PlaceRow]:
    """Return where some meters are and what they count, by the meter's key."""
    values = {"meters": list(meters), **scope.bind_viewer(viewer)}
    return {row.id: row for row in read_all(session.execute(_PLACES, values), PlaceRow)}
