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


def load_month(
    connection: Connection,
    table: Table,
    frame: pl.DataFrame,
    *,
    period: dt.date,
    sender_id: int,
    is_full: bool,
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
    """
    partition = partition_name(table, period=period)
    if not _exists(connection, partition):
        _create_partition(connection, table, frame, period=period)
        return Change(added=frame.height)
    was = loading.copy_out(
        connection,
        f"SELECT {', '.join(frame.columns)} FROM {partition} "  # noqa: S608 - names of columns
        "WHERE account_id IN (SELECT id FROM account WHERE sender_id = {sender})",
        schema=dict(frame.schema),
        parameters={"sender": sender_id},
    )
    key = [column.name for column in table.primary_key]
    return _write_difference(connection, partition, was, frame, key=key, is_full=is_full)


def _write_difference(
    connection: Connection,
    partition: str,
    was: pl.DataFrame,
    frame: pl.DataFrame,
    *,
    key: list[str],
    is_full: bool,
) -> Change:
    if was.is_empty():
        loading.copy_in(connection, partition, frame)
        return Change(added=frame.height)
    fresh = frame.join(was, on=frame.columns, how="anti", nulls_equal=True, maintain_order="left")
    changed = was.select(key).join(fresh, on=key, how="semi")
    gone = was.select(key).join(frame, on=key, how="anti") if is_full else changed.clear()
    _delete(connection, partition, pl.concat([changed, gone]))
    if not fresh.is_empty():
        loading.copy_in(connection, partition, fresh)
    return Change(added=fresh.height - changed.height, changed=changed.height, removed=gone.height)


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
