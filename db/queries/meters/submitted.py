"""Readings that residents submit: kept, superseded, reviewed."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, bindparam, func, insert, or_, select, update
from sqlalchemy.orm import Session, aliased

from db.base import AnyRow
from db.models import Account, House, Meter, Premise, Service, SubmittedReading
from db.queries import scope
from db.session import Viewer

_COUNTS = ("accepted", "doubtful")
_ONE = (
    SubmittedReading.account_id == bindparam("account"),
    SubmittedReading.id == bindparam("reading"),
)
_SUPERSEDE = (
    update(SubmittedReading)
    .where(*_ONE, SubmittedReading.status.in_(_COUNTS))
    .values(status="superseded")
)
_BY = update(SubmittedReading).where(*_ONE).values(superseded_by=bindparam("by"))
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
    *_ONE, SubmittedReading.organization_id == bindparam("organization")
)
_DECIDE = (
    update(SubmittedReading)
    .where(
        *_ONE,
        SubmittedReading.organization_id == bindparam("organization"),
        SubmittedReading.status == "doubtful",
    )
    .values(
        status=bindparam("to"),
        reason=bindparam("why"),
        decided_at=bindparam("now"),
        decided_by=bindparam("by"),
    )
    .returning(SubmittedReading.id)
)
_returned = aliased(SubmittedReading)
# accepted when it came, or by staff, until the one that is now returned took its place
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
    .where(scope.visible(Meter.account_id), Meter.id.in_(bindparam("meters", expanding=True)))
)


def add(session: Session, **values: Any) -> int:
    """Keep a reading and return its key."""
    made = insert(SubmittedReading).values(**values).returning(SubmittedReading.id)
    return int(session.execute(made).scalar_one())


def supersede(session: Session, *, account_id: int, reading_id: int) -> None:
    """Let a reading count no more; who took its place is told by ``name_successor``."""
    session.execute(_SUPERSEDE, {"account": account_id, "reading": reading_id})


def name_successor(session: Session, *, account_id: int, reading_id: int, successor: int) -> None:
    """Tell which reading took the place of another."""
    session.execute(_BY, {"account": account_id, "reading": reading_id, "by": successor})


def waiting(session: Session, *, organization_id: int, limit: int) -> Sequence[AnyRow]:
    """Return an organisation's doubtful readings, the oldest first, with their number."""
    return session.execute(_WAITING, {"organization": organization_id, "limit": limit}).all()


def one(
    session: Session, *, account_id: int, reading_id: int, organization_id: int
) -> SubmittedReading | None:
    """Return a reading of an organisation as it is now, or None."""
    values = {"account": account_id, "reading": reading_id, "organization": organization_id}
    return session.scalars(_FOUND, values, execution_options={"populate_existing": True}).first()


def decide(
    session: Session,
    *,
    account_id: int,
    reading_id: int,
    organization_id: int,
    status: str,
    reason: str | None,
    decided_by: int,
    now: dt.datetime,
) -> bool:
    """Decide a doubtful reading; False where somebody was faster."""
    values = {
        "account": account_id,
        "reading": reading_id,
        "organization": organization_id,
        "to": status,
        "why": reason,
        "by": decided_by,
        "now": now,
    }
    return session.execute(_DECIDE, values).first() is not None


def reinstate(session: Session, *, account_id: int, reading_id: int) -> Decimal | None:
    """Let the accepted reading that a returned one was to correct count again.

    Returns:
        Its value; None where there was none.
    """
    values = {"account": account_id, "reading": reading_id}
    return session.execute(_REINSTATE, values).scalar_one_or_none()


def places(session: Session, *, viewer: Viewer, meters: Sequence[int]) -> dict[int, AnyRow]:
    """Return where some meters hang and what they count, by key."""
    values = {"meters": list(meters), **scope.values(viewer)}
    return {row.id: row for row in session.execute(_PLACES, values)}
