"""Arithmetic of billing periods; a period is the first day of its month."""

import datetime as dt

_MONTHS_A_YEAR = 12


def add_months(period: dt.date, count: int) -> dt.date:
    """Return the first day of the month ``count`` months after the month of ``period``.

    A negative count goes back.
    """
    number = period.year * _MONTHS_A_YEAR + period.month - 1 + count
    return dt.date(number // _MONTHS_A_YEAR, number % _MONTHS_A_YEAR + 1, 1)


def count_months(earlier: dt.date, later: dt.date) -> int:
    """Return how many months there are from the month of one day to that of another."""
    return (later.year - earlier.year) * _MONTHS_A_YEAR + later.month - earlier.month
