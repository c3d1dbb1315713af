"""The forecast of a month's receipts, by hand."""

import datetime as dt
from decimal import Decimal

from lib.domain import periods
from lib.domain.insight import forecast
from lib.domain.insight.forecast import Forecast, MonthReceipts

JUNE = dt.date(2026, 6, 1)


def make_months(*pairs: tuple[int, int]) -> list[MonthReceipts]:
    """Make months before June, the latest last: what came by the day, and in all."""
    return [
        MonthReceipts(periods.add_months(JUNE, place - len(pairs)), Decimal(by_day), Decimal(whole))
        for place, (by_day, whole) in enumerate(pairs)
    ]


def test_takes_the_average_part_and_the_range_of_the_parts() -> None:
    months = make_months((40, 100), (50, 100), (120, 200))

    found = forecast.forecast_month(Decimal(100), JUNE, months)

    # parts of 0.4, 0.5 and 0.6
    assert found == Forecast(Decimal("166.67"), Decimal("200.00"), Decimal("250.00"))


def test_uses_the_twelve_months_before_and_no_other() -> None:
    months = make_months((1, 100), *[(50, 100)] * 12)

    found = forecast.forecast_month(Decimal(10), JUNE, months)

    assert found == Forecast(Decimal("20.00"), Decimal("20.00"), Decimal("20.00"))


def test_tells_nothing_before_the_first_payment_or_with_few_months() -> None:
    assert forecast.forecast_month(Decimal(0), JUNE, make_months(*[(5, 10)] * 6)) is None
    assert forecast.forecast_month(Decimal(5), JUNE, make_months((5, 10), (5, 10))) is None
    assert forecast.forecast_month(Decimal(5), JUNE, []) is None


def test_tries_itself_on_the_months_before() -> None:
    months = make_months((50, 100), (50, 100), (50, 100), (50, 80), (10, 20))

    trials = forecast.try_forecast(JUNE, months)

    assert [trial.period.month for trial in trials] == [4, 5]
    # April: 50 by the day is 100 expected, 80 came; outside of a range without width
    assert trials[0].miss == Decimal("0.25")
    assert not trials[0].is_inside
    # May: parts of 0.5, 0.5, 0.5, 0.625 are 0.53125 on average: 18.82 expected, 20 came
    assert trials[1].forecast == Forecast(Decimal("16.00"), Decimal("18.82"), Decimal("20.00"))
    assert trials[1].is_inside
    assert forecast.average_miss(trials) == (Decimal("0.25") + Decimal("0.059")) / 2
    assert forecast.average_miss([]) is None
