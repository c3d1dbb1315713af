"""Months as numbers: twelve a year, so that a window is plain arithmetic."""

import calendar
import datetime as dt


def number(day: dt.date) -> int:
    """Return the number of the month that ``day`` is in."""
    return day.year * 12 + day.month - 1


def get_day(month: int, of_month: int = 1) -> dt.date:
    """Return a day of a month, the first one by default."""
    return dt.date(month // 12, month % 12 + 1, of_month)


def count_days(month: int) -> int:
    """Return how many days the month has."""
    return calendar.monthrange(month // 12, month % 12 + 1)[1]


def format_label(month: int) -> str:
    """Write the month as the format does: 2014-10."""
    return f"{get_day(month):%Y-%m}"
