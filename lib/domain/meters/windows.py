"""Days on which readings are accepted, the month they are for, and the verification of meters."""

import calendar
import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from lib.domain import formats, periods

WARNED = (7, 30, 60)  # days ahead
_YEAR_END = 12


class Outside(StrEnum):
    """What happens to a reading outside the window."""

    REFUSE = "refuse"
    NEXT_PERIOD = "next_period"


@dataclass(frozen=True, slots=True)
class Window:
    """The days of a month on which readings are accepted; in a shorter month they end earlier.

    Attributes:
        first_day: the first day.
        last_day: the last day.
        outside: what happens to a reading on another day.
        accepts_expired: whether a meter with an expired verification may be read.
    """

    first_day: int = 1
    last_day: int = 31
    outside: Outside = Outside.REFUSE
    accepts_expired: bool = True

    def opens(self, month: dt.date) -> dt.date:
        """Return the first day in a month."""
        return month.replace(day=min(self.first_day, _length(month)))

    def closes(self, month: dt.date) -> dt.date:
        """Return the last day in a month."""
        return month.replace(day=min(self.last_day, _length(month)))

    def period(self, today: dt.date, *, closed: Collection[dt.date] = ()) -> dt.date | None:
        """Return the month that a reading of today is for; None if it is not accepted.

        Args:
            today: the business date.
            closed: months that billing has closed; they accept no readings.
        """
        month = today.replace(day=1)
        is_over = today > self.closes(month) or month in closed
        if not is_over and today >= self.opens(month):
            return month
        if self.outside is Outside.REFUSE:
            return None
        coming = periods.add_months(month, 1) if is_over else month
        return None if coming in closed else coming

    def next_opening(self, today: dt.date, *, closed: Collection[dt.date] = ()) -> dt.date:
        """Return the day from which readings are accepted again."""
        month = today.replace(day=1)
        while month in closed or today > self.opens(month):
            month = periods.add_months(month, 1)
        return self.opens(month)

    def words(self, today: dt.date, *, closed: Collection[dt.date] = ()) -> str:
        """Return a Russian sentence: when readings are accepted, and what happens to today's."""
        month, period = today.replace(day=1), self.period(today, closed=closed)
        if period is None:
            again = formats.format_date(self.next_opening(today, closed=closed))
            why = "месяц уже закрыт" if month in closed else f"приём {self.days()}"
            return f"Сейчас показания не принимаются: {why}. Передайте их с {again}."
        if month not in closed and self.opens(month) <= today <= self.closes(month):
            until = formats.format_date(self.closes(month))
            return (
                f"Показания за {formats.format_month(period)} принимаются по {until} включительно."
            )
        return (
            f"Приём {self.days()}: сегодняшние показания войдут в {formats.format_month(period)}."
        )

    def days(self) -> str:
        """Return the days in Russian: «с 15-го по 25-е число»."""
        return f"с {self.first_day}-го по {self.last_day}-е число"


_LONGEST_MONTH = 31


def _length(month: dt.date) -> int:
    return calendar.monthrange(month.year, month.month)[1]


@dataclass(frozen=True, slots=True)
class Verification:
    """The last day of a verification, and the days left; negative if it has expired."""

    until: dt.date
    days: int

    @property
    def is_over(self) -> bool:
        """Tell whether it has expired; on its last day it is still valid."""
        return self.days < 0

    @property
    def stage(self) -> int | None:
        """Return which of 7, 30 and 60 days is the first not exceeded; None with more days left."""
        return next((days for days in WARNED if self.days <= days), None)

    def words(self) -> str:
        """Return the Russian text after «Поверка» that says what to do; empty with time enough."""
        if self.is_over:
            day = formats.format_date(self.until)
            return f"истекла {day}: плату считают по среднему, затем по нормативу"
        if self.stage is None:
            return ""
        left = (
            "сегодня последний день"
            if self.days == 0
            else f"осталось {formats.format_count(self.days, 'день', 'дня', 'дней')}"
        )
        hurry = "срочно закажите поверку" if self.stage == WARNED[0] else "закажите поверку"
        return f"до {formats.format_date(self.until)}: {left}, {hurry}"


def find_verification(until: dt.date | None, today: dt.date) -> Verification | None:
    """Return the verification of a meter; None if its last day is not known."""
    return None if until is None else Verification(until, (until - today).days)
