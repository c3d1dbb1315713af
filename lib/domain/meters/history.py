"""Readings of a dial over time: consumption by month, this year compared with the last."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from lib.domain import periods
from lib.domain.meters.checks import calculate_use

_YEAR = 12
_MICRO = Decimal("0.000001")
_MOST_MONTHS = 36  # of a longer gap without readings only the last months are shown


@dataclass(frozen=True, slots=True)
class Mark:
    """A reading that counts; ``used`` is the consumption that billing counted, if known."""

    period: dt.date
    taken_on: dt.date
    value: Decimal
    used: Decimal | None = None


@dataclass(frozen=True, slots=True)
class MonthUse:
    """The consumption of a month, and the reading if there is one for it."""

    period: dt.date
    used: Decimal
    value: Decimal | None


def list_uses(marks: Sequence[Mark], *, capacity: int) -> list[Decimal | None]:
    """Return the consumption between each mark and the mark before, oldest first."""
    found: list[Decimal | None] = []
    before: Mark | None = None
    for mark in marks:
        found.append(mark.used if before is None else _used(before, mark, capacity))
        before = mark
    return found


def spread_by_month(marks: Sequence[Mark], used: Sequence[Decimal | None]) -> list[MonthUse]:
    """Spread the consumption over the months in which it occurred, oldest first.

    Several readings of one month add up.

    Args:
        marks: oldest first.
        used: the result of ``list_uses`` for them.
    """
    uses: dict[dt.date, Decimal] = {}
    dials: dict[dt.date, Decimal] = {}
    before: Mark | None = None
    for mark, consumption in zip(marks, used, strict=True):
        dials[mark.period] = mark.value
        if consumption is not None:
            for month, share in _spread(before, mark, consumption):
                uses[month] = uses.get(month, Decimal(0)) + share
        before = mark
    return [MonthUse(month, uses[month], dials.get(month)) for month in sorted(uses)]


def compare_with_last_year(
    months: Iterable[MonthUse],
) -> list[tuple[dt.date, MonthUse | None, MonthUse | None]]:
    """Return the last twelve months, each as (month, its use, its use a year before)."""
    by_month = {month_use.period: month_use for month_use in months}
    if not by_month:
        return []
    last = max(by_month)
    pairs = []
    for ago in range(_YEAR - 1, -1, -1):
        month = periods.add_months(last, -ago)
        pairs.append((month, by_month.get(month), by_month.get(periods.add_months(month, -_YEAR))))
    return pairs


def _used(before: Mark, mark: Mark, capacity: int) -> Decimal | None:
    """Return the difference, or billing's figure if the dial was set back."""
    used = calculate_use(before.value, mark.value, capacity=capacity)
    return used if used * 2 < 10**capacity else mark.used


def _spread(before: Mark | None, mark: Mark, used: Decimal) -> list[tuple[dt.date, Decimal]]:
    count = 1 if before is None else periods.count_months(before.period, mark.period)
    if count <= 1:
        return [(mark.period, used)]
    share = (used / count).quantize(_MICRO, ROUND_HALF_UP)
    month_count = min(count, _MOST_MONTHS)
    return [
        (periods.add_months(mark.period, -ago), share) for ago in range(month_count - 1, -1, -1)
    ]
