"""Hints: the expected range, mistyped digits, swapped water, roubles."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from lib.domain.meters import hints
from lib.domain.meters.checks import Check
from lib.domain.meters.hints import Expected, Typed
from lib.domain.meters.readings import Known, Limits

D = Decimal
COLD = Known(
    capacity=5,
    unit="м³",
    limits=Limits(D(5), D(50), D(100)),
    previous=D("123.5"),
    previous_on=dt.date(2026, 10, 24),
    previous_period=dt.date(2026, 10, 1),
    uses=(D(3), D(4), D(5)),
)
HOT = replace(COLD, previous=D(57), uses=(D(2), D(2), D(3)))


def usual(known: Known) -> Expected | None:
    return hints.estimate_reading(known, months=1, decimals=3)


def test_the_expected_range_is_a_fifth_around_the_average() -> None:
    assert usual(COLD) == Expected(D("125.900"), D("129.500"))


def test_three_months_give_the_range_of_all_three() -> None:
    assert hints.estimate_reading(COLD, months=3, decimals=0) == Expected(D(130), D(142))


@pytest.mark.parametrize(
    "known",
    [
        replace(COLD, uses=(D(3), D(4))),
        replace(COLD, previous=None),
        replace(COLD, previous=D(99_998)),  # about to roll over
    ],
)
def test_too_little_history_gives_no_range(known: Known) -> None:
    assert usual(known) is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("1275", "127,5"),  # a missing decimal point
        ("127500", "127,5"),
        ("12.75", "127,5"),
        ("217.5", "127,5"),  # two swapped digits
        ("172.5", "127,5"),
    ],
)
def test_a_slip_is_recognised(typed: str, meant: str) -> None:
    found = hints.find_slipped_digit(D(typed), COLD, usual(COLD))

    assert found is not None
    assert found.check is Check.SLIPPED
    assert f"может быть, {meant}?" in found.sentence


@pytest.mark.parametrize("typed", ["127.5", "130", "135", "123.5", "900.1"])
def test_a_close_value_is_not_called_a_slip(typed: str) -> None:
    assert hints.find_slipped_digit(D(typed), COLD, usual(COLD)) is None


def test_without_a_range_no_slip_is_suggested() -> None:
    assert hints.find_slipped_digit(D(1275), COLD, None) is None


def water(value: str, known: Known) -> Typed:
    return Typed(D(value), known, usual(known))


def test_swapped_cold_and_hot_readings_are_recognised() -> None:
    found = hints.find_swapped({1: water("59.5", COLD)}, {2: water("127", HOT)})

    assert {meter: finding.check for meter, finding in found.items()} == {
        1: Check.SWAPPED,
        2: Check.SWAPPED,
    }


def test_readings_in_their_own_fields_are_not_questioned() -> None:
    assert hints.find_swapped({1: water("127", COLD)}, {2: water("59.5", HOT)}) == {}
    assert hints.find_swapped({1: water("500", COLD)}, {2: water("59.5", HOT)}) == {}
    assert hints.find_swapped({1: water("127", COLD)}, {}) == {}


def test_without_a_range_the_last_readings_show_the_swap() -> None:
    young_cold, young_hot = replace(COLD, uses=()), replace(HOT, uses=())

    found = hints.find_swapped({1: water("59.5", young_cold)}, {2: water("127", young_hot)})

    assert set(found) == {1, 2}


@pytest.mark.parametrize(
    ("resource", "unit", "cost"),
    [
        ("cold_water", "куб.м", "61.30"),
        ("cold_water", "м3", "61.30"),
        ("electricity", "кВтч", "61.30"),
        ("electricity", "кВт·ч", "61.30"),
        ("hot_water", "ГКал", None),  # the price is per unit of heat, the dial counts water
        ("hot_water", "Гкал", None),
        ("heat", "ГКал", "61.30"),
        (None, "куб.м", "61.30"),
        ("cold_water", "чел.", None),
    ],
)
def test_roubles_are_shown_where_the_price_is_per_unit_of_the_dial(
    resource: str | None, unit: str, cost: str | None
) -> None:
    found = hints.calculate_cost(D("2.5"), D("24.52"), resource=resource, service_unit=unit)

    assert found == (D(cost) if cost else None)


def test_without_a_price_there_are_no_roubles() -> None:
    assert hints.calculate_cost(D(1), None, resource="gas", service_unit="куб.м") is None


def test_a_kopeck_is_rounded_half_up() -> None:
    cost = hints.calculate_cost(D("0.5"), D("0.01"), resource="gas", service_unit="куб.м")

    assert cost == D("0.01")
