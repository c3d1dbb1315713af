"""Allocate the payments of many accounts at once, in the order of the bill.

The same as ``spreading.allocate`` for one payment after another, as frames: what an account owes
is a line of segments, one for each group, and its payments cover the line from its beginning.
"""

import polars as pl


def allocate_all(rows: pl.DataFrame, debts: pl.DataFrame) -> pl.DataFrame:
    """Allocate payments to what their accounts owe.

    Args:
        rows: ``row``, ``account_id``, ``amount`` in kopecks, in the order in which they were paid.
        debts: ``account_id``, ``group_id``, ``due`` in kopecks, below zero if overpaid; the groups
            of an account in the order of the bill, at least one for each account.

    Returns:
        ``row``, ``account_id``, ``group_id`` and ``part`` in kopecks; what exceeds the debt goes to
        the first group.
    """
    owed = pl.max_horizontal("due", pl.lit(0))
    line = debts.with_columns(
        end=owed.cum_sum().over("account_id"),
        is_first=pl.int_range(pl.len()).over("account_id") == 0,
    ).with_columns(begin=pl.col("end") - owed)
    paid = pl.col("amount").cum_sum().over("account_id")
    covering = rows.select("row", "account_id", "amount", upto=paid)
    joined = covering.join(line, on="account_id", maintain_order="left")
    covered = pl.min_horizontal("upto", "end") - pl.max_horizontal(
        pl.col("upto") - pl.col("amount"), "begin"
    )
    parts = joined.with_columns(part=pl.max_horizontal(covered, pl.lit(0)))
    rest = pl.col("amount") - pl.col("part").sum().over("row")
    parts = parts.with_columns(part=pl.col("part") + pl.when("is_first").then(rest).otherwise(0))
    return parts.filter(pl.col("part") > 0).select("row", "account_id", "group_id", "part")


def close_unassigned(debts: pl.DataFrame) -> pl.DataFrame:
    """Reduce debts by payments without a group, in the order of the bill: ``calculate_due``.

    Args:
        debts: as for ``allocate_all``, with ``unassigned`` in kopecks for each group of an account.
    """
    if not (debts["unassigned"] != 0).any():
        return debts
    owed = pl.max_horizontal("due", pl.lit(0))
    before = owed.cum_sum().over("account_id") - owed
    closed = pl.min_horizontal(pl.max_horizontal(pl.col("unassigned") - before, pl.lit(0)), owed)
    left = pl.max_horizontal(pl.col("due") - closed, pl.lit(0))
    return debts.with_columns(due=pl.when(pl.col("unassigned") != 0).then(left).otherwise("due"))
