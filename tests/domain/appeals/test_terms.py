"""Deadlines of appeals: the rules, and working days compared with a list made by hand."""

import csv
import datetime as dt
from importlib.resources import files

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.appeals import rules, terms
from lib.domain.appeals.rules import EMERGENCY, Kind, Status, Topic
from lib.domain.appeals.terms import TERMS, Badge, Calendar

FIRST, LAST = 2012, 2027
YEAR = 2024
# every working day of 2024, copied by hand from the production calendar
WORKED = {
    1: "9-12 15-19 22-26 29-31",
    2: "1 2 5-9 12-16 19-22 26-29",
    3: "1 4-7 11-15 18-22 25-29",
    4: "1-5 8-12 15-19 22-27",
    5: "2 3 6-8 13-17 20-24 27-31",
    6: "3-7 10 11 13 14 17-21 24-28",
    7: "1-5 8-12 15-19 22-26 29-31",
    8: "1 2 5-9 12-16 19-23 26-30",
    9: "2-6 9-13 16-20 23-27 30",
    10: "1-4 7-11 14-18 21-25 28-31",
    11: "1 2 5-8 11-15 18-22 25-29",
    12: "2-6 9-13 16-20 23-28",
}
# the calendar of 2014 moves Saturday 8 March to Monday (part 2 of article 112 of the
# Labour Code); the package does not
BY_HAND = {dt.date(2014, 3, 10): False}


def days_of(month: int, words: str) -> list[dt.date]:
    found = []
    for span in words.split():
        first, _, last = span.partition("-")
        found += [dt.date(YEAR, month, day) for day in range(int(first), int(last or first) + 1)]
    return found


HAND_MADE = [day for month, words in WORKED.items() for day in days_of(month, words)]


def frozen() -> Calendar:
    with (files("db.migrations") / "calendar_days.csv").open(encoding="utf-8") as file:
        return Calendar(
            {
                dt.date.fromisoformat(row["day"]): row["is_working"] == "1"
                for row in csv.DictReader(file, delimiter=";")
            }
        )


CALENDAR = frozen()


class TestCalendar:
    def test_matches_the_package(self) -> None:
        known = holidays.country_holidays("RU", years=range(FIRST, LAST + 1), language="ru")
        moved = {day for day in known.weekend_workdays if FIRST <= day.year <= LAST}

        assert CALENDAR.days == (dict.fromkeys(known, False) | dict.fromkeys(moved, True) | BY_HAND)

    def test_has_as_many_working_days_as_the_year_had(self) -> None:
        begin, end = dt.date(YEAR, 1, 1), dt.date(YEAR, 12, 31)
        every = [begin + dt.timedelta(n) for n in range((end - begin).days + 1)]

        assert [day for day in every if CALENDAR.is_working(day)] == HAND_MADE
        assert len(HAND_MADE) == 248  # as the Ministry of Labour counts them

    @pytest.mark.parametrize(("year", "is_known"), [(2011, False), (2012, True), (2028, False)])
    def test_knows_which_years_it_covers(self, year: int, is_known: bool) -> None:
        assert CALENDAR.is_known(year) is is_known


class TestCounting:
    @given(
        start=st.dates(dt.date(YEAR, 1, 1), dt.date(YEAR, 11, 30)),
        count=st.integers(1, 15),
    )
    def test_equals_the_list_made_by_hand(self, start: dt.date, count: int) -> None:
        after = [day for day in HAND_MADE if day > start]

        assert CALENDAR.after(start, count) == after[count - 1]

    @given(
        day=st.dates(dt.date(YEAR, 1, 1), dt.date(YEAR, 12, 15)),
        time=st.times(),
    )
    def test_registers_within_hours_or_on_the_next_working_day(
        self, day: dt.date, time: dt.time
    ) -> None:
        found = terms.get_registration_day(
            day, time, calendar=CALENDAR, work_hours="пн–пт 8:00–17:00"
        )

        in_hours = day in HAND_MADE and time < dt.time(17)
        assert found == (
            day if in_hours else min(working_day for working_day in HAND_MADE if working_day > day)
        )

    @given(day=st.dates(dt.date(2028, 1, 1), dt.date(2090, 1, 1)), topic=st.sampled_from(Topic))
    def test_an_unknown_year_is_counted_by_weekends_and_says_so(
        self, day: dt.date, topic: Topic
    ) -> None:
        found = terms.get_deadline(topic, day, calendar=CALENDAR)

        weeks = [
            weekday_
            for n in range(1, (found.due_on - day).days + 1)
            if (weekday_ := day + dt.timedelta(n)).weekday() < 5
        ]
        assert len(weeks) == (TERMS[topic].working_days if topic in TERMS else 10)
        assert "примерно" in found.rule
        assert str(day.year) in found.rule

    def test_a_term_that_runs_into_an_unknown_year_says_so(self) -> None:
        found = terms.get_deadline(Topic.CHARGES, dt.date(2027, 12, 30), calendar=CALENDAR)

        assert "на 2028 год" in found.rule


