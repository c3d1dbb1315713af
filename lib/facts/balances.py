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
    balances = charges[0].filter(pl.col("closing") != 0)
    overpaid = balances.filter(pl.col("closing") < 0).select(*_KEYS, amount="closing")
    pieces = [_add_months(overpaid, charged_in=None, due_on=None)]
    left = balances.filter(pl.col("closing") > 0).select(*_KEYS, left="closing")
    for back, charged in enumerate(charges):
        month = periods.add_months(period, -back)
        taken = _take(left, charged)
        pieces.append(
            _add_months(
                taken.filter(pl.col("taken") > 0).select(*_KEYS, amount="taken"),
                charged_in=month,
                due_on=get_due_date(month, due_day),
            )
        )
        left = taken.select(*_KEYS, left=pl.col("left") - pl.col("taken")).filter(
            pl.col("left") > 0
        )
    before = periods.add_months(period, -len(charges))
    pieces.append(
        _add_months(
            left.select(*_KEYS, amount="left"),
            charged_in=None,
            due_on=get_due_date(before, due_day),
        )
    )
    schema = tables.BALANCES.schema
    whole = pl.concat(pieces).with_columns(period=pl.lit(period, dtype=tables.DAY))
    return whole.select(*schema).cast(pl.Schema(schema))


def _take(left: pl.DataFrame, charged: pl.DataFrame) -> pl.DataFrame:
    """Add ``taken``: what of the balance that is left is owed for a month."""
    joined = left.join(
        charged.select("account", "service_group", "charged"),
        on=["account", "service_group"],
        how="left",
    )
    of_month = pl.col("charged").fill_null(0).clip(lower_bound=0)
    return joined.with_columns(taken=pl.min_horizontal("left", of_month))


def _add_months(
    frame: pl.DataFrame, *, charged_in: dt.date | None, due_on: dt.date | None
) -> pl.DataFrame:
    return frame.with_columns(
        pl.col("amount").cast(tables.MONEY),
        charged_in=pl.lit(charged_in, dtype=tables.DAY),
        due_on=pl.lit(due_on, dtype=tables.DAY),
    )


def get_due_date(month: dt.date, due_day: int) -> dt.date:
    """Return the day until which a month's charge is to be paid."""
    return periods.add_months(month, 1).replace(day=due_day)
