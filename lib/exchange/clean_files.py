"""Clean files: the fast way to read a file that has no error.

Every line is matched with one pattern, made from the patterns of its cells. If all lines
fit, the file is read directly into its types. A file with a quote, or with one line that
does not fit, is read by `table` and `cells`, which report everything that is wrong.
"""

import re

import polars as pl

from lib.exchange.cell_types import PATTERNS, convert_column, get_type, make_absent
from lib.exchange.column import Column, Kind
from lib.exchange.csv_text import SEPARATOR, CsvText
from lib.exchange.table import ROW

_ANY = f"[^{SEPARATOR}]*"
# like PATTERNS[Kind.TEXT], for a field without quotes
_TEXT = rf"[^{SEPARATOR}\s\p{{Cc}}](?:[\t[^{SEPARATOR}\p{{Cc}}]]*[^{SEPARATOR}\s\p{{Cc}}])?"
_NUMERIC = frozenset({Kind.MONEY, Kind.TARIFF, Kind.VOLUME, Kind.INT})


def read_clean_file(text: CsvText, columns: tuple[Column, ...]) -> pl.DataFrame | None:
    """Read a file that has no error.

    Returns:
        ``_row`` and all columns of the format, typed; None if something may be wrong.
    """
    if b'"' in text.data or not _fits(text, columns):
        return None
    carried = [column for column in columns if column.name in text.header]
    raw = _read(text, carried)
    if not raw.height:
        return None
    frame = raw.select(
        pl.int_range(2, raw.height + 2, dtype=pl.Int64).alias(ROW),
        *(_value(column) if column in carried else make_absent(column) for column in columns),
    )
    return frame if _is_valid(raw, frame, carried) else None


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
    """Read numbers into their types, and everything else as text."""
    types = {column.name: get_type(column) for column in carried if column.kind in _NUMERIC}
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
        return convert_column(column)
    value = pl.col(column.name)
    return value if column.default is None else value.fill_null(column.default)


def _is_valid(raw: pl.DataFrame, frame: pl.DataFrame, carried: list[Column]) -> bool:
    """Check what a pattern cannot: that days exist and that texts are short enough."""
    for column in carried:
        if column.kind is Kind.DATE:
            if raw[column.name].null_count() != frame[column.name].null_count():
                return False
        elif column.kind is Kind.TEXT and not column.values:
            longest = raw.select(pl.col(column.name).str.len_chars().max()).item()
            if (longest or 0) > column.limit:
                return False
    return True
