"""COPY, as the tables' owner: it is refused to everybody whom row security binds."""

import io
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import polars as pl
import psycopg
from psycopg import sql
from sqlalchemy import Connection, Table
from sqlalchemy.exc import DBAPIError

from db.session import DatabaseAway
from lib.errors import PortalError

_ROWS_A_PIECE = 50_000
INCOMING = sql.Identifier("incoming")


_DISK_FULL = "53100"
# connection lost, or the server is going down
_AWAY = ("08", "57P")


class DiskFull(PortalError):
    """The database has no room for what is to be written."""

    def __init__(self) -> None:
        super().__init__(
            "На диске базы данных не осталось места, ничего не записано. "
            "Освободите место и повторите."
        )


@contextmanager
def refusals() -> Iterator[None]:
    """Turn what befalls the server into sentences; COPY goes past SQLAlchemy's errors.

    Raises:
        DatabaseAway: the database went away in the block.
        DiskFull: there is no room for the rows.
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
    return parse(copy_text_out(connection, sql.SQL(query).format(**parameters)), schema=schema)


def fetch(
    connection: Connection, query: str, *, schema: dict[str, Any], parameters: dict[str, Any]
) -> pl.DataFrame:
    """Read a query's rows, numbers and dates alone, as one text.

    COPY hands out row by row, which costs the reader more than the query costs the server.
    Parameters that are lists come as ``listed`` makes them.
    """
    names = ", ".join(schema)
    cells = ", ".join(f"coalesce({name}::text, '')" for name in schema)
    whole = f"SELECT string_agg(concat_ws(',', {cells}), E'\\n') FROM ({query}) t({names})"  # noqa: S608 - our query
    cursor = connection.connection.cursor()
    cursor.execute(sql.SQL(whole).format(**parameters))
    found = cursor.fetchone()
    return parse(found[0].encode() if found and found[0] else b"", schema=schema)


def listed(values: Iterable[object]) -> str:
    """Write values as one text; SQL takes it apart at the sign 1F, which no text of ours has."""
    return "\x1f".join(map(str, values))


def copy_text_out(connection: Connection, query: sql.Composed) -> bytes:
    """Read a query's rows as the lines of CSV that the server writes."""
    statement = sql.SQL("COPY ({}) TO STDOUT (FORMAT csv)").format(query)
    buffer = io.BytesIO()
    with connection.connection.cursor().copy(statement) as copy:
        for block in copy:
            buffer.write(block)
    return buffer.getvalue()


def parse(text: bytes, *, schema: dict[str, Any]) -> pl.DataFrame:
    """Turn lines that the server wrote into a frame of the given column types."""
    if not text:
        return pl.DataFrame(schema=schema)
    read = pl.read_csv(
        text, has_header=False, new_columns=list(schema), schema_overrides=_readable(schema)
    )
    return read.cast(pl.Schema(schema))


def csv(frame: pl.DataFrame) -> bytes:
    """Write a frame's rows as CSV, as the server does: an empty field is NULL."""
    buffer = io.BytesIO()
    frame.write_csv(buffer, include_header=False)
    return buffer.getvalue()


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
    with connection.connection.cursor().copy(statement) as copy:
        for piece in _pieces(frame):
            copy.write(piece)


def _pieces(frame: pl.DataFrame) -> Iterator[bytes]:
    """Write rows as CSV on a thread of their own: the server takes a piece, the next is made."""
    with ThreadPoolExecutor(max_workers=1) as writer:
        yield from writer.map(csv, frame.iter_slices(_ROWS_A_PIECE))
