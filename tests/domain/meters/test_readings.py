"""Readings: parsing of typed values, and the checks together."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.meters.checks import Check
from lib.domain.meters.readings import (
    DialRefused,
    Known,
    Limits,
    check_reading,
    parse_dial,
)

D = Decimal
TODAY = dt.date(2026, 11, 20)
NOVEMBER = dt.date(2026, 11, 1)
COLD = Known(
    capacity=5,
    unit="м³",
    limits=Limits(D(5), D(50), D(100)),
    previous=D(100),
    previous_on=dt.date(2026, 10, 24),
    previous_period=dt.date(2026, 10, 1),
    uses=(D(3), D(4), D(3)),
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("123", "123"),
        ("123,456", "123.456"),
        ("123.456", "123.456"),
        (" 1 234,5 ", "1234.5"),
        ("1\u00a0234,5", "1234.5"),
        ("00123,450", "123.45"),
        ("0", "0"),
        ("123,4500000", "123.45"),
    ],
)
def test_comma_and_point_are_read(text: str, value: str) -> None:
    assert parse_dial(text, decimals=3) == D(value)


@pytest.mark.parametrize("text", ["", " ", "\u00a0\t"])
def test_an_empty_field_is_none(text: str) -> None:
    assert parse_dial(text, decimals=3) is None


@pytest.mark.parametrize(
    "text",
    [
        "NaN",
        "Infinity",
        "1e3",
        "1E3",
        "0x10",
        "12,",
        ",5",
        "1,2,3",
        "1_000",
        "１２３",  # full-width
        "١٢٣",  # Arabic
        "²",
        "9" * 10,
        "9" * 10_000,
        "абв",
        "1;2",
        "<b>1</b>",
        "+5",
        "12\x00",
    ],
)
def test_what_is_not_a_number_is_refused(text: str) -> None:
    with pytest.raises(DialRefused):
        parse_dial(text, decimals=3)


@pytest.mark.parametrize("text", ["-5", "−5", "–5", "-0"])
def test_a_negative_number_is_refused(text: str) -> None:
    with pytest.raises(DialRefused, match="отрицательным"):
        parse_dial(text, decimals=3)


def test_three_decimals_are_taken_and_four_for_heat() -> None:
    assert parse_dial("1,2345", decimals=4) == D("1.2345")
    with pytest.raises(DialRefused, match="не больше 3"):
        parse_dial("1,2345", decimals=3)


@given(st.text(max_size=30))
def test_whatever_is_typed_is_read_or_refused(text: str) -> None:
    try:
        value = parse_dial(text, decimals=3)
    except DialRefused:
        return
    assert value is None or (0 <= value < 10**9 and value == value.quantize(D("0.001")))


def found(value: str, known: Known = COLD, **changed: dt.date) -> list[Check]:
    days = {"taken_on": TODAY, "period": NOVEMBER, "today": TODAY, "latest": NOVEMBER} | changed
    verdict = check_reading(D(value), known, **days)
    return [finding.check for finding in verdict.findings]


def test_an_ordinary_reading_passes_every_check() -> None:
    verdict = check_reading(
        D("103.5"), COLD, taken_on=TODAY, period=NOVEMBER, today=TODAY, latest=NOVEMBER
    )

    assert verdict.findings == ()
    assert verdict.used == D("3.5")


def test_the_first_reading_of_a_meter_is_accepted() -> None:
    assert found("99999", replace(COLD, previous=None, previous_on=None)) == []


@pytest.mark.parametrize(
    ("value", "checks"),
    [
        ("100000", [Check.TOO_LARGE]),
        ("99", [Check.BACKWARDS]),
        ("250", [Check.MUCH_A_DAY, Check.ABOVE_HARD]),
        ("155", [Check.ABOVE_SOFT, Check.FAR_ABOVE]),
        ("120", [Check.FAR_ABOVE]),
        ("100", [Check.NOTHING_USED]),
    ],
)
def test_a_refusal_takes_precedence_over_a_question(value: str, checks: list[Check]) -> None:
    assert found(value) == checks


def test_a_rollover_is_questioned() -> None:
    assert found("2", replace(COLD, previous=D(99_999))) == [Check.ROLLOVER]


def test_use_over_several_months_is_checked_per_month() -> None:
    year_ago = replace(
        COLD, previous_period=dt.date(2025, 11, 1), previous_on=dt.date(2025, 11, 24)
    )

    assert found("136", year_ago) == []
    assert found("136") == [Check.FAR_ABOVE]


def test_days_and_months_are_checked_too() -> None:
    assert found("103", taken_on=TODAY + dt.timedelta(days=1)) == [Check.IN_FUTURE]
    assert found("103", period=dt.date(2026, 12, 1)) == [Check.FUTURE_PERIOD]
    assert found("103", taken_on=dt.date(2026, 10, 1)) == [Check.BEFORE_LAST]
