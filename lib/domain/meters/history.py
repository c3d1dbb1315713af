"""Readings of a dial over time: what was used in each month, this year beside the last."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from lib.domain import periods
from lib.domain.meters.checks import calculate_use

_YEAR = 12
_MICRO = Decimal("0.000001")
_MOST_MONTHS = 36  # a longer silence tells nothing of its months


@dataclass(frozen=True, slots=True)
class Mark:
    """A reading that counts; ``used`` is what billing counted, where it did."""

    period: dt.date
    taken_on: dt.date
    value: Decimal
    used: Decimal | None = None


@dataclass(frozen=True, slots=True)
class MonthUse:
    """What was used in a month, and the dial if it was read then."""

    period: dt.date
    used: Decimal
    value: Decimal | None


def list_uses(marks: Sequence[Mark], *, capacity: int) -> list[Decimal | None]:
    """Return what was used up to each of the marks since the one before, oldest first."""
    found: list[Decimal | None] = []
    before: Mark | None = None
    for mark in marks:
        found.append(mark.used if before is None else _used(before, mark, capacity))
        before = mark
    return found


def spread_by_month(marks: Sequence[Mark], used: Sequence[Decimal | None]) -> list[MonthUse]:
    """Spread what was used over the months it was used in, oldest first.

    Several readings of one month add up.

    Args:
        marks: oldest first.
        used: their ``differences``.
    """
    uses: dict[dt.date, Decimal] = {}
    dials: dict[dt.date, Decimal] = {}
    before: Mark | None = None
    for mark, since in zip(marks, used, strict=True):
        dials[mark.period] = mark.value
        if since is not None:
            for month, share in _spread(before, mark, since):
                uses[month] = uses.get(month, Decimal(0)) + share
        before = mark
    return [MonthUse(month, uses[month], dials.get(month)) for month in sorted(uses)]


def compare_with_last_year(
    months: Iterable[MonthUse],
) -> list[tuple[dt.date, MonthUse | None, MonthUse | None]]:
    """Return the last twelve months, each as (month, this year, a year before)."""
    by_month = {one.period: one for one in months}
    if not by_month:
        return []
    last = max(by_month)
    pairs = []
    for ago in range(_YEAR - 1, -1, -1):
        month = periods.add_months(last, -ago)
        pairs.append((month, by_month.get(month), by_month.get(periods.add_months(month, -_YEAR))))
    return pairs


def _used(before: Mark, mark: Mark, capacity: int) -> Decimal | None:
    """Return the difference; None where the dial was set back rather than went round."""
    used = calculate_use(before.value, mark.value, capacity=capacity)
    return used if used * 2 < 10**capacity else mark.used


def _spread(before: Mark | None, mark: Mark, used: Decimal) -> list[tuple[dt.date, Decimal]]:
    count = 1 if before is None else periods.count_months(before.period, mark.period)
    if count <= 1:
        return [(mark.period, used)]
    share = (used / count).quantize(_MICRO, ROUND_HALF_UP)
    shown = min(count, _MOST_MONTHS)
    return [(periods.add_months(mark.period, -ago), share) for ago in range(shown - 1, -1, -1)]
