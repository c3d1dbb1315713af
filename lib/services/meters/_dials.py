"""Dials made of readings: billing's and the portal's own become one history."""

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
    taken: Sequence[ReadingRow],
    month: dt.date,
) -> Dial:
    """Make a dial of a meter's row and of its readings, oldest first.

    Args:
        row: the meter with its rules and prices.
        zone: from 1 on.
        taken: the dial's readings, of whoever took them.
        month: the month that a new reading is for.
    """
    submitted = [one for one in taken if one.submitted_id is not None]
    own = [one for one in submitted if one.period == month]
    live = next((one for one in reversed(own) if one.status in COUNTED_STATUSES), None)
    returned = own[-1] if own and own[-1].status == "returned" else None
    counted = _counted(taken) if submitted else taken
    marks, used = _uses(counted, row.capacity)
    months = earlier = history.spread_by_month(marks, used)
    before = [one for one in counted if not _is_corrected(one, live)]
    if len(before) != len(counted):
        earlier = history.spread_by_month(*_uses(before, row.capacity))
    known = _known(row, before[-1] if before else None, earlier)
    told = _told(taken) if submitted else taken
    used_by_row = dict(zip(map(id, counted), used, strict=True))
    return Dial(
        zone=zone,
        known=known,
        expected=hints.estimate_reading(
            known, months=known.months_to(month), decimals=row.decimals
        ),
        price=_price(row, zone),
        live=_past(live, None) if live else None,
        returned=_past(returned, None) if returned else None,
        own=tuple(_past(one, None) for one in reversed(submitted)),
        history=tuple(_past(one, used_by_row.get(id(one))) for one in reversed(told)),
        months=tuple(months),
    )


def _counted(taken: Sequence[ReadingRow]) -> list[ReadingRow]:
    """Return the readings that count: what billing has brought back goes before the portal's.

    A reading that somebody took earlier in the month leaves the portal's later one standing.
    """
    billed = [one for one in taken if one.submitted_id is None]
    return [
        one
        for one in taken
        if one.submitted_id is None
        or (
            one.status in COUNTED_STATUSES and not any(_goes_before(other, one) for other in billed)
        )
    ]


def _goes_before(billed: ReadingRow, ours: ReadingRow) -> bool:
    return bool(
        billed.period == ours.period
        and (billed.value == ours.value or billed.taken_on >= ours.taken_on)
    )


def _is_corrected(one: ReadingRow, live: ReadingRow | None) -> bool:
    """Tell whether a new reading takes this one's place: ours, or what billing made of ours."""
    if live is None:
        return False
    return one is live or (one.period, one.value) == (live.period, live.value)


def _price(row: MeterRow, zone: int) -> Decimal | None:
    """A price without a zone says nothing of the zones of a meter that has several."""
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
    """Return the readings as marks, and what was used up to each."""
    marks = [Mark(one.period, one.taken_on, one.value, one.consumption) for one in counted]
    return marks, history.list_uses(marks, capacity=capacity)


def _told(taken: Sequence[ReadingRow]) -> list[ReadingRow]:
    """Return what the history tells: ours is left out where billing has brought it back."""
    billed = {(one.period, one.value) for one in taken if one.submitted_id is None}
    return [
        one
        for one in taken
        if one.submitted_id is None
        or one.status not in COUNTED_STATUSES
        or (one.period, one.value) not in billed
    ]


def _past(row: ReadingRow, used: Decimal | None) -> PastReading:
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
