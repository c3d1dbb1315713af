"""Readings of meters: parse the typed text and apply every check.

A resident's reading is refused or has to be confirmed. For readings from billing the same checks
give warnings.
"""

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal

from lib.domain import periods
from lib.domain.meters import checks
from lib.domain.meters.checks import Finding
from lib.errors import PortalError

_SPACES = re.compile(r"\s+")
_DIAL = re.compile(r"0*([0-9]{1,9})(?:[.,]([0-9]{1,12}))?")


class DialRefused(PortalError):
    """The typed text is not a reading."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The plausible consumption of a resource, in its unit; None means no limit.

    Attributes:
        per_day: a higher consumption per day is refused.
        soft: a higher consumption per month has to be confirmed.
        hard: a higher consumption per month is refused.
        decimals: places after the point.
    """

    per_day: Decimal | None = None
    soft: Decimal | None = None
    hard: Decimal | None = None
    decimals: int = 3


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a dial before the reading.

    Attributes:
        capacity: digits before the point.
        unit: of the dial.
        limits: of the resource.
        previous: the last reading; None if there is none.
        previous_on: its date.
        previous_period: its month.
        uses: the consumption of each earlier month, the latest first.
    """

    capacity: int
    unit: str = ""
    limits: Limits = Limits()
    previous: Decimal | None = None
    previous_on: dt.date | None = None
    previous_period: dt.date | None = None
    uses: tuple[Decimal, ...] = ()

    def months_to(self, period: dt.date) -> int:
        """Return how many months a reading of ``period`` covers, at least one."""
        return (
            1
            if self.previous_period is None
            else max(1, periods.count_months(self.previous_period, period))
        )


@dataclass(frozen=True, slots=True)
class Verdict:
    """The consumption since the last reading, None if there is none, and the findings."""

    used: Decimal | None
    findings: tuple[Finding, ...] = ()


def parse_dial(text: str, *, decimals: int) -> Decimal | None:
    """Parse the digits of a dial, with comma or point; None if nothing was typed.

    Raises:
        DialRefused: the text is not a number, is negative, or has too many decimal places.
    """
    plain = _SPACES.sub("", text)
    if not plain:
        return None
    if plain[0] in "-−–":
        raise DialRefused("Показание не бывает отрицательным: введите цифры со счётчика.")
    match = _DIAL.fullmatch(plain)
    if match is None:
        raise DialRefused("Введите цифры со счётчика, например 123,456.")
    places = (match[2] or "").rstrip("0")
    if len(places) > decimals:
        raise DialRefused(f"После запятой — не больше {decimals} знаков.")
    return Decimal(f"{match[1]}.{places or 0}")


def check_reading(
    value: Decimal,
    known: Known,
    *,
    taken_on: dt.date,
    period: dt.date,
    today: dt.date,
    latest: dt.date,
) -> Verdict:
    """Apply every check to a reading.

    Args:
        value: the reading.
        known: what is known of the dial.
        taken_on: the day it was read.
        period: the month it is for.
        today: the business date.
        latest: the last month for which readings are accepted.
    """
    first = _found(
        checks.check_digits(value, known.capacity),
        checks.check_date(taken_on, today),
        checks.check_period(period, latest),
        checks.check_order(taken_on, known.previous_on),
    )
    if first or known.previous is None:
        return Verdict(None, first)
    months = known.months_to(period)
    limits = known.limits
    decrease = checks.check_decrease(
        value, known.previous, known.capacity, most=_times(limits.soft, months)
    )
    if decrease and decrease.is_refusal:
        return Verdict(None, (decrease,))
    used = checks.calculate_use(known.previous, value, capacity=known.capacity)
    monthly = used / months
    days = (taken_on - known.previous_on).days if known.previous_on else 0
    unit = known.unit
    refused = _found(
        checks.check_daily_use(used, days, limits.per_day, unit),
        checks.check_hard_limit(monthly, limits.hard, unit),
    )
    asked = _found(
        decrease,
        checks.check_soft_limit(monthly, limits.soft, unit),
        checks.check_zero_use(used, known.uses),
        checks.check_usual_use(monthly, known.uses, unit),
    )
    return Verdict(used, refused or asked)


def _times(limit: Decimal | None, months: int) -> Decimal | None:
    return None if limit is None else limit * months


def _found(*findings: Finding | None) -> tuple[Finding, ...]:
    return tuple(finding for finding in findings if finding)