@pytest.mark.parametrize(
    ("topic", "day", "due", "source"),
    [
        (Topic.CHARGES, "2024-04-25", "2024-05-15", "п. 36 ПП № 416"),
        (Topic.METERS, "2024-06-03", "2024-06-18", "п. 36 ПП № 416"),
        (Topic.METER_CHECK, "2024-06-03", "2024-06-18", "п. 31 «е(2)» ПП № 354"),
        (Topic.QUALITY, "2024-04-26", "2024-05-03", "п. 31 «к» ПП № 354"),
        (Topic.WORKS, "2024-06-10", "2024-06-18", "п. 40 «а» ПП № 491"),
        (Topic.HOUSE_METER, "2024-12-28", "2025-01-09", "п. 31 ПП № 354"),
        (Topic.DISCLOSURE, "2024-02-22", "2024-02-26", "п. 34 ПП № 416"),
        (Topic.PERSONAL_DATA, "2014-10-24", "2014-11-11", "№ 152-ФЗ"),
        (Topic.MAINTENANCE, "2014-03-06", "2014-03-21", "п. 36 ПП № 416"),
    ],
)
def test_each_topic_has_its_rule(topic: Topic, day: str, due: str, source: str) -> None:
    found = terms.get_deadline(topic, dt.date.fromisoformat(day), calendar=CALENDAR)

    assert found.due_on == dt.date.fromisoformat(due)
    assert source in found.rule
    assert "примерно" not in found.rule


def test_personal_data_may_take_five_days_more() -> None:
    later = terms.get_extended_deadline(dt.date(2014, 11, 10), calendar=CALENDAR)

    assert later.due_on == dt.date(2014, 11, 17)
    assert "продлён на 5 рабочих дней" in later.rule


@pytest.mark.parametrize(
    ("hours", "closes"),
    [
        ("пн–пт 8:00–17:00", dt.time(17)),
        ("пн-чт 8.30-17.30, пт 8.30-16.15", dt.time(17, 30)),
        ("пн–пт 8:00–12:00, 13:00–17:15", dt.time(17, 15)),
        ("круглосуточно", dt.time(17)),
        ("с 9 до 99:99", dt.time(17)),
        ("8:00–24:00", dt.time(17)),
        (None, dt.time(17)),
    ],
)
def test_the_end_of_the_working_day_is_read_from_billings_text(
    hours: str | None, closes: dt.time
) -> None:
    assert terms.parse_closing_time(hours) == closes


@pytest.mark.parametrize(
    ("left", "status", "badge"),
    [
        (3, Status.NEW, Badge.GREEN),
        (2, Status.IN_PROGRESS, Badge.AMBER),
        (0, Status.DEFERRED, Badge.AMBER),
        (-1, Status.NEW, Badge.RED),
        (-1, Status.COMPLETED, Badge.NONE),
        (-1, Status.DECLINED, Badge.NONE),
    ],
)
def test_a_badge_tells_how_near_the_deadline_is(left: int, status: Status, badge: Badge) -> None:
    today = dt.date(2024, 5, 13)

    assert terms.get_badge(today + dt.timedelta(left), today, status) is badge
    assert terms.get_badge(None, today, status) is Badge.NONE


# the table of transitions, one by one
ARROWS = {
    ("new", "in_progress"), ("new", "deferred"), ("new", "declined"),
    ("in_progress", "deferred"), ("in_progress", "completed"), ("in_progress", "new"),
    ("in_progress", "declined"), ("completed", "new"), ("completed", "closed"),
    ("deferred", "new"), ("deferred", "declined"),
}  # fmt: skip


class TestTransitions:
    @pytest.mark.parametrize("now", Status)
    @pytest.mark.parametrize("to", Status)
    def test_are_those_of_the_table(self, now: Status, to: Status) -> None:
        assert rules.can_move(Kind.APPEAL, now, to) == ((now, to) in ARROWS)

    def test_paid_requests_are_agreed_first(self) -> None:
        assert rules.can_move(Kind.PAID_SERVICE, Status.NEW, Status.AGREED)
        assert not rules.can_move(Kind.PAID_SERVICE, Status.NEW, Status.COMPLETED)

    def test_every_topic_and_status_has_a_name(self) -> None:
        assert set(rules.TOPICS) == set(Topic)
        assert set(rules.STATUSES) == set(Status)
        assert set(Topic) > EMERGENCY
        assert rules.format_topic("Замена смесителя") == "Замена смесителя"
        assert rules.format_status(Kind.PAID_SERVICE, Status.IN_PROGRESS) == "В работе"
