"""Monthly partitions: filled apart, then attached, so that readers never wait.

Partitions inherit no row security, so they get it without a single policy and
no application role has a right on them: only the parent can be read.
"""

import datetime as dt

import polars as pl
from psycopg import sql
from sqlalchemy import Connection, Table

from db import loading
from db.loading import INCOMING, Change

_ROWS_A_PIECE = 50_000


def load_month(
    connection: Connection,
    table: Table,
    frame: pl.DataFrame,
    *,
    period: dt.date,
    sender_id: int,
    is_full: bool,
    was: bytes | None = None,
) -> Change:
    """Bring one sender's rows of one month to what the frame says.

    A month that nobody has delivered yet becomes a table of its own that is filled,
    keyed and then attached, so that readers never wait. In a month that is there,
    only the difference is written.

    Args:
        connection: the owner's.
        table: a table partitioned by month.
        frame: the table's columns in order; every row has its own key.
        period: first day of the month.
        sender_id: whose accounts the rows belong to.
        is_full: remove the sender's rows that the frame lacks.
        was: what `read_month` returned in this transaction, if it was asked already.
    """
    partition = partition_name(table, period=period)
    if not _exists(connection, partition):
        _create_partition(connection, table, frame, period=period)
        return Change(added=frame.height)
    if not is_full:
        # a delta speaks of the accounts that it names and of no other
        named = sql.SQL("= ANY ({})").format(frame["account_id"].unique().to_list())
        was = _read(connection, table, partition, named)
    elif was is None:
        was = _read(connection, table, partition, _owned_by(sender_id))
    key = [column.name for column in table.primary_key]
    return _write_difference(connection, partition, was, frame, key=key, is_full=is_full)


def read_month(
    connection: Connection, table: Table, *, period: dt.date, sender_id: int
) -> bytes | None:
    """Return a sender's rows of a month as the server's CSV; None for a month not delivered yet."""
    partition = partition_name(table, period=period)
    if not _exists(connection, partition):
        return None
    return _read(connection, table, partition, _owned_by(sender_id))


def _owned_by(sender_id: int) -> sql.Composed:
    return sql.SQL("IN (SELECT id FROM account WHERE sender_id = {})").format(sender_id)


def _read(connection: Connection, table: Table, partition: str, accounts: sql.Composed) -> bytes:
    columns = sql.SQL(", ").join(sql.Identifier(column.name) for column in table.columns)
    query = sql.SQL("SELECT {} FROM {} WHERE account_id {}")
    return loading.copy_text_out(
        connection, query.format(columns, sql.Identifier(partition), accounts)
    )


def _write_difference(
    connection: Connection,
    partition: str,
    was: bytes,
    frame: pl.DataFrame,
    *,
    key: list[str],
    is_full: bool,
) -> Change:
    """Compare the rows as lines of text, which is far cheaper than column by column.

    Both sides write the same value in the same way; were they not to, a row would
    be written anew without need. No column of a partition holds a line break.
    """
    if not was:
        loading.copy_in(connection, partition, frame)
        return Change(added=frame.height)
    before = _marks(was)
    pieces = (loading.csv(piece) for piece in frame.iter_slices(_ROWS_A_PIECE))
    now = pl.concat([_marks(b""), *map(_marks, pieces)])
    fresh, gone = frame[_absent(now, before)], pl.Series("line", [], pl.String)
    if before.len() > now.len() - fresh.height:
        gone = pl.read_lines(was, name="line")["line"].gather(_absent(before, now))
    keys = loading.parse("\n".join(gone).encode(), schema=dict(frame.schema)).select(key)
    changed = keys.join(fresh, on=key, how="semi")
    removed = keys.join(fresh, on=key, how="anti") if is_full else keys.clear()
    _delete(connection, partition, pl.concat([changed, removed]))
    if not fresh.is_empty():
        loading.copy_in(connection, partition, fresh)
    return Change(fresh.height - changed.height, changed.height, removed.height)


def _marks(text: bytes) -> pl.Series:
    """Reduce each line to 128 bits: as good as the line, and a fifth of the memory."""
    high, low = (pl.col("line").hash(seed).cast(pl.Int128) for seed in range(2))
    marks = pl.scan_lines(text, name="line").select(mark=high * 2**64 + low)
    return marks.collect()["mark"]


def _absent(these: pl.Series, those: pl.Series) -> pl.Series:
    """Return the places of those lines that the other side lacks."""
    placed = these.to_frame().with_row_index("at")
    return placed.join(those.to_frame(), on="mark", how="anti", maintain_order="left")["at"]


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


def partition_name(table: Table, *, period: dt.date) -> str:
    """Return the name of a month's partition: accrual_y2014m10."""
    return f"{table.name}_y{period:%Y}m{period:%m}"


def _exists(connection: Connection, partition: str) -> bool:
    cursor = connection.connection.cursor()
    cursor.execute("SELECT to_regclass(%s) IS NOT NULL", (partition,))
    return cursor.fetchone() != (False,)


def _create_partition(
    connection: Connection, table: Table, frame: pl.DataFrame, *, period: dt.date
) -> None:
    cursor = connection.connection.cursor()
    name = partition_name(table, period=period)
    names = {"parent": sql.Identifier(table.name), "name": sql.Identifier(name)}
    bounds = {"start": sql.Literal(period), "end": sql.Literal(next_month(period))}
    key = sql.SQL(", ").join(sql.Identifier(column.name) for column in table.primary_key)
    cursor.execute(
        sql.SQL("CREATE TABLE {name} (LIKE {parent} INCLUDING DEFAULTS)").format(**names)
    )
    loading.copy_in(connection, name, frame)
    # the check spares the attaching a second look at every row
    cursor.execute(
        sql.SQL(
            "ALTER TABLE {name} ADD PRIMARY KEY ({key}), ENABLE ROW LEVEL SECURITY, "
            "ADD CONSTRAINT month CHECK (period >= {start} AND period < {end}); ANALYZE {name}; "
            "ALTER TABLE {parent} ATTACH PARTITION {name} FOR VALUES FROM ({start}) TO ({end}); "
            "ALTER TABLE {name} DROP CONSTRAINT month"
        ).format(key=key, **names, **bounds)
    )


def next_month(period: dt.date) -> dt.date:
    """Return the first day of the month after ``period``."""
    return (period.replace(day=28) + dt.timedelta(days=4)).replace(day=1)
