"""What a table of the facts is: its columns, their types and meanings."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

MONEY, VOLUME, PRICE = pl.Decimal(14, 2), pl.Decimal(15, 6), pl.Decimal(14, 6)
KEY, NUMBER, DAY, WORD = pl.Int64(), pl.Int32(), pl.Date(), pl.String()
MOMENT, FLAG = pl.Datetime("us"), pl.Boolean()
ALL_MONTHS = "all"  # the month of a file that is not divided by month


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its type and its meaning, in Russian."""

    type: pl.DataType
    meaning: str


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of files: one table of the facts.

    Attributes:
        name: of the table and of the folder.
        meaning: what a row is, in Russian.
        columns: by name, in order.
        is_monthly: each month has a file of its own.
    """

    name: str
    meaning: str
    columns: Mapping[str, Column]
    is_monthly: bool = True

    @property
    def schema(self) -> dict[str, pl.DataType]:
        """Return the types of the columns."""
        return {name: column.type for name, column in self.columns.items()}

    @property
    def order(self) -> list[str]:
        """Return the columns by which rows are sorted, so that the same rows are the same file."""
        first = [name for name in ("organization", "house") if name in self.columns]
        others = [name for name, kind in self.schema.items() if not kind.is_decimal()]
        return list(dict.fromkeys([*first, *others]))
