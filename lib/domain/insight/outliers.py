"""Houses that stand out from the others, and the reason in words.

The usual range is the middle half of the houses, widened at both ends by one and a half of its
width. A house outside it stands out if it also differs from the middle enough to matter.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from lib.domain import formats
from lib.domain.insight import figures

FEWEST_HOUSES = 8  # of fewer houses the usual range is not known
_WIDER = Decimal("1.5")
_TENTH = Decimal("0.1")
_LEAST_CHANGE = Decimal("0.2")  # of the middle
_LEAST_BALANCE = Decimal("0.05")  # of what the flats used
_LEAST_SHARE = Decimal("0.1")  # of the accounts
_TWICE = 2


@dataclass(frozen=True, slots=True)
class Usual:
    """The usual range of a figure over houses, and its middle."""

    low: Decimal
    middle: Decimal
    high: Decimal

    def __contains__(self, value: Decimal) -> bool:
        return self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class HouseFigures:
    """Figures of a house by which it may stand out; None is no data.

    Attributes:
        per_person: consumption of a person in a month.
        balance: by how much the meter of the house shows more than its flats, a fraction of them.
        by_norm: the share of accounts by norm.
        averaged: the share of accounts without readings.
    """

    per_person: Decimal | None = None
    balance: Decimal | None = None
    by_norm: Decimal | None = None
    averaged: Decimal | None = None


@dataclass(frozen=True, slots=True)
class UsualFigures:
    """The usual ranges of the figures of houses; None with too few houses."""

    per_person: Usual | None
    balance: Usual | None
    by_norm: Usual | None
    averaged: Usual | None


def find_usual(values: Collection[Decimal | None]) -> Usual | None:
    """Return the usual range; None with too few values."""
    known = sorted(value for value in values if value is not None)
    if len(known) < FEWEST_HOUSES:
        return None
    first, middle, third = (_find_part(known, Decimal(part) / 4) for part in (1, 2, 3))
    wider = (third - first) * _WIDER
    return Usual(first - wider, middle, third + wider)


def find_usual_figures(houses: Collection[HouseFigures]) -> UsualFigures:
    """Return the usual ranges of all figures; a house that used nothing is not usual."""
    return UsualFigures(
        per_person=find_usual([house.per_person or None for house in houses]),
        balance=find_usual([house.balance for house in houses]),
        by_norm=find_usual([house.by_norm for house in houses]),
        averaged=find_usual([house.averaged for house in houses]),
    )


def describe_outlier(house: HouseFigures, usual: UsualFigures) -> str:
    """Return in Russian why a house stands out; empty if it does not."""
    reasons = (
        _describe_use(house.per_person, usual.per_person),
        _describe_balance(house.balance, usual.balance),
        _describe_share(house.by_norm, usual.by_norm, "по нормативу {} квартир"),
        _describe_share(house.averaged, usual.averaged, "без показаний {} квартир"),
    )
    return "; ".join(reason for reason in reasons if reason)


def _find_part(ordered: Sequence[Decimal], part: Decimal) -> Decimal:
    """Return the value below which a part of the values lies, between two of them if need be."""
    place = (len(ordered) - 1) * part
    before = int(place)
    after = min(before + 1, len(ordered) - 1)
    return ordered[before] + (ordered[after] - ordered[before]) * (place - before)


def _describe_use(value: Decimal | None, usual: Usual | None) -> str:
    if not value or usual is None or value in usual or usual.middle <= 0:
        return ""
    changed = value / usual.middle - 1
    if abs(changed) < _LEAST_CHANGE:
        return ""
    if value >= _TWICE * usual.middle:
        return f"расход на человека в {_count_times(value / usual.middle)} больше обычного"
    word = "больше" if changed > 0 else "меньше"
    return f"расход на человека на {_format_whole(abs(changed))} {word} обычного"


def _describe_balance(value: Decimal | None, usual: Usual | None) -> str:
    if value is None or usual is None or value in usual:
        return ""
    if abs(value - usual.middle) < _LEAST_BALANCE or abs(value) < _LEAST_BALANCE:
        return ""
    word = "больше" if value > 0 else "меньше"
    return f"дом по счётчику {word} суммы квартир на {_format_whole(abs(value))}"


def _describe_share(value: Decimal | None, usual: Usual | None, words: str) -> str:
    if value is None or usual is None or value <= usual.high:
        return ""
    if value - usual.middle < _LEAST_SHARE:
        return ""
    return words.format(_format_whole(value))


def _count_times(times: Decimal) -> str:
    """Return «2,4 раза», «3 раза», «12 раз»."""
    rounded = times.quantize(_TENTH, ROUND_HALF_UP)
    if rounded != rounded.to_integral_value():
        return f"{formats.format_number(rounded, places=1)}\N{NO-BREAK SPACE}раза"
    return formats.format_count(int(rounded), "раз", "раза", "раз").replace(
        " ", "\N{NO-BREAK SPACE}"
    )


def _format_whole(value: Decimal) -> str:
    """Write a fraction in whole percent: «34 %»."""
    return figures.format_share(value.quantize(Decimal("0.01"), ROUND_HALF_UP))
