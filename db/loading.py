"""Bulk reading and writing with COPY, as the owner of the tables.

PostgreSQL refuses COPY into a table to every role that row security binds.
"""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import polars as pl
import psycopg
from psycopg import sql
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from db.session import DatabaseAway
from lib.errors import PortalError

# what each column of a frame holds, in the order of the columns
Schema = Mapping[str, pl.DataType]
# the temporary table that new rows are written to first
INCOMING = sql.Identifier("incoming")

_ROWS_PER_PIECE = 50_000
_SEPARATOR = "\x1f"
# codes of PostgreSQL's errors (SQLSTATE)
_DISK_FULL = "53100"
_AWAY = ("08", "57P")  # the connection is lost, or the server is stopping


class DiskFull(PortalError):
    """The disk of the database is full."""

    def __init__(self) -> None:
        super().__init__(
            "На диске базы данных не осталось места, ничего не записано. "
            "Освободите место и повторите."
        )


@contextmanager
def translate_errors() -> Iterator[None]:
    """Turn failures of the server into errors for people.

    COPY uses psycopg directly, so its errors are psycopg's and not SQLAlchemy's.

    Raises:
        DatabaseAway: the connection was lost inside the block.
        DiskFull: the disk of the database is full.
    """
    try:
        yield
    except (psycopg.OperationalError, DBAPIError) as failure:
        state = getattr(getattr(failure, "orig", failure), "sqlstate", None)
        if state == _DISK_FULL:
            raise DiskFull from failure
        if isinstance(failure, psycopg.OperationalError) and (state or "08").startswith(_AWAY):
            raise DatabaseAway from failure
        raise


@dataclass(frozen=True, slots=True)
class Change:
    """How many rows of a table a load added, changed and deleted."""

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
    connection: Connection, query: str, *, schema: Schema, parameters: Mapping[str, object]
) -> pl.DataFrame:
    """Read the rows of a query into a frame.

    Args:
        connection: the owner's.
        query: SQL with the names of parameters in braces, ``{sender}``.
        schema: the columns of the frame.
        parameters: values by name; they are quoted here.
    """
    text = copy_csv_out(connection, sql.SQL(query).format(**parameters))
    return parse_csv(text, schema=schema)


def fetch_frame(
    connection: Connection, query: str, *, schema: Schema, parameters: Mapping[str, object]
) -> pl.DataFrame:
    """Read the rows of a query as one value that the server puts together.

    This is faster than ``copy_out`` for many short rows: COPY sends a message for each row.
    Values are not quoted, so the columns must be numbers and dates, never texts.

    Args:
        connection: any.
        query: SQL with the names of parameters in braces, ``{period}``.
        schema: the columns of the frame.
        parameters: values by name; a list of values is one text, made by ``join_values``.
    """
    names = ", ".join(schema)
    cells = ", ".join(f"coalesce({name}::text, '')" for name in schema)
    whole = f"SELECT string_agg(concat_ws(',', {cells}), E'\\n') FROM ({query}) t({names})"  # noqa: S608 - our query
    cursor = connection.connection.cursor()
    cursor.execute(sql.SQL(whole).format(**parameters))
    row = cursor.fetchone()
    return parse_csv(row[0].encode() if row and row[0] else b"", schema=schema)


def join_values(values: Iterable[object]) -> str:
    """Write values as one text, which SQL splits with ``string_to_array`` at the character 1F.

    One text is sent faster than an array. No text of ours contains the separator: the readers
    of files refuse control characters.
    """
    return _SEPARATOR.join(map(str, values))


def copy_csv_out(connection: Connection, query: sql.Composed) -> bytes:
    """Return the rows of a query as the CSV that the server writes, without a header."""
    statement = sql.SQL("COPY ({}) TO STDOUT (FORMAT csv)").format(query)
    buffer = io.BytesIO()
    with connection.connection.cursor().copy(statement) as copy:
        for block in copy:
            buffer.write(block)
    return buffer.getvalue()


