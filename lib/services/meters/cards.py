"""Meters, dials and readings as plain values, for whoever shows or judges them."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from lib.domain.meters.hints import Expected
from lib.domain.meters.history import MonthUse
from lib.domain.meters.readings import Known
from lib.domain.meters.windows import Verification


@dataclass(frozen=True, slots=True)
class PastReading:
    """A reading as the history tells it.

    Attributes:
        taken_on: the day it was read.
        period: the month it is for.
        value: the dial.
        used: since the reading before; None where that is not known or it does not count.
        source: who took it; ``portal`` is the resident, here.
        status: what became of it.
        reason: why staff returned it.
        submitted_id: of the portal's own; None of billing's.
        request_key: of the form that brought it.
    """

    taken_on: dt.date
    period: dt.date
    value: Decimal
    used: Decimal | None
    source: str
    status: str
    reason: str | None = None
    submitted_id: int | None = None
    request_key: str | None = None


@dataclass(frozen=True, slots=True)
class Dial:
    """One zone of a meter.

    Attributes:
        zone: from 1 on.
        known: what a new reading is held against.
        expected: what it is expected to be; None where too little is known.
        price: of a unit today; None where there is none for this zone.
        live: the resident's own reading of this month, which a new one corrects.
        returned: the latest one, where staff have returned it; what it was to correct is live.
        own: all that was submitted here, the latest first.
        history: every reading, the latest first.
        months: what was used in each month, oldest first.
    """

    zone: int
    known: Known
    expected: Expected | None
    price: Decimal | None
    live: PastReading | None
    returned: PastReading | None
    own: tuple[PastReading, ...]
    history: tuple[PastReading, ...]
    months: tuple[MonthUse, ...]


@dataclass(frozen=True, slots=True)
class MeterCard:
    """A meter as its holder sees it.

    Attributes:
        account_id: whose it is.
        organization_id: who takes its readings.
        meter_id: its key.
        service: what it counts for.
        resource: what it counts; None where billing has not told.
        unit: of the dial.
        service_unit: as the service is charged.
        serial: its number.
        place: where it hangs; None where nobody has told.
        decimals: places of the dial.
        verified_on: when it was verified.
        verification: until when that holds; None where nobody has told.
        period: the month a reading of today is for; None where none is taken.
        intake: when readings are taken, or why not.
        is_removed: it hangs there no more.
        dials: its zones.
    """

    account_id: int
    organization_id: int
    meter_id: int
    service: str
    resource: str | None
    unit: str
    service_unit: str
    serial: str
    place: str | None
    decimals: int
    verified_on: dt.date | None
    verification: Verification | None
    period: dt.date | None
    intake: str
    is_removed: bool
    dials: tuple[Dial, ...]


@dataclass(frozen=True, slots=True)
class AccountMeters:
    """An account and its meters, those that are read first."""

    account_id: int
    number: str
    organization: str
    address: str
    meters: tuple[MeterCard, ...]
