"""Deadlines of appeals: the rules that set them and the working calendar that counts days."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from lib.domain.appeals.rules import OPEN, Status, Topic

_DAY = dt.timedelta(days=1)
_SATURDAY = 5
_AMBER_DAYS = 2
_CLOSES = dt.time(17)  # if the organisation has given no working hours
_HOURS = re.compile(r"[–—-]\s*(\d{1,2})[:.](\d{2})")  # «пн–пт 8:00–17:00»: the end of the range
EXTENSION = 5  # working days; only for personal data and with a reason


@dataclass(frozen=True, slots=True)
class Term:
    """The time for an answer, in working days after the day of registration, and its source."""

    working_days: int
    rule: str
    source: str


_GENERAL = Term(10, "ответ на обращение – 10 рабочих дней", "п. 36 ПП № 416")
TERMS: Mapping[Topic, Term] = {
    Topic.METER_CHECK: Term(10, "проверка счётчика – 10 рабочих дней", "п. 31 «е(2)» ПП № 354"),
    Topic.HOUSE_METER: Term(
        1, "показания общедомового счётчика – 1 рабочий день", "п. 31 ПП № 354"
    ),
    Topic.QUALITY: Term(
        3, "ответ на жалобу о качестве услуги – 3 рабочих дня", "п. 31 «к» ПП № 354"
    ),
    Topic.WORKS: Term(
        5, "сведения о перечне, объёмах и качестве работ – 5 рабочих дней", "п. 40 «а» ПП № 491"
    ),
    Topic.DISCLOSURE: Term(1, "раскрытие информации – следующий рабочий день", "п. 34 ПП № 416"),
    Topic.PERSONAL_DATA: Term(
        10, "ответ о персональных данных – 10 рабочих дней", "ст. 20 закона № 152-ФЗ"
    ),
}


@dataclass(frozen=True, slots=True)
class Calendar:
    """A working calendar: the days that differ from an ordinary week.

    Attributes:
        days: True for a working day, False for a day off; in a year without any days only
            weekends are days off.
    """

    days: Mapping[dt.date, bool]

    def is_working(self, day: dt.date) -> bool:
        """Tell whether a day is a working day."""
        return self.days.get(day, day.weekday() < _SATURDAY)

    def is_known(self, year: int) -> bool:
        """Tell whether the calendar of a year is known."""
        return any(day.year == year for day in self.days)

    def after(self, day: dt.date, count: int) -> dt.date:
        """Return the day that is ``count`` working days after ``day``."""
        while count:
            day += _DAY
            count -= self.is_working(day)
        return day


@dataclass(frozen=True, slots=True)
class Deadline:
    """The deadline of an answer and the rule that sets it, in Russian."""

    due_on: dt.date
    rule: str


class Badge(StrEnum):
    """The colour that shows how near a deadline is."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    NONE = "none"


def parse_closing_time(work_hours: str | None) -> dt.time:
    """Return the end of an organisation's working day, from its hours as billing wrote them."""
    ends = [
        dt.time(int(hour), int(minute))
        for hour, minute in _HOURS.findall(work_hours or "")
        if int(hour) < 24 and int(minute) < 60  # noqa: PLR2004 - hours and minutes
    ]
    # the latest one: an earlier one may be the start of a lunch break
    return max(ends, default=_CLOSES)


def get_registration_day(
    day: dt.date, time: dt.time, *, calendar: Calendar, work_hours: str | None
) -> dt.date:
    """Return the day when an appeal is registered; after working hours, the next working day."""
    if calendar.is_working(day) and time < parse_closing_time(work_hours):
        return day
    return calendar.after(day, 1)


def get_deadline(topic: Topic, registered_on: dt.date, *, calendar: Calendar) -> Deadline:
    """Return the deadline of an appeal that was registered on a day."""
    term = TERMS.get(topic, _GENERAL)
    due_on = calendar.after(registered_on, term.working_days)
    return Deadline(due_on, _rule(f"{term.rule}, {term.source}", registered_on, due_on, calendar))


def get_extended_deadline(due_on: dt.date, *, calendar: Calendar) -> Deadline:
    """Return the extended deadline of a request about personal data."""
    later = calendar.after(due_on, EXTENSION)
    words = f"срок продлён на {EXTENSION} рабочих дней, ст. 20 закона № 152-ФЗ"
    return Deadline(later, _rule(words, due_on, later, calendar))


def get_badge(due_on: dt.date | None, today: dt.date, status: Status) -> Badge:
    """Return the colour for the deadline of a thread; NONE if it has none or is closed."""
    if due_on is None or status not in OPEN:
        return Badge.NONE
    left = (due_on - today).days
    if left < 0:
        return Badge.RED
    return Badge.AMBER if left <= _AMBER_DAYS else Badge.GREEN


def _rule(words: str, since: dt.date, until: dt.date, calendar: Calendar) -> str:
    unknown = [year for year in range(since.year, until.year + 1) if not calendar.is_known(year)]
    if not unknown:
        return words
    years = " и ".join(map(str, unknown))
    return (
        f"{words}; примерно: производственного календаря на {years} год ещё нет, "
        "праздники не учтены"
    )
