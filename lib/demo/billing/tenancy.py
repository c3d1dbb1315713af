"""Tenancy: in one flat of each sender the account changes within a month, once a year."""

import polars as pl

from lib.demo import months
from lib.demo.billing import consumption

_MOVE = 15  # the last day of the old account


def list_residents(people: pl.DataFrame, month: int) -> pl.DataFrame:
    """Return the accounts as they are in a month, with the days that they are charged for.

    Adds ``days`` (charged in the month; 0 when closed or not opened yet), ``is_known``
    (to be named in the package), ``opened_on`` and ``closed_on``.
    """
    since = (month - pl.col("tenant_month")) % 12  # months since the move
    is_new = (month - since) // 12 % 2 == pl.col("slot")
    moved = pl.lit(month) - since - pl.when(is_new).then(0).otherwise(12)
    year = moved // 12
    has_turns = pl.col("tenant_month").is_not_null()
    days = months.count_days(month)
    number = pl.format("{}9{}{}", "prefix", year, pl.col("n") % 10)
    closed = has_turns & ~is_new & (since == 0)
    is_just_closed = has_turns & ~is_new & (since <= 1)
    return people.with_columns(
        account_id=_either(has_turns, pl.format("A{}-{}", "n", year), "account_id"),
        number=_either(has_turns, number, "number"),
        days=pl.when(~has_turns).then(days)
        .when(is_new & (since == 0)).then(days - _MOVE)
        .when(is_new).then(days)
        .when(closed).then(_MOVE)
        .otherwise(0),
        is_known=~has_turns | is_new | is_just_closed,
        opened_on=_either(
            has_turns, make_first_day(moved, _MOVE + 1), make_first_day(pl.col("opened"))
        ),
        **consumption.find_habits(month),
        closed_on=pl.when(is_just_closed).then(make_first_day(pl.lit(month) - since, _MOVE)),
    )  # fmt: skip


def _either(condition: pl.Expr, then: pl.Expr, otherwise: pl.Expr | str) -> pl.Expr:
    return pl.when(condition).then(then).otherwise(otherwise)


def make_first_day(number: pl.Expr, of_month: int = 1) -> pl.Expr:
    """Return a day, by default the first, of the month whose number each row has."""
    return pl.date(number // 12, number % 12 + 1, of_month)
