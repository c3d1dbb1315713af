"""Amounts as whole numbers: kopecks, ten-thousandths of a unit, millionths of a rouble.

Whole numbers are exact and quick; they become decimals where a file is written.
"""

import polars as pl

UNIT = 10_000  # volumes are counted in ten-thousandths
ROUBLE = 1_000_000  # prices are counted in millionths
_KOPECK = UNIT * ROUBLE // 100


def charge(price: pl.Expr, volume: pl.Expr) -> pl.Expr:
    """Multiply millionths of a rouble by ten-thousandths of a unit, to kopecks, half up."""
    return (price * volume + _KOPECK // 2) // _KOPECK


def divide_half_up(share: pl.Expr, of: int) -> pl.Expr:
    """Divide a number that is not negative by ``of``, and round half up."""
    return (share * 2 + of) // (2 * of)


def to_roubles(kopecks: pl.Expr) -> pl.Expr:
    """Turn kopecks into decimals."""
    return kopecks.cast(pl.Decimal(18, 2)) / 100


def to_volumes(parts: pl.Expr) -> pl.Expr:
    """Turn ten-thousandths into decimals."""
    return parts.cast(pl.Decimal(22, 4)) / UNIT


def to_prices(millionths: pl.Expr) -> pl.Expr:
    """Turn millionths of a rouble into decimals."""
    return millionths.cast(pl.Decimal(24, 6)) / ROUBLE


def to_areas(tenths: pl.Expr) -> pl.Expr:
    """Turn tenths of a square metre into decimals."""
    return tenths.cast(pl.Decimal(18, 1)) / 10
