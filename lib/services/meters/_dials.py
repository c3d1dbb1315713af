"""Dials of meters: readings from billing and from the portal joined in one history."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from db.queries.meters.meters import MeterRow
from db.queries.meters.readings import ReadingRow
from lib.domain.meters import hints, history
from lib.domain.meters.history import Mark, MonthUse
from lib.domain.meters.readings import Known, Limits
from lib.services.meters.cards import Dial, PastReading

COUNTED_STATUSES = ("accepted", "doubtful")
_USES = 6
_NO_LIMITS = Limits()


def make_dial(
    row: MeterRow,
    zone: int,
    readings: Sequence[ReadingRow],
    month: dt.date,
) -> Dial:
    """Make a dial from a meter's row and its readings, oldest first.

    Args:
        row: the meter with its rules and prices.
        zone: from 1.
        readings: the readings of the dial, from billing and the portal.
        month: the month that a new reading is for.
    """
    submitted = [reading for reading in readings if reading.submitted_id is not None]
    of_month = [reading for reading in submitted if reading.period == month]
    live = next(
        (reading for reading in reversed(of_month) if reading.status in COUNTED_STATUSES), None
    )
    returned = of_month[-1] if of_month and of_month[-1].status == "returned" else None
    counted = _list_counted(readings) if submitted else readings
    marks, used = _uses(counted, row.capacity)
    months = earlier = history.spread_by_month(marks, used)
    before = [reading for reading in counted if not _is_corrected(reading, live)]
    if len(before) != len(counted):
        earlier = history.spread_by_month(*_uses(before, row.capacity))
    known = _known(row, before[-1] if before else None, earlier)
    shown = _list_shown(readings) if submitted else readings
    used_by_row = dict(zip(map(id, counted), used, strict=True))
    return Dial(
        zone=zone,
        known=known,
        expected=hints.estimate_reading(
            known, months=known.months_to(month), decimals=row.decimals
        ),
        price=_price(row, zone),
        live=_make_past(live, None) if live else None,
        returned=_make_past(returned, None) if returned else None,
        own=tuple(_make_past(reading, None) for reading in reversed(submitted)),
        history=tuple(
            _make_past(reading, used_by_row.get(id(reading))) for reading in reversed(shown)
        ),
        months=tuple(months),
    )


def _list_counted(readings: Sequence[ReadingRow]) -> list[ReadingRow]:
    """Return the readings that count: a reading from billing replaces the portal's.

    A reading from billing that was taken earlier in the month does not replace the portal's.
    """
    billed = [reading for reading in readings if reading.submitted_id is None]
    return [
        reading
        for reading in readings
        if reading.submitted_id is None
        or (
            reading.status in COUNTED_STATUSES
            and not any(_replaces(other, reading) for other in billed)
        )
    ]


def _replaces(billed: ReadingRow, submitted: ReadingRow) -> bool:
    return bool(
        billed.period == submitted.period
        and (billed.value == submitted.value or billed.taken_on >= submitted.taken_on)
    )


def _is_corrected(reading: ReadingRow, live: ReadingRow | None) -> bool:
    """Tell whether a new reading replaces this one: the live one, or billing's copy of it."""
    if live is None:
        return False
    return reading is live or (reading.period, reading.value) == (live.period, live.value)


def _price(row: MeterRow, zone: int) -> Decimal | None:
    """Return the price of a zone; a price without a zone is for meters with one zone only."""
    prices = dict(zip(row.price_zones or (), row.prices or (), strict=True))
    return prices.get(zone, prices.get(None) if row.zones == 1 else None)


def _known(row: MeterRow, last: ReadingRow | None, months: Sequence[MonthUse]) -> Known:
    return Known(
        capacity=row.capacity,
        unit=hints.get_dial_unit(row.meter_kind, row.unit),
        limits=Limits(row.per_day, row.soft, row.hard, row.places) if row.places else _NO_LIMITS,
        previous=last.value if last else None,
        previous_on=last.taken_on if last else None,
        previous_period=last.period if last else None,
        uses=tuple(use.used for use in reversed(months[-_USES:])),
    )


def _uses(counted: Sequence[ReadingRow], capacity: int) -> tuple[list[Mark], list[Decimal | None]]:
    """Return the readings as marks, and the consumption up to each mark."""
    marks = [
        Mark(reading.period, reading.taken_on, reading.value, reading.consumption)
        for reading in counted
    ]
    return marks, history.list_uses(marks, capacity=capacity)


def _list_shown(readings: Sequence[ReadingRow]) -> list[ReadingRow]:
    """Return the readings for the history, without the portal's copies of billing's readings."""
    billed = {
        (reading.period, reading.value) for reading in readings if reading.submitted_id is None
    }
    return [
        reading
        for reading in readings
        if reading.submitted_id is None
        or reading.status not in COUNTED_STATUSES
        or (reading.period, reading.value) not in billed
    ]


def _make_past(row: ReadingRow, used: Decimal | None) -> PastReading:
    return PastReading(
        taken_on=row.taken_on,
        period=row.period,
        value=row.value,
        used=used,
        source=row.source,
        status=row.status,
        reason=row.reason,
        submitted_id=row.submitted_id,
        request_key=row.request_key,
    )
