import datetime as dt

import pytest

from lib.domain import periods


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, (2014, 10)),
        (2, (2014, 12)),
        (3, (2015, 1)),
        (15, (2016, 1)),
        (-9, (2014, 1)),
        (-10, (2013, 12)),
        (-24, (2012, 10)),
    ],
)
def test_adds_months_over_new_year(count: int, expected: tuple[int, int]) -> None:
    assert periods.add_months(dt.date(2014, 10, 31), count) == dt.date(*expected, 1)


def test_counts_months_over_new_year() -> None:
    assert periods.count_months(dt.date(2025, 11, 30), dt.date(2026, 2, 1)) == 3
    assert periods.count_months(dt.date(2026, 2, 1), dt.date(2025, 11, 30)) == -3
