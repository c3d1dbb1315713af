"""Doubtful readings as plain values, for the staff who decide on them."""

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
        account_id: its account.
        reading_id: its key within the account.
        number: the account's number.
        address: where the meter is installed.
        meter: the service and the meter's number.
        unit: of the dial.
        value: what was submitted.
        period: the month it is for.
        previous: the reading before it; None if there is none.
        used: the consumption since then.
        doubts: the checks that asked about it.
        comment: the resident's comment; may be empty.
        submitted_at: in the centre's time zone.
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
    """Describe a reading for staff, with the place of its meter."""
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
