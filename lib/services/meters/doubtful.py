"""Doubtful readings as plain values, for whoever shows or decides them."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from db.models import SubmittedReading
from db.queries.meters.submitted import PlaceRow
from lib import clock
from lib.domain import address as addresses
from lib.domain.meters import hints


@dataclass(frozen=True, slots=True)
class DoubtfulReading:
    """A reading that waits for staff.

    Attributes:
        account_id: whose it is.
        reading_id: its key within the account.
        number: the account's number.
        address: where the meter hangs.
        meter: the service and the meter's number.
        unit: of the dial.
        value: what was submitted.
        period: the month it is for.
        previous: what it was held against; None where there was nothing.
        used: what was used since.
        doubts: which checks asked about it.
        comment: what the resident added; empty where nothing.
        submitted_at: by the centre's clocks.
    """

    account_id: int
    reading_id: int
    number: str
    address: str
    meter: str
    unit: str
    value: Decimal
    period: dt.date
    previous: Decimal | None
    used: Decimal | None
    doubts: tuple[str, ...]
    comment: str
    submitted_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Queue:
    """The readings that wait: the oldest, and how many there are in all."""

    readings: tuple[DoubtfulReading, ...]
    count: int


def describe_reading(reading: SubmittedReading, place: PlaceRow) -> DoubtfulReading:
    """Make what staff see of a reading and of where its meter hangs."""
    zone = f", Т{reading.zone}" if place.zones > 1 else ""
    return DoubtfulReading(
        account_id=reading.account_id,
        reading_id=reading.id,
        number=place.number,
        address=addresses.format_address(
            city=place.city,
            street=place.street,
            house=place.house,
            building=place.building,
            premise=place.premise,
            kind=place.premise_kind,
        ),
        meter=f"{place.service} № {place.serial}{zone}",
        unit=hints.get_dial_unit(place.meter_kind, place.unit),
        value=reading.value,
        period=reading.period,
        previous=reading.previous,
        used=reading.used,
        doubts=tuple(reading.doubts),
        comment=reading.comment,
        submitted_at=clock.local(reading.submitted_at),
    )
