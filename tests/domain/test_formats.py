"""Russian formats of figures, checked with figure 6 of the guide."""

import datetime as dt
from decimal import Decimal

import pytest

from lib.domain import formats

NBSP = "\u00a0"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("1240.65", f"1{NBSP}240,65"),
        ("-14101.55", f"−14{NBSP}101,55"),
        ("0", "0,00"),
        ("1234567.8", f"1{NBSP}234{NBSP}567,80"),
        ("1E+3", f"1{NBSP}000,00"),
    ],
)
def test_money_has_comma_thousands_and_a_real_minus(value: str, written: str) -> None:
    assert formats.format_money(Decimal(value)) == written


def test_no_data_is_a_dash_and_not_a_zero() -> None:
    assert formats.format_money(None) == "–"
    assert formats.format_volume(None) == "–"
    assert formats.format_date(None) == "–"


def test_volume_has_four_places_and_tariff_keeps_what_it_has() -> None:
    assert formats.format_volume(Decimal("0.8774")) == "0,8774"
    assert formats.format_volume(Decimal("1.000000")) == "1,0000"
    assert formats.format_tariff(Decimal("24.520000")) == "24,52"
    assert formats.format_tariff(Decimal("4.123400")) == "4,1234"
    assert formats.format_area(Decimal("38.10")) == "38,1"


def test_periods_and_days_are_named() -> None:
    october = dt.date(2014, 10, 1)

    assert formats.format_period(october) == "октябрь 2014 года"
    assert formats.format_month(october) == "октябрь 2014"
    assert formats.format_short_month(october) == "окт 2014"
    assert formats.format_date(dt.date(2014, 10, 25)) == "25.10.2014"


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ('ОАО "Камал"', "ОАО «Камал»"),
        ('ПАО "БАНК "САНКТ-ПЕТЕРБУРГ"', "ПАО «БАНК «САНКТ-ПЕТЕРБУРГ»"),
        ("ООО «УК»", "ООО «УК»"),
    ],
)
def test_names_get_russian_quotes(name: str, written: str) -> None:
    assert formats.quote_name(name) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("88.53", "Долг: 88,53"),
        ("-14101.55", f"Переплата: 14{NBSP}101,55"),
        ("0.00", "Долга нет"),
    ],
)
def test_a_balance_names_its_side(value: str, written: str) -> None:
    assert formats.format_balance(Decimal(value)) == written


@pytest.mark.parametrize(
    ("count", "written"),
    [
        (0, "0 раз"),
        (1, "1 раз"),
        (3, "3 раза"),
        (5, "5 раз"),
        (11, "11 раз"),
        (12, "12 раз"),
        (22, "22 раза"),
        (111, "111 раз"),
        (1224, f"1{NBSP}224 раза"),
    ],
)
def test_counts_end_as_russian_wants(count: int, written: str) -> None:
    assert formats.format_count(count, "раз", "раза", "раз") == written
