"""The age of debts: which months a balance is owed for, when the oldest debt is paid first."""

import datetime as dt
from collections.abc import Sequence

import polars as pl

from lib.domain import periods
from lib.facts import tables

# months that are told apart; an older debt is more than a year overdue
MONTHS = 14
_KEYS = ["organization", "house", "account", "service_group"]


def spread_balances(
    charges: Sequence[pl.DataFrame], *, period: dt.date, due_day: int
) -> pl.DataFrame:
    """Return the balances of a month's end by the month that they are owed for.

    A payment settles the oldest debt first, so what is still owed are the latest charges: the
    balance is taken from the month's own charge, then from that of the month before, and so on.

    Args:
        charges: of the month and of the months before it, latest first, at most ``MONTHS``: for
            each account and group ``charged`` and, in the first frame, ``closing``.
        period: the month.
        due_day: the day of the next month until which a charge is to be paid.

    Returns:
        The columns of the kind «balances».
    """
    first = charges[0]
    balances = first.filter(pl.col("closing") != 0)
    left = balances.filter(pl.col("closing") > 0).select(*_KEYS, left="closing")
    pieces = [
        balances.filter(pl.col("closing") < 0).select(
            *_KEYS,
            charged_in=pl.lit(None, dtype=tables.DAY),
            due_on=pl.lit(None, dtype=tables.DAY),
            amount="closing",
        )
    ]
    for back, charged in enumerate(charges):
        if left.is_empty():
            break
        month = periods.add_months(period, -back)
        joined = left.join(
            charged.select("account", "service_group", "charged"),
            on=["account", "service_group"],
            how="left",
        ).with_columns(
            taken=pl.min_horizontal("left", pl.col("charged").fill_null(0).clip(lower_bound=0))
        )
        pieces.append(
            joined.filter(pl.col("taken") > 0).select(
                *_KEYS,
                charged_in=pl.lit(month, dtype=tables.DAY),
                due_on=pl.lit(get_due_date(month, due_day), dtype=tables.DAY),
                amount="taken",
            )
        )
        left = joined.select(*_KEYS, left=pl.col("left") - pl.col("taken")).filter(
            pl.col("left") > 0
        )
    before = periods.add_months(period, -len(charges))
    pieces.append(
        left.select(
            *_KEYS,
            charged_in=pl.lit(None, dtype=tables.DAY),
            due_on=pl.lit(get_due_date(before, due_day), dtype=tables.DAY),
            amount="left",
        )
    )
    schema = tables.BALANCES.schema
    return (
        pl.concat([piece.cast({"amount": tables.MONEY}) for piece in pieces])
        .with_columns(period=pl.lit(period, dtype=tables.DAY))
        .select(*schema)
        .cast(pl.Schema(schema))
    )


def get_due_date(month: dt.date, due_day: int) -> dt.date:
    """Return the day until which a month's charge is to be paid."""
    return periods.add_months(month, 1).replace(day=due_day)
