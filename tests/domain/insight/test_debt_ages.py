"""Ages of debts: each debt has one age, and the ages add up to the debt."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.insight.debt_ages import Ages, choose_bounds
from tests.kit.insight.debts import find_age

DAY = dt.date(2026, 9, 30)
BOUNDS = st.sets(st.integers(1, 395), min_size=1, max_size=6).map(lambda days: tuple(sorted(days)))
DEBTS = st.lists(
    st.tuples(
        st.dates(dt.date(2024, 1, 1), dt.date(2027, 1, 1)),
        st.integers(1, 10**7).map(lambda kopecks: Decimal(kopecks) / 100),
    )
)


@pytest.mark.parametrize(
    ("due_on", "age"),
    [
        (dt.date(2026, 10, 10), 0),
        (DAY, 0),  # it may still be paid on that day
        (dt.date(2026, 9, 29), 1),
        (dt.date(2026, 8, 31), 1),
        (dt.date(2026, 8, 30), 2),
        (dt.date(2026, 7, 2), 2),
        (dt.date(2026, 7, 1), 3),
        (dt.date(2025, 9, 30), 3),
        (dt.date(2025, 9, 29), 4),
    ],
)
def test_an_age_begins_the_day_after_the_one_before(due_on: dt.date, age: int) -> None:
    assert find_age(due_on, DAY, (30, 90, 365)) == age
    assert sum(due_on < cut for cut in Ages(DAY, (30, 90, 365)).cuts) == age


def test_ages_have_names() -> None:
    assert Ages(DAY, (30, 90, 365)).names == (
        "срок не наступил",
        "0–30 дней",
        "31–90 дней",
        "91–365 дней",
        "больше года",
    )
    assert Ages(DAY, (60,)).names[-1] == "больше 60 дней"


@given(BOUNDS, DEBTS)
def test_the_sum_of_the_ages_is_the_debt(
    bounds: tuple[int, ...], debts: list[tuple[dt.date, Decimal]]
) -> None:
    ages = Ages(DAY, bounds)
    sums = [Decimal(0)] * len(ages.names)
    for due_on, amount in debts:
        age = sum(due_on < cut for cut in ages.cuts)
        assert age == find_age(due_on, DAY, bounds)
        sums[age] += amount

    assert sum(sums) == sum(amount for _, amount in debts)


def test_the_bounds_are_those_that_began_last() -> None:
    bounds = {dt.date(2000, 1, 1): (30, 90), dt.date(2026, 1, 1): (60,)}

    assert choose_bounds(bounds, dt.date(2025, 12, 31)) == (30, 90)
    assert choose_bounds(bounds, dt.date(2026, 1, 1)) == (60,)
    assert choose_bounds(bounds, dt.date(1999, 1, 1)) == (30, 90)
