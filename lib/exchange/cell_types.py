"""Cell types: how cells of each kind are written, and the polars types that they become.

Text is always checked by a pattern before a cast: polars casts «1.005» to 1.00 and
«1e3» to 1000 without an error.
"""

import polars as pl

from lib.exchange.column import Column, Kind

# without anchors, so that patterns can be joined; none matches an empty cell
PATTERNS = {
    Kind.MONEY: r"-?[0-9]{1,11}(?:\.[0-9]{1,2})?",
    Kind.TARIFF: r"-?[0-9]{1,8}(?:\.[0-9]{1,6})?",
    Kind.VOLUME: r"-?[0-9]{1,9}(?:\.[0-9]{1,6})?",
    Kind.INT: r"-?[0-9]{1,9}",
    Kind.BOOL: r"[01]",
    # the calendar is checked later: the pattern accepts the 31st of any month
    Kind.DATE: r"(?:1[89]|[2-9][0-9])[0-9]{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])",
    Kind.PERIOD: r"(?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])",
    # no control character, no outer space
    Kind.TEXT: r"[^\s\p{Cc}](?:[\t\P{Cc}]*[^\s\p{Cc}])?",
}

_TYPES: dict[Kind, pl.DataType] = {
    Kind.TEXT: pl.String(),
    Kind.MONEY: pl.Decimal(15, 2),
    Kind.TARIFF: pl.Decimal(20, 6),
    Kind.VOLUME: pl.Decimal(21, 6),
    Kind.INT: pl.Int64(),
    Kind.BOOL: pl.Boolean(),
    Kind.DATE: pl.Date(),
    Kind.PERIOD: pl.Date(),
}


def get_type(column: Column) -> pl.DataType:
    """Return the polars type of a column's values."""
    return _TYPES[column.kind]


def parse_day(text: pl.Expr) -> pl.Expr:
    """Read dates written YYYY-MM-DD; a day that does not exist is null."""
    return text.str.to_date("%Y-%m-%d", strict=False)


def convert_column(column: Column) -> pl.Expr:
    """Convert a column of valid texts to its type; an empty cell becomes the default."""
    text = pl.col(column.name)
    if column.kind is Kind.TEXT:
        return text
    if column.kind is Kind.BOOL:
        return text == "1"
    if column.kind is Kind.DATE:
        return parse_day(text)
    if column.kind is Kind.PERIOD:
        # a million cells have the same month: parse it once
        words = text.unique(maintain_order=True)
        return text.replace_strict(words, parse_day(words + "-01"), return_dtype=pl.Date)
    value = text.cast(_TYPES[column.kind], strict=False)
    return value if column.default is None else value.fill_null(column.default)


def make_absent(column: Column) -> pl.Expr:
    """Make a column that a file does not have: null, or its default."""
    return pl.lit(column.default, _TYPES[column.kind]).alias(column.name)
