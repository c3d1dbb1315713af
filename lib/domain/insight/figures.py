"""Figures that many questions share: shares, changes, and the sentences that tell of them."""

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal

from lib.domain import formats
from lib.domain.insight.answers import Column, Unit, Values

_MINUS, _NO_BREAK_SPACE = "−", "\N{NO-BREAK SPACE}"


def share(part: Decimal | None, whole: Decimal | None) -> Decimal | None:
    """Return a part as a fraction of the whole; None if there is no whole."""
    return None if part is None or not whole or whole < 0 else part / whole


def add(values: Iterable[Decimal | None]) -> Decimal | None:
    """Return the sum of the known values; None if none is known."""
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) if known else None


def change(now: Decimal | None, before: Decimal | None) -> Decimal | None:
    """Return the relative change, a fraction of one; None if there was nothing before."""
    return None if now is None or not before or before < 0 else now / before - 1


def difference(now: Decimal | None, before: Decimal | None) -> Decimal | None:
    """Return how much more it is now; None if one of them is missing."""
    return None if now is None or before is None else now - before


def value_column(name: str, unit: Unit, place: int, *, is_good: bool | None = None) -> Column:
    """Return a column that shows one of the additive values of a line."""
    return Column(name, unit, lambda values: values[place], is_good)


def share_column(name: str, part: int, whole: int, *, is_good: bool | None = None) -> Column:
    """Return a column with one value as a share of another."""
    return Column(name, Unit.SHARE, lambda values: share(values[part], values[whole]), is_good)


def change_column(name: str, now: int, before: int, *, is_good: bool | None = None) -> Column:
    """Return a column with the relative change of a value."""
    return Column(name, Unit.CHANGE, lambda values: change(values[now], values[before]), is_good)


def points_column(
    name: str, now: tuple[int, int], before: tuple[int, int], *, is_good: bool | None = None
) -> Column:
    """Return a column with the change of a share, in percentage points.

    Args:
        name: the heading.
        now: places of the part and of the whole.
        before: places of the same in the compared period.
        is_good: whether more is better.
    """

    def compute(values: Values) -> Decimal | None:
        return difference(
            share(values[now[0]], values[now[1]]), share(values[before[0]], values[before[1]])
        )

    return Column(name, Unit.POINTS, compute, is_good)


def format_share(value: Decimal | None) -> str:
    """Format a fraction in percent: «94,2 %»."""
    return formats.NO_DATA if value is None else f"{_round(value * 100)}{_NO_BREAK_SPACE}%"


def format_points(value: Decimal | None) -> str:
    """Format a difference of shares: «−1,3 п. п.»."""
    return _sign(value, "п.\N{NO-BREAK SPACE}п.")


def format_change(value: Decimal | None) -> str:
    """Format a relative change: «+6,4 %»."""
    return _sign(value, "%")


def describe_points(value: Decimal | None) -> str:
    """Say a difference of shares in words: «на 1,3 п. п. меньше»."""
    return _describe(value, "п.\N{NO-BREAK SPACE}п.")


def describe_change(value: Decimal | None) -> str:
    """Say a relative change in words: «на 6,4 % больше»."""
    return _describe(value, "%")


def format_large(value: Decimal | None) -> str:
    """Format a large sum for a tile, in thousands or millions: «184,2 млн ₽»."""
    if value is None:
        return formats.NO_DATA
    for size, word in ((1_000_000_000, "млрд"), (1_000_000, "млн"), (1_000, "тыс.")):
        if abs(value) >= size:
            return f"{_round(value / size)}{_NO_BREAK_SPACE}{word}{_NO_BREAK_SPACE}₽"
    return f"{formats.format_number(value.quantize(Decimal(1)), places=0)}{_NO_BREAK_SPACE}₽"


def format_apart(values: Sequence[Decimal]) -> tuple[str, ...]:
    """Format sums that are compared: as large ones, or in roubles if two would be the same."""
    rounded = tuple(format_large(value) for value in values)
    if len(set(rounded)) == len(set(values)):
        return rounded
    return tuple(
        f"{formats.format_number(value.quantize(Decimal(1)), places=0)}{_NO_BREAK_SPACE}₽"
        for value in values
    )


def _describe(value: Decimal | None, unit: str) -> str:
    if value is None:
        return ""
    amount = _round(abs(value) * 100)
    if amount == "0":
        return "столько же"
    word = "больше" if value > 0 else "меньше"
    return f"на {amount}{_NO_BREAK_SPACE}{unit} {word}"


def _sign(value: Decimal | None, unit: str) -> str:
    if value is None:
        return formats.NO_DATA
    text = _round(value * 100)
    plus = "+" if value > 0 and text != "0" else ""
    return f"{plus}{text}{_NO_BREAK_SPACE}{unit}"


def _round(value: Decimal) -> str:
    """Write a number with one decimal; a zero has no sign."""
    rounded = value.quantize(Decimal("0.1"), ROUND_HALF_UP)
    return formats.format_number(rounded or Decimal(0), places=0)
