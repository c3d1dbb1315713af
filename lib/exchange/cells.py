"""Cells: converts text to typed values and reports every cell that is wrong.

Values are never repaired: a cell that does not fit its pattern is reported and not read.
"""

from dataclasses import dataclass

import polars as pl

from lib.exchange.cell_types import PATTERNS, convert_column, get_type, make_absent, parse_day
from lib.exchange.column import ID_LIMIT, Column, Kind
from lib.exchange.explanations import explain_cell
from lib.exchange.findings import Findings, Severity
from lib.exchange.table import ROW

# a text of several lines keeps its line breaks
_LINES = r"[^\s\p{Cc}](?:[\t\r\n\P{Cc}]*[^\s\p{Cc}])?"


@dataclass(frozen=True, slots=True)
class TypedRows:
    """The rows without a wrong cell, and whether these are all rows."""

    frame: pl.DataFrame
    is_whole: bool


def type_cells(
    frame: pl.DataFrame, columns: tuple[Column, ...], *, file: str, findings: Findings
) -> TypedRows:
    """Check and convert the cells of a file.

    Args:
        frame: ``_row`` and the columns that the file has, as String.
        columns: all columns of the format for this file.
        file: the file's name, for the findings.
        findings: receives every wrong cell.

    Returns:
        The rows without a wrong cell, in the file's order, with all columns of the format; a
        column that the file does not have is null or its default.
    """
    carried = [column for column in columns if column.name in frame.columns]
    missing = [column for column in columns if column.name not in frame.columns]
    values, wrong = _convert(frame, carried)
    if wrong:
        frame = _trim(frame, wrong)
        for column in wrong:
            rows = frame.filter(_is_bad(column)).select(ROW, value=column.name)
            _report(rows, column, file, findings)
        good = frame.filter(~pl.any_horizontal(_is_bad(column) for column in wrong))
        is_whole = good.height == frame.height
        values, _ = _convert(good, carried)
    else:
        is_whole = True
    values = values.with_columns(make_absent(column) for column in missing)
    return TypedRows(values.select(ROW, *(column.name for column in columns)), is_whole)


def _convert(frame: pl.DataFrame, columns: list[Column]) -> tuple[pl.DataFrame, list[Column]]:
    """Convert and check all cells in one query, so that all cores have work.

    Returns:
        The converted frame, and the columns that contain a wrong cell: their values mean nothing.
    """
    marks = [f"?{column.name}" for column in columns]
    flags = (_has_bad(column).alias(mark) for column, mark in zip(columns, marks, strict=True))
    if not frame.height:
        return pl.DataFrame(schema={ROW: pl.Int64(), **{c.name: get_type(c) for c in columns}}), []
    result = frame.select(ROW, *map(convert_column, columns), *flags)
    bad = result.select(marks).row(0)
    wrong = [column for column, is_wrong in zip(columns, bad, strict=True) if is_wrong]
    return result.drop(marks), wrong


def _trim(frame: pl.DataFrame, columns: list[Column]) -> pl.DataFrame:
    """Strip texts; in values of other kinds spaces are errors."""
    names = [column.name for column in columns if column.kind is Kind.TEXT]
    if not names:
        return frame
    stripped = pl.col(names).str.strip_chars()
    return frame.with_columns(pl.when(stripped != "").then(stripped))


def _fits(column: Column, text: pl.Expr) -> pl.Expr:
    """Tell which cells fit their column; null for an empty cell."""
    if column.values:
        return text.is_in(list(column.values))
    pattern = _LINES if column.has_lines else PATTERNS[column.kind]
    fits = text.str.contains(f"^{pattern}$")
    if column.kind is Kind.TEXT:
        return fits & (text.str.len_chars() <= column.limit)
    if column.kind is Kind.DATE:
        # an empty cell must stay null (null & True): `_is_bad` decides on it
        return fits & (parse_day(text).is_not_null() | text.is_null())
    return fits


def _is_bad(column: Column) -> pl.Expr:
    return ~_fits(column, pl.col(column.name)).fill_null(not column.has_value)


def _has_bad(column: Column) -> pl.Expr:
    text = pl.col(column.name)
    if column.limit == ID_LIMIT or column.kind in (Kind.DATE, Kind.PERIOD, Kind.BOOL):
        # few different values in a million cells: finding them is cheaper than matching all cells
        text = text.unique()
    return (~_fits(column, text).fill_null(not column.has_value)).any()


def _report(rows: pl.DataFrame, column: Column, file: str, findings: Findings) -> None:
    empty = rows.filter(pl.col("value").is_null())
    findings.add_rows(
        empty,
        Severity.ERROR,
        file=file,
        column=column.name,
        code="empty-value",
        reason="значение обязательно, а поле пустое",
    )
    findings.add_rows(
        rows.filter(pl.col("value").is_not_null()),
        Severity.ERROR,
        file=file,
        column=column.name,
        code=f"bad-{column.kind}",
        reason=lambda row: explain_cell(row["value"], column),
    )
