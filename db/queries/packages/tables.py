"""The rows of a package's files, written to their tables."""

import datetime as dt
from collections.abc import Sequence

import polars as pl
from psycopg import sql
from sqlalchemy.orm import Session

from db import loading
from db.loading import Change

# a package has all parts of a payment, so they replace the stored parts
_OF_DELIVERED_PAYMENTS = sql.SQL(
    "(t.account_id, t.payment_id) IN (SELECT DISTINCT account_id, payment_id FROM {})"
).format(loading.INCOMING)
_OF_MONTH = sql.SQL(
    "t.period = {period} AND t.account_id IN (SELECT id FROM account WHERE sender_id = {sender})"
)


def upsert_rows(session: Session, table: str, rows: pl.DataFrame, *, key: Sequence[str]) -> Change:
    """Add rows to a table, and update the rows that exist and differ.

    Args:
        session: the owner's.
        table: name of the table.
        rows: by columns of the table.
        key: the columns of a unique constraint of the table.
    """
    if rows.is_empty():
        return Change()
    return loading.upsert(session.connection(), table, rows, key=key)


def replace_month(
    session: Session,
    table: str,
    rows: pl.DataFrame,
    *,
    key: Sequence[str],
    period: dt.date,
    sender_id: int,
) -> Change:
    """Make a sender's rows of a month equal to these: ``upsert_rows``, then delete the others."""
    of_month = _OF_MONTH.format(period=period, sender=sender_id)
    return loading.upsert(session.connection(), table, rows, key=key, replaced=of_month)


def replace_payment_parts(session: Session, rows: pl.DataFrame) -> Change:
    """Write the parts of some payments; the other parts of these payments are deleted."""
    return loading.upsert(
        session.connection(),
        "payment_part",
        rows,
        key=("account_id", "payment_id", "group_id", "service_id"),
        replaced=_OF_DELIVERED_PAYMENTS,
    )
