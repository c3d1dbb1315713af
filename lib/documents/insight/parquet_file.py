"""A table as Parquet: money is Decimal, days are dates, a missing value is missing."""

import io
from collections.abc import Iterator, Sequence

import polars as pl

from lib.documents.insight import data
from lib.documents.insight.data import Sheet
from lib.domain.insight.answers import Cell, Unit

_FRACTION = pl.Decimal(38, 6)
_TYPES: dict[Unit, pl.DataType] = {
    Unit.MONEY: pl.Decimal(38, 2),
    Unit.COUNT: pl.Int64(),
    Unit.DAY: pl.Date(),
    Unit.TEXT: pl.String(),
}


def render_pieces(sheet: Sheet) -> Iterator[bytes]:
    """Yield the file piece by piece."""
    columns = [
        _make_column(name, unit, [row[place] for row in sheet.rows])
        for place, (name, unit) in enumerate(zip(sheet.headings, sheet.units, strict=True))
    ]
    written = io.BytesIO()
    pl.DataFrame(columns).write_parquet(written, compression="zstd")
    return data.cut_pieces(written.getvalue())


def _make_column(name: str, unit: Unit, cells: Sequence[Cell]) -> pl.Series:
    kind = _TYPES.get(unit, _FRACTION)
    if unit is Unit.TEXT:
        return pl.Series(name, [None if cell is None else str(cell) for cell in cells], kind)
    if unit is Unit.COUNT and not all(cell is None or isinstance(cell, int) for cell in cells):
        kind = _FRACTION
    return pl.Series(name, cells, kind)
