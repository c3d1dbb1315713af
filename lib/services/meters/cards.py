"""Meters, dials and readings as plain values."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from lib.domain.meters.hints import Expected
from lib.domain.meters.history import MonthUse
from lib.domain.meters.readings import Known
from lib.domain.meters.windows import Verification


@dataclass(frozen=True, slots=True)
class PastReading:
    """A reading in the history.

    Attributes:
        taken_on: the day it was read.
        period: the month it is for.
        value: the reading.
        used: the consumption since the reading before; None if not known or not counted.
        source: who took it; ``portal`` means the resident, in the portal.
        status: its status.
        reason: why staff returned it.
        submitted_id: its key if it was submitted in the portal; None if it came from billing.
        request_key: of the form that submitted it.
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
        zone: from 1.
        known: what a new reading is checked against.
        expected: the expected range; None if too little is known.
        price: of a unit today; None if this zone has no price.
        live: the resident's reading of this month that counts; a new reading corrects it.
        returned: the latest reading if staff returned it; the one that it corrected is ``live``.
        own: all readings submitted in the portal, the latest first.
        history: every reading, the latest first.
        months: the consumption of each month, oldest first.
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
        account_id: its account.
        organization_id: the organisation that accepts its readings.
        meter_id: its key.
        service: the name of the service.
        resource: what it counts; None if billing did not give it.
        unit: of the dial.
        service_unit: the unit in which the service is charged.
        serial: its number.
        place: where it is installed; None if it is not known.
        decimals: decimal places of the dial.
        verified_on: when it was verified.
        verification: until when it is verified; None if it is not known.
        period: the month that a reading of today is for; None if none is accepted.
        intake: when readings are accepted, or why not.
        is_removed: whether it was removed.
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
    """An account and its meters; removed meters come last."""

    account_id: int
    number: str
    organization: str
    address: str
    meters: tuple[MeterCard, ...]
