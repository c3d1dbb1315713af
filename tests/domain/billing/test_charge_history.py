"""Charges over the months, calculated by hand."""

import datetime as dt
from decimal import Decimal

from lib.domain.billing.charge_history import (
    Point,
    compare_years,
    keep_latest,
    sum_by_series,
)


def month(year: int, number: int) -> dt.date:
    return dt.date(year, number, 1)


def point(year: int, number: int, amount: str, series: str = "Вода") -> Point:
    return Point(month(year, number), series, Decimal(amount))


def test_one_series_and_month_is_one_sum() -> None:
    folded = sum_by_series(
        [point(2014, 9, "1.10"), point(2014, 9, "2.20"), point(2014, 9, "5", "Тепло")]
    )

    assert folded == (point(2014, 9, "3.30"), point(2014, 9, "5.00", "Тепло"))


def test_a_span_counts_calendar_months_and_not_points() -> None:
    points = [point(2013, 10, "1"), point(2013, 11, "2"), point(2014, 10, "3")]

    assert keep_latest(points, months=12) == tuple(points[1:])
    assert keep_latest(points, months=None) == tuple(points)
    assert keep_latest([], months=12) == ()


def test_a_year_is_compared_with_the_previous_one_by_month() -> None:
    compared = compare_years([point(2013, 10, "10"), point(2014, 10, "12"), point(2014, 9, "7")])

    assert compared == (
        point(2014, 9, "7.00", "this"),
        point(2014, 10, "10.00", "last"),
        point(2014, 10, "12.00", "this"),
    )
    assert compare_years([]) == ()
