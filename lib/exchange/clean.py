"""Clean files: read at full speed when every single line fits one pattern.

A million lines are judged by one pattern each, made from the patterns of their cells,
and only then read straight into their types. A file with a quote, or with one line
that does not fit, is left to `table` and `cells`, which name everything wrong.
"""

import re

import polars as pl

from lib.exchange.column import Column, Kind
from lib.exchange.csv_text import SEPARATOR, CsvText
from lib.exchange.kinds import PATTERNS, absent, type_of, typed
from lib.exchange.table import ROW

_ANY = f"[^{SEPARATOR}]*"
# like PATTERNS[Kind.TEXT], for a field without quotes
_TEXT = rf"[^{SEPARATOR}\s\p{{Cc}}](?:[\t[^{SEPARATOR}\p{{Cc}}]]*[^{SEPARATOR}\s\p{{Cc}}])?"
_NUMERIC = frozenset({Kind.MONEY, Kind.TARIFF, Kind.VOLUME, Kind.INT})


def read_clean(text: CsvText, columns: tuple[Column, ...]) -> pl.DataFrame | None:
    """Read a file that has nothing wrong in it.

    Returns:
        `_row` and all columns of the format, typed; None when something may be wrong.
    """
    if b'"' in text.data or not _fits(text, columns):
        return None
    carried = [column for column in columns if column.name in text.header]
    raw = _read(text, carried)
    if not raw.height:
        return None
    frame = raw.select(
        pl.int_range(2, raw.height + 2, dtype=pl.Int64).alias(ROW),
        *(_value(column) if column in carried else absent(column) for column in columns),
    )
    return frame if _holds(raw, frame, carried) else None


def _fits(text: CsvText, columns: tuple[Column, ...]) -> bool:
    known = {column.name: column for column in columns}
    fields = (_field(known[name]) if name in known else _ANY for name in text.header)
    pattern = f"^{SEPARATOR.join(fields)}$"
    lines = pl.scan_lines(text.data, name="line").slice(1)
    fitting = lines.select(pl.col("line").str.contains(pattern).all())
    # the streaming engine matches on all cores
    return bool(fitting.collect(engine="streaming").item())


def _field(column: Column) -> str:
    if column.values:
        pattern = "|".join(map(re.escape, column.values))
    else:
        pattern = _TEXT if column.kind is Kind.TEXT else PATTERNS[column.kind]
    return f"(?:{pattern})" if column.has_value else f"(?:{pattern})?"


def _read(text: CsvText, carried: list[Column]) -> pl.DataFrame:
    """Read numbers as what they are and all else as text."""
    types = {column.name: type_of(column) for column in carried if column.kind in _NUMERIC}
    schema = {f"c{at}": types.get(name, pl.String()) for at, name in enumerate(text.header)}
    frame = pl.read_csv(
        text.data,
        separator=SEPARATOR,
        quote_char=None,
        has_header=False,
        skip_lines=1,
        schema=schema,
        raise_if_empty=False,
        glob=False,
    )
    places = {name: f"c{at}" for at, name in enumerate(text.header)}
    return frame.select(pl.col(places[c.name]).alias(c.name) for c in carried)


def _value(column: Column) -> pl.Expr:
    if column.kind not in _NUMERIC:
        return typed(column)
    value = pl.col(column.name)
    return value if column.default is None else value.fill_null(column.default)


def _holds(raw: pl.DataFrame, frame: pl.DataFrame, carried: list[Column]) -> bool:
    """Check what a pattern cannot say: that the days exist and texts are short enough."""
    for column in carried:
        if column.kind is Kind.DATE:
            if raw[column.name].null_count() != frame[column.name].null_count():
                return False
        elif column.kind is Kind.TEXT and not column.values:
            longest = raw.select(pl.col(column.name).str.len_chars().max()).item()
            if (longest or 0) > column.limit:
                return False
    return True
