"""DuckDB's names of the types of columns."""

from typing import Any

_TYPES = {
    "Int64": "BIGINT",
    "Int32": "INTEGER",
    "Date": "DATE",
    "String": "VARCHAR",
    "Boolean": "BOOLEAN",
}


def name_type(of_column: Any) -> str:
    """Return DuckDB's name of a column's type."""
    if of_column.is_decimal():
        return f"DECIMAL({of_column.precision}, {of_column.scale})"
    if str(of_column).startswith("Datetime"):
        return "TIMESTAMP"
    return _TYPES[str(of_column)]
