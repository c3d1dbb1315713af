"""Rows of registers whose accounts are known: what matching and spreading go by."""

from collections.abc import Mapping
from typing import Any

import polars as pl

Place = tuple[int, int]
"""Where a row is: key of its file, and its line there."""

RECEIVED: Mapping[str, Any] = {
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
PARTS: Mapping[str, Any] = {
    "account_id": pl.Int64(),
    "register_id": pl.Int64(),
    "line": pl.Int64(),
    "group_id": pl.Int64(),
    "amount": pl.Decimal(14, 2),
}


def received(*rows: Mapping[str, Any]) -> pl.DataFrame:
    """Make a frame of a few rows."""
    return pl.DataFrame(rows, schema=dict(RECEIVED), orient="row")


def kopecks(amount: pl.Expr) -> pl.Expr:
    """Turn roubles into whole kopecks."""
    return amount.cast(pl.Decimal(14, 2)).to_physical().cast(pl.Int64)


def roubles(amount: pl.Expr) -> pl.Expr:
    """Turn whole kopecks into roubles."""
    hundred = pl.lit(100).cast(pl.Decimal(18, 2))
    return (amount.cast(pl.Decimal(18, 2)) / hundred).cast(pl.Decimal(14, 2))
