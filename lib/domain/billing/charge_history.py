"""Charges by month: summed by group or service, limited to the latest months, compared by year."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from lib.domain import periods


@dataclass(frozen=True, slots=True)
class Point:
    """One amount of one series in one month."""

    period: dt.date
    series: str
    amount: Decimal


def sum_by_series(points: Iterable[Point]) -> tuple[Point, ...]:
    """Add up the points of one series and month; the order of first appearance is kept."""
    sums: dict[tuple[dt.date, str], Decimal] = {}
    for point in points:
        key = (point.period, point.series)
        sums[key] = sums.get(key, Decimal("0.00")) + point.amount
    return tuple(Point(period, series, amount) for (period, series), amount in sums.items())


def keep_latest(points: Sequence[Point], *, months: int | None) -> tuple[Point, ...]:
    """Keep the latest ``months`` calendar months; None keeps all."""
    if not points or months is None:
        return tuple(points)
    first = periods.add_months(max(point.period for point in points), 1 - months)
    return tuple(point for point in points if point.period >= first)


def compare_years(points: Sequence[Point]) -> tuple[Point, ...]:
    """Return the totals of the latest twelve months and of the same months a year before.

    The series are «this» and «last»; both use the months of this year, so that a chart shows
    them side by side. A month without a bill has no point.
    """
    totals = sum_by_series(Point(point.period, "", point.amount) for point in points)
    by_month = {point.period: point.amount for point in totals}
    if not by_month:
        return ()
    newest = max(by_month)
    span = [periods.add_months(newest, -back) for back in range(11, -1, -1)]
    return tuple(_pairs(span, by_month.get))


def _pairs(span: Iterable[dt.date], amount: Callable[[dt.date], Decimal | None]) -> Iterable[Point]:
    for month in span:
        before, now = amount(periods.add_months(month, -12)), amount(month)
        if before is not None:
            yield Point(month, "last", before)
        if now is not None:
            yield Point(month, "this", now)