def parse_csv(text: bytes, *, schema: Schema) -> pl.DataFrame:
    """Turn CSV that the server wrote into a frame."""
    if not text:
        return pl.DataFrame(schema=schema)
    frame = pl.read_csv(
        text, has_header=False, new_columns=list(schema), schema_overrides=_readable(schema)
    )
    return frame.cast(pl.Schema(schema))


def format_csv(frame: pl.DataFrame) -> bytes:
    """Return the rows of a frame as CSV, as the server writes it: an empty field is NULL."""
    buffer = io.BytesIO()
    frame.write_csv(buffer, include_header=False)
    return buffer.getvalue()


def _readable(schema: Schema) -> dict[str, pl.DataType]:
    """Return the types to read: booleans are text, for the server writes them as t and f."""
    return {name: pl.String() if kind == pl.Boolean else kind for name, kind in schema.items()}


def upsert(
    connection: Connection,
    table: str,
    frame: pl.DataFrame,
    *,
    key: Sequence[str],
    replaced: sql.Composable | None = None,
) -> Change:
    """Add the rows of a frame to a table, and update the rows that exist and differ.

    Args:
        connection: the owner's.
        table: name of the table.
        frame: its columns are columns of the table; no two rows have the same key.
        key: the columns of a unique constraint of the table.
        replaced: a condition on the table, its alias is ``t``; rows that meet it and that the
            frame does not have are deleted. None deletes nothing.
    """
    cursor = connection.connection.cursor()
    columns = [sql.Identifier(column) for column in frame.columns]
    target = sql.Identifier(table)
    cursor.execute(
        sql.SQL("CREATE TEMP TABLE {} ON COMMIT DROP AS SELECT {} FROM {} WITH NO DATA").format(
            INCOMING, sql.SQL(", ").join(columns), target
        )
    )
    copy_in(connection, "incoming", frame)
    removed = _remove_absent(cursor, target, key=key, replaced=replaced) if replaced else 0
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
        old = sql.SQL(", ").join(sql.SQL("t.{}").format(sql.Identifier(c)) for c in rest)
        new = sql.SQL(", ").join(sql.SQL("excluded.{}").format(sql.Identifier(c)) for c in rest)
        action = sql.SQL("DO UPDATE SET {} WHERE ({}) IS DISTINCT FROM ({})").format(
            assigned, old, new
        )
    else:
        action = sql.SQL("DO NOTHING").format()
    return sql.SQL(
        "INSERT INTO {} AS t ({}) SELECT {} FROM {} ON CONFLICT ({}) {} "
        "RETURNING (t.xmax = 0) AS added"
    ).format(target, names, names, INCOMING, sql.SQL(", ").join(map(sql.Identifier, key)), action)


def _remove_absent(
    cursor: Any, target: sql.Identifier, *, key: Sequence[str], replaced: sql.Composable
) -> int:
    same = sql.SQL(" AND ").join(
        sql.SQL("t.{0} IS NOT DISTINCT FROM i.{0}").format(sql.Identifier(column)) for column in key
    )
    cursor.execute(
        sql.SQL(
            "DELETE FROM {} AS t WHERE {} AND NOT EXISTS (SELECT FROM {} AS i WHERE {})"
        ).format(target, replaced, INCOMING, same)
    )
    return int(cursor.rowcount)


def copy_in(connection: Connection, table: str, frame: pl.DataFrame) -> None:
    """Add the rows of a frame to a table or partition, in the order of the frame."""
    columns = sql.SQL(", ").join(map(sql.Identifier, frame.columns))
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv)").format(
        sql.Identifier(table), columns
    )
    with connection.connection.cursor().copy(statement) as copy:
        for piece in _pieces(frame):
            copy.write(piece)


def _pieces(frame: pl.DataFrame) -> Iterator[bytes]:
    """Format pieces of CSV on another thread, while the server takes the piece before."""
    with ThreadPoolExecutor(max_workers=1) as writer:
        yield from writer.map(format_csv, frame.iter_slices(_ROWS_PER_PIECE))
