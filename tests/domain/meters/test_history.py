"""Readings over time: the use in each month."""

import datetime as dt
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from lib.domain.meters.history import (
    Mark,
    MonthUse,
    compare_with_last_year,
    list_uses,
    spread_by_month,
)

D = Decimal


def mark(year: int, month: int, value: str, used: str | None = None) -> Mark:
    return Mark(
        dt.date(year, month, 1), dt.date(year, month, 24), D(value), D(used) if used else None
    )


def months_of(marks: list[Mark]) -> list[MonthUse]:
    return spread_by_month(marks, list_uses(marks, capacity=5))


def test_use_is_the_difference_of_readings() -> None:
    marks = [mark(2026, 9, "10", "2"), mark(2026, 10, "13"), mark(2026, 11, "17.5")]

    assert list_uses(marks, capacity=5) == [D(2), D(3), D("4.5")]


def test_use_is_counted_over_a_rollover() -> None:
    marks = [mark(2026, 10, "99999"), mark(2026, 11, "2")]

    assert list_uses(marks, capacity=5) == [None, D(3)]


def test_after_a_reset_only_billings_use_counts() -> None:
    marks = [mark(2026, 9, "500"), mark(2026, 10, "2"), mark(2026, 11, "1", "1")]

    assert list_uses(marks, capacity=5) == [None, None, D(1)]


def test_months_without_readings_share_the_use() -> None:
    months = months_of([mark(2026, 8, "10"), mark(2026, 11, "19")])

    assert [(month.period.month, month.used, month.value) for month in months] == [
        (9, D(3), None),
        (10, D(3), None),
        (11, D(3), D(19)),
    ]


def test_two_readings_of_a_month_add_up() -> None:
    marks = [mark(2026, 10, "10"), mark(2026, 11, "11"), mark(2026, 11, "14")]

    (november,) = months_of(marks)

    assert (november.used, november.value) == (D(4), D(14))


def test_twelve_months_are_compared_with_the_twelve_before() -> None:
    year = [mark(2026, month, f"{10 + month}") for month in range(1, 12)]
    marks = [mark(2025, 11, "10", "1"), *year]

    pairs = compare_with_last_year(months_of(marks))

    assert len(pairs) == 12
    month, now, before = pairs[-1]
    assert month == dt.date(2026, 11, 1)
    assert now is not None
    assert before is not None
    assert (now.used, before.used) == (D(1), D(1))
    assert compare_with_last_year([]) == []


@given(st.lists(st.integers(min_value=0, max_value=900), min_size=2, max_size=40))
def test_no_use_is_lost_in_spreading(uses: list[int]) -> None:
    dial, marks = 0, []
    for at, use in enumerate(uses):
        dial += use
        marks.append(mark(2020 + at // 12, at % 12 + 1, str(dial)))

    assert sum(month.used for month in months_of(marks)) == sum(uses[1:])
