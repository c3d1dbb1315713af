"""Frames of payments whose accounts are known, for pairing and spreading."""

from collections.abc import Mapping

import polars as pl

Place = tuple[int, int]
"""The place of a payment: key of its register, and its line there."""

ROWS: Mapping[str, pl.DataType] = {
    "register_id": pl.Int64(),
    "line": pl.Int64(),
    "account_id": pl.Int64(),
    "sender_id": pl.Int64(),
    "amount": pl.Decimal(14, 2),
    "paid_on": pl.Date(),
    "channel": pl.String(),
    "reference": pl.String(),
    "document": pl.String(),
    "payee_account": pl.String(),
}
PARTS: Mapping[str, pl.DataType] = {
    "account_id": pl.Int64(),
    "register_id": pl.Int64(),
    "line": pl.Int64(),
    "group_id": pl.Int64(),
    "amount": pl.Decimal(14, 2),
}


def make_frame(*rows: Mapping[str, object]) -> pl.DataFrame:
    """Make a frame by ``ROWS``; other values of the rows are left out, missing ones are null."""
    return pl.DataFrame(
        [{name: row.get(name) for name in ROWS} for row in rows], schema=ROWS, orient="row"
    )


def to_kopecks(amount: pl.Expr) -> pl.Expr:
    """Convert roubles to whole kopecks."""
    return amount.cast(pl.Decimal(14, 2)).to_physical().cast(pl.Int64)


def to_roubles(amount: pl.Expr) -> pl.Expr:
    """Convert whole kopecks to roubles."""
    hundred = pl.lit(100).cast(pl.Decimal(18, 2))
    return (amount.cast(pl.Decimal(18, 2)) / hundred).cast(pl.Decimal(14, 2))
