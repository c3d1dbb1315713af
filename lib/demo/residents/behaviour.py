"""Behaviour: when a month's charge is paid, and so how much of it is owed later.

The debt at a month's end is the sum of the unpaid parts of the charges of the last six
months. So the closing of one month is the opening of the next, and yet each month can be
computed without the months before that.
"""

from collections.abc import Sequence
from enum import IntEnum

import polars as pl

from lib.demo import chance
from lib.demo.amounts import divide_half_up

WINDOW = 6  # months after which every charge is paid
_JUNE, _DECEMBER = 5, 11
_CYCLE = 6  # a debtor pays all at once, every so many months
_PART_NOW, _PART_LATE = 6, 3  # tenths paid at once; the rest after so many months


class Payer(IntEnum):
    """How an account pays."""

    PROMPT = 0
    LATE = 1
    PART = 2
    AHEAD = 3
    DEBTOR = 4
    SPLIT = 5  # two months late, and far ahead in one group
    DECEMBER = 6  # a quarrel about upkeep each summer: nothing until December


def get_ages(month: int) -> dict[str, pl.Expr]:
    """Return after how many months a charge made in ``month`` is paid: first part and rest."""
    payer, key = pl.col("payer"), pl.col("account_key")
    late = 1 + chance.draw(key, "late", below=2, month=month)
    debtor = _until_paid(month)
    first = (
        pl.when(payer == Payer.LATE).then(late)
        .when(payer == Payer.DEBTOR).then(debtor)
        .when(payer == Payer.SPLIT).then(2)
        .when(payer == Payer.DECEMBER).then(_until_december(month))
        .otherwise(1)
    )  # fmt: skip
    rest = pl.when(payer == Payer.PART).then(_PART_LATE).otherwise(first)
    return {"first_age": first.cast(pl.Int8), "rest_age": rest.cast(pl.Int8)}


def _until_december(month: int) -> int:
    """Return after how many months a charge is paid: those of June to November in December."""
    return max(_DECEMBER - month % 12, 1) if month % 12 >= _JUNE else 1


def _until_paid(month: int) -> pl.Expr:
    return (pl.col("payer_phase") - month - 1) % _CYCLE + 1


def sum_debts(charges: Sequence[pl.DataFrame], *, column: str = "charge") -> pl.Series:
    """Return what is owed at a month's end, in kopecks.

    Args:
        charges: by age, this month's first: ``column``, ``first_age``, ``rest_age`` and
            ``payer``, row for row the same lines.
        column: the amounts.
    """
    total = pl.zeros(charges[0].height, dtype=pl.Int64, eager=True)
    for age, lines in enumerate(charges):
        total = total + lines.select(_left(pl.col(column), age)).to_series()
    return total


def _left(amount: pl.Expr, age: int) -> pl.Expr:
    # a negative charge is used up a month later, by that month's charge
    stays = (amount < 0).cast(pl.Int8)
    now = pl.when(pl.col("payer") == Payer.PART).then(amount * _PART_NOW // 10).otherwise(amount)
    return (
        pl.when(pl.col("first_age") + stays > age).then(amount)
        .when(pl.col("rest_age") > age).then(amount - now)
        .otherwise(0)
    )  # fmt: skip


# days of a month in which a debt of that age costs 1/300 and 1/130 of the rate a day
_DAYS = {2: (15, 0), 3: (30, 0), 4: (14, 16)}
_DAYS_LATER = (0, 30)
_RATE = 95  # the rate in tenths of a percent a year: the cap of ПП № 329
_COMMON = 3900  # multiple of 300 and 130


def sum_penalties(totals: Sequence[pl.DataFrame]) -> pl.Series:
    """Return the month's penalty in kopecks on the charges of ``totals``, by age from 0."""
    weighted = pl.zeros(totals[0].height, dtype=pl.Int64, eager=True)
    for age, lines in enumerate(totals):
        if age >= min(_DAYS):
            slow, fast = _DAYS.get(age, _DAYS_LATER)
            weight = slow * (_COMMON // 300) + fast * (_COMMON // 130)
            left = _left(pl.col("total").clip(0), age) * weight
            weighted = weighted + lines.select(left).to_series()
    cost = divide_half_up(pl.col("weighted") * _RATE, 1000 * _COMMON)
    return pl.DataFrame({"weighted": weighted}).select(cost).to_series()
