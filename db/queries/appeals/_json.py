"""Lists of small rows as one JSON column, so that a screen needs fewer statements."""

from collections.abc import Iterator
from itertools import chain

from sqlalchemy import Function, SQLColumnExpression, func, literal_column
from sqlalchemy.dialects.postgresql import aggregate_order_by


def build_list(
    *, order: SQLColumnExpression[object] | None = None, **columns: SQLColumnExpression[object]
) -> Function[object]:
    """Return an aggregate of JSON objects with these columns; it is NULL when there are no rows."""
    pairs: Iterator[tuple[SQLColumnExpression[object], ...]] = (
        (literal_column(f"'{name}'"), column) for name, column in columns.items()
    )
    built = func.json_build_object(*chain.from_iterable(pairs))
    return func.json_agg(built if order is None else aggregate_order_by(built, order))
