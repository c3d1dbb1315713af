"""Meters of an account as a receipt prints them: with their last two readings."""

import datetime as dt
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import Session

from db.models import Meter, Reading, Service
from db.queries import scope
from db.rows import read_all
from db.session import Viewer


class MeterReadingRow(NamedTuple):
    """A meter with one of its readings; a meter without any has None in the last four fields."""

    id: int
    serial: str
    place: str | None
    decimals: int
    next_verification_on: dt.date | None
    service: str
    unit: str
    zone: int | None
    value: Decimal | None
    taken_on: dt.date | None
    age: int | None


_LATEST = (
    select(
        Reading.account_id,
        Reading.meter_id,
        Reading.zone,
        Reading.value,
        Reading.taken_on,
        func.row_number()
        .over(partition_by=(Reading.meter_id, Reading.zone), order_by=Reading.taken_on.desc())
        .label("age"),
    )
    .where(
        scope.match_viewer(Reading.account_id),
        Reading.account_id == bindparam("account"),
        Reading.period <= bindparam("month"),
        or_(Reading.status.is_(None), Reading.status != "rejected"),
    )
    .subquery("latest")
)
_METERS = (
    select(
        Meter.id,
        Meter.serial,
        Meter.place,
        Meter.decimals,
        Meter.next_verification_on,
        Service.name.label("service"),
        Service.unit,
        _LATEST.c.zone,
        _LATEST.c.value,
        _LATEST.c.taken_on,
        _LATEST.c.age,
    )
    .join(Service, Service.id == Meter.service_id)
    .outerjoin(
        _LATEST,
        (_LATEST.c.account_id == Meter.account_id)
        & (_LATEST.c.meter_id == Meter.id)
        & (_LATEST.c.age <= 2),  # noqa: PLR2004 - the current reading and the one before
    )
    .where(
        scope.match_viewer(Meter.account_id),
        Meter.account_id == bindparam("account"),
        or_(Meter.removed_on.is_(None), Meter.removed_on >= bindparam("month")),
    )
    .order_by(Service.name, Meter.serial, _LATEST.c.zone, _LATEST.c.age)
)


def list_meter_readings(
    session: Session, *, viewer: Viewer, account_id: int, period: dt.date
) -> list[MeterReadingRow]:
    """Return the account's meters with the last two readings of each zone up to ``period``.

    A row for each reading, the latest first within a zone.
    """
    values = {"account": account_id, "month": period, **scope.bind_viewer(viewer)}
    return read_all(session.execute(_METERS, values), MeterReadingRow)
