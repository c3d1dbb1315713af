"""Each check of a reading (DOMAIN §3.5), one at a time."""

import datetime as dt
from decimal import Decimal

import pytest

from lib.domain.meters import checks
from lib.domain.meters.checks import Check, Finding

D = Decimal
DAY = dt.date(2026, 11, 20)


def check(finding: Finding | None) -> tuple[Check, bool] | None:
    return (finding.check, finding.is_refusal) if finding else None


@pytest.mark.parametrize(("value", "refused"), [("99999.999", False), ("100000", True)])
def test_more_digits_than_the_dial_has_are_refused(value: str, refused: bool) -> None:
    found = check(checks.check_digits(D(value), 5))

    assert found == ((Check.TOO_LARGE, True) if refused else None)


def test_a_future_day_is_refused() -> None:
    assert checks.check_date(DAY, DAY) is None
    assert check(checks.check_date(DAY + dt.timedelta(days=1), DAY)) == (Check.IN_FUTURE, True)


def test_a_month_that_is_not_taken_yet_is_refused() -> None:
    november, december = dt.date(2026, 11, 1), dt.date(2026, 12, 1)

    assert checks.check_period(november, november) is None
    assert check(checks.check_period(december, november)) == (Check.FUTURE_PERIOD, True)


def test_a_day_before_the_last_accepted_one_is_refused() -> None:
    assert checks.check_order(DAY, None) is None
    assert checks.check_order(DAY, DAY) is None
    assert check(checks.check_order(DAY, DAY + dt.timedelta(days=1))) == (Check.BEFORE_LAST, True)


@pytest.mark.parametrize(
    ("value", "previous", "found"),
    [
        ("10", "10", None),
        ("9.999", "10", (Check.BACKWARDS, True)),
        ("5", "99990", (Check.ROLLOVER, False)),  # 15 m³ over a rollover
        (
            "50",
            "90000",
            (Check.BACKWARDS, True),
        ),  # no rollover: exactly nine tenths
        ("41", "99990", (Check.BACKWARDS, True)),  # 51 m³ is above the limit
        ("40", "99990", (Check.ROLLOVER, False)),
    ],
)
def test_less_than_before_is_refused_unless_the_dial_rolled_over(
    value: str, previous: str, found: tuple[Check, bool] | None
) -> None:
    assert check(checks.check_decrease(D(value), D(previous), 5, most=D(50))) == found


def test_without_a_limit_a_dial_near_its_end_may_roll_over() -> None:
    found = check(checks.check_decrease(D(500), D(99_990), 5, most=None))

    assert found == (Check.ROLLOVER, False)


@pytest.mark.parametrize(
    ("used", "days", "refused"),
    [("5", 0, False), ("5.001", 0, True), ("50", 9, False), ("50.01", 9, True)],
)
def test_more_than_the_daily_limit_is_refused(used: str, days: int, refused: bool) -> None:
    found = check(checks.check_daily_use(D(used), days, D(5), "м³"))

    assert found == ((Check.MUCH_A_DAY, True) if refused else None)
    assert checks.check_daily_use(D(10**6), days, None, "м³") is None


@pytest.mark.parametrize(("monthly", "refused"), [("100", False), ("100.001", True)])
def test_more_than_the_monthly_limit_is_refused(monthly: str, refused: bool) -> None:
    found = check(checks.check_hard_limit(D(monthly), D(100), "м³"))

    assert found == ((Check.ABOVE_HARD, True) if refused else None)
    assert checks.check_hard_limit(D(monthly), None, "м³") is None


@pytest.mark.parametrize(("monthly", "asked"), [("50", False), ("50.001", True)])
def test_high_monthly_use_is_questioned(monthly: str, asked: bool) -> None:
    found = check(checks.check_soft_limit(D(monthly), D(50), "м³"))

    assert found == ((Check.ABOVE_SOFT, False) if asked else None)
    assert checks.check_soft_limit(D(monthly), None, "м³") is None


@pytest.mark.parametrize(
    ("used", "uses", "asked"),
    [
        ("0", ("3", "2", "1"), True),
        ("0", ("3", "2"), False),  # two months are not enough
        ("0", ("0", "0", "0"), False),
        ("0.001", ("3", "2", "1"), False),
    ],
)
def test_zero_use_after_some_use_is_questioned(
    used: str, uses: tuple[str, ...], asked: bool
) -> None:
    found = check(checks.check_zero_use(D(used), [D(use) for use in uses]))

    assert found == ((Check.NOTHING_USED, False) if asked else None)


@pytest.mark.parametrize(
    ("monthly", "uses", "asked"),
    [
        ("15", ("3",) * 6, False),
        ("15.001", ("3",) * 6, True),
        ("16", ("3",) * 6 + ("300",), True),  # six months count, not the seventh
        ("1000", (), False),
        ("1000", ("0", "0"), False),
    ],
)
def test_use_far_above_the_average_is_questioned(
    monthly: str, uses: tuple[str, ...], asked: bool
) -> None:
    found = check(checks.check_usual_use(D(monthly), [D(use) for use in uses], "м³"))

    assert found == ((Check.FAR_ABOVE, False) if asked else None)
