"""What is still to come this month, from what part of earlier months had come by the same day."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from lib.domain import periods

MONTHS, _FEWEST = 12, 3
_KOPECK = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class MonthReceipts:
    """What came in a month: by a day of it, and in all."""

    period: dt.date
    by_day: Decimal
    whole: Decimal


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a month is expected to bring in all, with the range of it."""

    low: Decimal
    middle: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class Trial:
    """The forecast that would have been made for a month that is over, and what came."""

    period: dt.date
    forecast: Forecast
    actual: Decimal

    @property
    def miss(self) -> Decimal:
        """Return by what part of the actual sum the forecast was too large; negative: too small."""
        return self.forecast.middle / self.actual - 1

    @property
    def is_inside(self) -> bool:
        """Tell whether the actual sum was in the range."""
        return self.forecast.low <= self.actual <= self.forecast.high


def forecast_month(
    received: Decimal, period: dt.date, months: Sequence[MonthReceipts]
) -> Forecast | None:
    """Return what a month brings in all, if it goes on as the twelve months before it.

    Args:
        received: what came in the month by the day.
        period: the month.
        months: receipts by the same day of other months; only the twelve before are used.

    Returns:
        None if nothing has come yet, or if fewer than three months are known.
    """
    since = periods.add_months(period, -MONTHS)
    shares = [
        month.by_day / month.whole
        for month in months
        if since <= month.period < period and month.whole > 0 and month.by_day > 0
    ]
    if received <= 0 or len(shares) < _FEWEST:
        return None
    average = sum(shares, Decimal(0)) / len(shares)
    return Forecast(*(_round(received / part) for part in (max(shares), average, min(shares))))


def try_forecast(period: dt.date, months: Sequence[MonthReceipts]) -> list[Trial]:
    """Return how the same forecast would have done in the twelve months before, oldest first."""
    since = periods.add_months(period, -MONTHS)
    trials = []
    for month in sorted(months, key=lambda month: month.period):
        if since <= month.period < period and month.whole > 0:
            forecast = forecast_month(month.by_day, month.period, months)
            if forecast:
                trials.append(Trial(month.period, forecast, month.whole))
    return trials


def average_miss(trials: Sequence[Trial]) -> Decimal | None:
    """Return by how much the forecast was off on average, whatever the direction."""
    if not trials:
        return None
    return sum((abs(trial.miss) for trial in trials), Decimal(0)) / len(trials)


def _round(value: Decimal) -> Decimal:
    return value.quantize(_KOPECK, ROUND_HALF_UP)
