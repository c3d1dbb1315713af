"""COPY, as the tables' owner: it is refused to everybody whom row security binds."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from psycopg import sql
from sqlalchemy import Connection, Table

_CHUNK = 1 << 20
INCOMING = sql.Identifier("incoming")


@dataclass(frozen=True, slots=True)
class Change:
    """What a load did to one table, in rows."""

    added: int = 0
    changed: int = 0
    removed: int = 0

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)

    def __add__(self, other: "Change") -> "Change":
        return Change(
            self.added + other.added, self.changed + other.changed, self.removed + other.removed
        )


def copy_out(
    connection: Connection, query: str, *, schema: dict[str, Any], parameters: dict[str, Any]
) -> pl.DataFrame:
    """Read a query's rows into a frame of the given column types."""
    cursor = connection.connection.cursor()
    selected = sql.SQL(query).format(**{k: sql.Literal(v) for k, v in parameters.items()})
    buffer = io.BytesIO()
    with cursor.copy(sql.SQL("COPY ({}) TO STDOUT (FORMAT csv)").format(selected)) as copy:
        for block in copy:
            buffer.write(block)
    if not buffer.tell():
        return pl.DataFrame(schema=schema)
    buffer.seek(0)
    read = pl.read_csv(
        buffer, has_header=False, new_columns=list(schema), schema_overrides=_readable(schema)
    )
    return read.cast(pl.Schema(schema))


def _readable(schema: dict[str, Any]) -> dict[str, Any]:
    """Read booleans as text: the server writes t and f."""
    return {name: pl.String if kind == pl.Boolean else kind for name, kind in schema.items()}


def upsert(
    connection: Connection,
    table: Table,
    frame: pl.DataFrame,
    *,
    key: Sequence[str],
    within: str | None = None,
) -> Change:
    """Add the frame's rows and change those that are there and differ.

    Args:
        connection: the owner's.
        table: the target.
        frame: its columns are the target's; every row has its own key.
        key: columns of a unique constraint of the target.
        within: SQL condition on the alias ``t``; rows in it that the frame lacks are removed.
    """
    cursor = connection.connection.cursor()
    columns = [sql.Identifier(column) for column in frame.columns]
    target = sql.Identifier(table.name)
    cursor.execute(
        sql.SQL("CREATE TEMP TABLE {} ON COMMIT DROP AS SELECT {} FROM {} WITH NO DATA").format(
            INCOMING, sql.SQL(", ").join(columns), target
        )
    )
    copy_in(connection, "incoming", frame)
    removed = _remove_absent(cursor, target, key=key, within=within) if within else 0
    cursor.execute(_upsert_statement(target, columns=frame.columns, key=key))
    flags = [row[0] for row in cursor.fetchall()]
    cursor.execute(sql.SQL("DROP TABLE {}").format(INCOMING))
    return Change(added=sum(flags), changed=len(flags) - sum(flags), removed=removed)


def _upsert_statement(
    target: sql.Identifier, *, columns: Sequence[str], key: Sequence[str]
) -> sql.Composed:
    rest = [column for column in columns if column not in key]
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    if rest:
        assigned = sql.SQL(", ").join(
            sql.SQL("{0} = excluded.{0}").format(sql.Identifier(column)) for column in rest
        )
        was = sql.SQL(", ").join(sql.SQL("t.{}").format(sql.Identifier(c)) for c in rest)
        comes = sql.SQL(", ").join(sql.SQL("excluded.{}").format(sql.Identifier(c)) for c in rest)
        action = sql.SQL("DO UPDATE SET {} WHERE ({}) IS DISTINCT FROM ({})").format(
            assigned, was, comes
        )
    else:
        action = sql.SQL("DO NOTHING").format()
    return sql.SQL(
        "INSERT INTO {} AS t ({}) SELECT {} FROM {} ON CONFLICT ({}) {} "
        "RETURNING (t.xmax = 0) AS added"
    ).format(target, names, names, INCOMING, sql.SQL(", ").join(map(sql.Identifier, key)), action)


def _remove_absent(cursor: Any, target: sql.Identifier, *, key: Sequence[str], within: str) -> int:
    same = sql.SQL(" AND ").join(
        sql.SQL("t.{0} IS NOT DISTINCT FROM i.{0}").format(sql.Identifier(column)) for column in key
    )
    cursor.execute(
        sql.SQL(
            "DELETE FROM {} AS t WHERE {} AND NOT EXISTS (SELECT FROM {} AS i WHERE {})"
        ).format(target, sql.SQL(within), INCOMING, same)
    )
    return int(cursor.rowcount)


def copy_in(connection: Connection, name: str, frame: pl.DataFrame) -> None:
    """Write a frame's rows into a table or partition, in the frame's order."""
    columns = sql.SQL(", ").join(map(sql.Identifier, frame.columns))
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv)").format(
        sql.Identifier(name), columns
    )
    buffer = io.BytesIO()
    frame.write_csv(buffer, include_header=False)
    view = buffer.getbuffer()
    with connection.connection.cursor().copy(statement) as copy:
        for start in range(0, len(view), _CHUNK):
            copy.write(view[start : start + _CHUNK])
