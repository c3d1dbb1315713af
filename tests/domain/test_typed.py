"""Sums and dates as people type them, and invalid values."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain import typed
from lib.domain.typed import TypedRefused


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("123,45", "123.45"),
        ("123.45", "123.45"),
        ("1 234,56", "1234.56"),
        ("1\N{NO-BREAK SPACE}234,56", "1234.56"),
        ("1 234 567,8", "1234567.80"),
        ("1234567", "1234567.00"),
        (" 100 ₽ ", "100.00"),
        ("100 руб.", "100.00"),
        ("100р", "100.00"),
        ("0,01", "0.01"),
    ],
)
def test_a_sum_is_read_to_the_kopeck(text: str, value: str) -> None:
    read = typed.parse_money(text)

    assert read == Decimal(value)
    assert read.as_tuple().exponent == -2


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-1",
        "1,234",
        "1,2,3",
        "12 34",
        "1e3",
        "сто",
        "١٢٣",
        "1 234.567",
        "🏠",
        "1" * 5000,
        "NaN",
    ],
)
def test_what_is_not_a_sum_is_refused(text: str) -> None:
    with pytest.raises(TypedRefused, match="например 123,45"):
        typed.parse_money(text)


@pytest.mark.parametrize(
    "text", ["18.09.2014", "18/9/2014", "18-09-2014", " 18 09 2014 ", "2014-09-18", "18.09.2014 г."]
)
def test_a_date_is_read(text: str) -> None:
    assert typed.parse_day(text) == dt.date(2014, 9, 18)


@pytest.mark.parametrize(
    "text", ["", "31.02.2014", "18.09.14", "09/18/2014", "вчера", "0.0.0000", "🏠", "1" * 5000]
)
def test_what_is_not_a_date_is_refused(text: str) -> None:
    with pytest.raises(TypedRefused, match=r"например 18\.09\.2014"):
        typed.parse_day(text)


@given(st.text())
def test_whatever_is_typed_is_read_or_refused(text: str) -> None:
    for read in (typed.parse_money, typed.parse_day):
        try:
            read(text)
        except TypedRefused:
            continue
