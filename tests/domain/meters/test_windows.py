"""When readings are taken, and when a verification runs out."""

import datetime as dt

import pytest

from lib.domain.meters.windows import Outside, Window, find_verification

OCTOBER, NOVEMBER, DECEMBER = (dt.date(2026, month, 1) for month in (10, 11, 12))
STRICT, LENIENT = Window(15, 25), Window(15, 25, Outside.NEXT_PERIOD)


def of_november(day: int) -> dt.date:
    return dt.date(2026, 11, day)


def test_without_a_rule_every_day_is_taken() -> None:
    window = Window()

    assert [window.period(of_november(day)) for day in (1, 15, 30)] == [NOVEMBER] * 3
    assert window.words(of_november(3)) == (
        "Показания за ноябрь 2026 принимаются по 30.11.2026 включительно."
    )


@pytest.mark.parametrize(
    ("day", "strict", "lenient"),
    [
        (14, None, NOVEMBER),
        (15, NOVEMBER, NOVEMBER),
        (25, NOVEMBER, NOVEMBER),
        (26, None, DECEMBER),
    ],
)
def test_the_days_decide(day: int, strict: dt.date | None, lenient: dt.date) -> None:
    assert STRICT.period(of_november(day)) == strict
    assert LENIENT.period(of_november(day)) == lenient


def test_a_closed_month_takes_no_more_readings() -> None:
    closed = {NOVEMBER}

    assert STRICT.period(of_november(20), closed=closed) is None
    assert LENIENT.period(of_november(20), closed=closed) == DECEMBER
    assert LENIENT.period(of_november(10), closed=closed) == DECEMBER
    assert LENIENT.period(of_november(20), closed={NOVEMBER, DECEMBER}) is None
    assert "месяц уже закрыт" in STRICT.words(of_november(20), closed=closed)


@pytest.mark.parametrize(("day", "opens"), [(10, of_november(15)), (26, dt.date(2026, 12, 15))])
def test_a_refusal_says_from_when_on(day: int, opens: dt.date) -> None:
    words = STRICT.words(of_november(day))

    assert STRICT.next_opening(of_november(day)) == opens
    assert f"{opens:%d.%m.%Y}" in words
    assert "с 15-го по 25-е число" in words


def test_outside_the_window_the_next_month_is_named() -> None:
    assert "войдут в декабрь 2026" in LENIENT.words(of_november(28))


def test_a_short_month_ends_earlier() -> None:
    february = Window(29, 31)

    assert february.period(dt.date(2026, 2, 28)) == dt.date(2026, 2, 1)
    assert february.closes(dt.date(2026, 2, 1)) == dt.date(2026, 2, 28)


def test_december_is_followed_by_january() -> None:
    assert LENIENT.period(dt.date(2026, 12, 31)) == dt.date(2027, 1, 1)


@pytest.mark.parametrize(
    ("days", "stage", "words"),
    [
        (61, None, ""),
        (60, 60, "осталось 60 дней, закажите"),
        (31, 60, "осталось 31 день"),
        (30, 30, "осталось 30 дней"),
        (8, 30, "осталось 8 дней"),
        (7, 7, "осталось 7 дней, срочно"),
        (2, 7, "осталось 2 дня"),
        (0, 7, "сегодня последний день"),
        (-1, 7, "истекла 19.11.2026"),
    ],
)
def test_an_expiring_verification_warns_in_advance(
    days: int, stage: int | None, words: str
) -> None:
    today = of_november(20)

    found = find_verification(today + dt.timedelta(days=days), today)

    assert found is not None
    assert found.stage == stage
    assert found.is_over == (days < 0)
    assert words in found.words()
    assert bool(found.words()) == bool(words)


def test_without_a_date_there_is_nothing_to_warn_of() -> None:
    assert find_verification(None, of_november(20)) is None
