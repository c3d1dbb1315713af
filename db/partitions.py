"""Monthly partitions: filled as separate tables, then attached, so that readers never wait.

Partitions do not inherit row security. Each gets it enabled without a policy, and the
application's roles get no rights on it, so that rows can be read through the parent only.
"""

import datetime as dt

import polars as pl
from psycopg import sql
from sqlalchemy import Connection, Table

from db import loading
from db.base import Base
from db.loading import INCOMING, Change
from db.models import Accrual, Bill
from lib.domain import periods

_ROWS_PER_PIECE = 50_000
_TABLES = {
    model.__tablename__: Base.metadata.tables[model.__tablename__] for model in (Accrual, Bill)
}


def load_month(
    connection: Connection,
    table: str,
    frame: pl.DataFrame,
    *,
    period: dt.date,
    sender_id: int,
    is_full: bool,
    stored: bytes | None = None,
) -> Change:
    """Make the stored rows of one sender and month equal to the rows of a frame.

    The first rows of a month are written to a new table, which is attached as a partition
    when it is complete. In a month that exists, only the differences are written.

    Args:
        connection: the owner's.
        table: name of a table partitioned by month.
        frame: has every column of the table; no two rows have the same key.
        period: first day of the month.
        sender_id: key of the sender; the rows belong to its accounts.
        is_full: delete the sender's rows that the frame does not have.
        stored: the result of ``read_month`` in this transaction; None to read it now.
    """
    target = _TABLES[table]
    frame = frame.select(column.name for column in target.columns)
    partition = _partition_name(table, period=period)
    if not _exists(connection, partition):
        _create_partition(connection, target, frame, period=period)
        return Change(added=frame.height)
    if not is_full:
        # a delta changes the accounts that it names and no others
        named_accounts = sql.SQL("= ANY ({})").format(frame["account_id"].unique().to_list())
        stored = _read(connection, target, partition, named_accounts)
    elif stored is None:
        stored = _read(connection, target, partition, _owned_by(sender_id))
    key = [column.name for column in target.primary_key]
    return _write_differences(connection, partition, stored, frame, key=key, is_full=is_full)


def read_month(
    connection: Connection, table: str, *, period: dt.date, sender_id: int
) -> bytes | None:
    """Return a sender's rows of a month as CSV; None if the month has no partition yet."""
    partition = _partition_name(table, period=period)
    if not _exists(connection, partition):
        return None
    return _read(connection, _TABLES[table], partition, _owned_by(sender_id))


def _owned_by(sender_id: int) -> sql.Composed:
    return sql.SQL("IN (SELECT id FROM account WHERE sender_id = {})").format(sender_id)


def _read(connection: Connection, table: Table, partition: str, accounts: sql.Composed) -> bytes:
    columns = sql.SQL(", ").join(sql.Identifier(column.name) for column in table.columns)
    query = sql.SQL("SELECT {} FROM {} WHERE account_id {}")
    return loading.copy_csv_out(
        connection, query.format(columns, sql.Identifier(partition), accounts)
    )


def _write_differences(
    connection: Connection,
    partition: str,
    stored: bytes,
    frame: pl.DataFrame,
    *,
    key: list[str],
    is_full: bool,
) -> Change:
    """Compare the rows as lines of CSV, which is far cheaper than column by column.

    The server and polars write equal values as equal text. If they ever did not, a row would
    only be written again without need. No column of a partition can contain a line break.
    """
    if not stored:
        loading.copy_in(connection, partition, frame)
        return Change(added=frame.height)
    old = _hash_lines(stored)
    pieces = (loading.format_csv(piece) for piece in frame.iter_slices(_ROWS_PER_PIECE))
    new = pl.concat([_hash_lines(b""), *map(_hash_lines, pieces)])
    written, missing_lines = frame[_missing_places(new, old)], pl.Series("line", [], pl.String)
    if old.len() > new.len() - written.height:
        missing_lines = pl.read_lines(stored, name="line")["line"].gather(_missing_places(old, new))
    keys = loading.parse_csv("\n".join(missing_lines).encode(), schema=frame.schema).select(key)
    changed = keys.join(written, on=key, how="semi")
    removed = keys.join(written, on=key, how="anti") if is_full else keys.clear()
    _delete(connection, partition, pl.concat([changed, removed]))
    if not written.is_empty():
        loading.copy_in(connection, partition, written)
    return Change(written.height - changed.height, changed.height, removed.height)


def _hash_lines(text: bytes) -> pl.Series:
    """Return 128 bits for each line: they identify it, in a fifth of the memory."""
    high, low = (pl.col("line").hash(seed).cast(pl.Int128) for seed in range(2))
    hashes = pl.scan_lines(text, name="line").select(hash=high * 2**64 + low)
    return hashes.collect()["hash"]


def _missing_places(these: pl.Series, others: pl.Series) -> pl.Series:
    """Return the positions in ``these`` of the lines that are not in ``others``."""
    indexed = these.to_frame().with_row_index("at")
    return indexed.join(others.to_frame(), on="hash", how="anti", maintain_order="left")["at"]


def _delete(connection: Connection, partition: str, keys: pl.DataFrame) -> None:
    if keys.is_empty():
        return
    cursor = connection.connection.cursor()
    target = sql.Identifier(partition)
    names = [sql.Identifier(column) for column in keys.columns]
    cursor.execute(
        sql.SQL("CREATE TEMP TABLE {} ON COMMIT DROP AS SELECT {} FROM {} WITH NO DATA").format(
            INCOMING, sql.SQL(", ").join(names), target
        )
    )
    loading.copy_in(connection, "incoming", keys)
    same = sql.SQL(" AND ").join(sql.SQL("t.{0} = i.{0}").format(name) for name in names)
    cursor.execute(
        sql.SQL("DELETE FROM {} AS t USING {} AS i WHERE {}").format(target, INCOMING, same)
    )
    cursor.execute(sql.SQL("DROP TABLE {}").format(INCOMING))


def _partition_name(table: str, *, period: dt.date) -> str:
    """Return the name of a month's partition: accrual_y2014m10."""
    return f"{table}_y{period:%Y}m{period:%m}"


def _exists(connection: Connection, partition: str) -> bool:
    cursor = connection.connection.cursor()
    cursor.execute("SELECT to_regclass(%s) IS NOT NULL", (partition,))
    return cursor.fetchone() != (False,)


def _create_partition(
    connection: Connection, table: Table, frame: pl.DataFrame, *, period: dt.date
) -> None:
    cursor = connection.connection.cursor()
    name = _partition_name(table.name, period=period)
    names = {"parent": sql.Identifier(table.name), "name": sql.Identifier(name)}
    end = periods.add_months(period, 1)
    bounds = {"start": sql.Literal(period), "end": sql.Literal(end)}
    key = sql.SQL(", ").join(sql.Identifier(column.name) for column in table.primary_key)
    cursor.execute(
        sql.SQL("CREATE TABLE {name} (LIKE {parent} INCLUDING DEFAULTS)").format(**names)
    )
    loading.copy_in(connection, name, frame)
    # with this check the server attaches the partition without reading every row again
    cursor.execute(
        sql.SQL(
            "ALTER TABLE {name} ADD PRIMARY KEY ({key}), ENABLE ROW LEVEL SECURITY, "
            "ADD CONSTRAINT month CHECK (period >= {start} AND period < {end}); ANALYZE {name}; "
            "ALTER TABLE {parent} ATTACH PARTITION {name} FOR VALUES FROM ({start}) TO ({end}); "
            "ALTER TABLE {name} DROP CONSTRAINT month"
        ).format(key=key, **names, **bounds)
    )
