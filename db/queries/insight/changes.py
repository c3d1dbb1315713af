"""What has changed in the ledger: quick marks, so that a month that is the same is not read."""

import datetime as dt
from typing import NamedTuple

import polars as pl
from sqlalchemy import text
from sqlalchemy.orm import Session

from db import loading
from db.loading import Schema
from db.queries.insight.months import PAYMENT_PARTS
from db.rows import get_one, read_all

# by sender and month: what its rows were, so that a month that is the same is not read again
_PAYMENT_MARKS = f"""
SELECT a.sender_id, date_trunc('month', x.paid_on)::date,
    count(*) || ' ' || sum(hashtextextended(concat_ws('|', x.account_id, x.payment, x.group_id,
        x.paid_on, x.counted_in, x.known_on, x.channel, x.source, x.amount, x.is_reversal), 0)
        ::numeric)
FROM ({PAYMENT_PARTS}) x JOIN account a ON a.id = x.account_id GROUP BY 1, 2
"""  # noqa: S608 - our text
_READING_MARKS = (
    "SELECT s.sender_id, r.period, count(*) || ' ' || max(r.submitted_at) || ' ' || "
    "sum(hashtextextended(concat_ws('|', r.id, r.status), 0)::numeric) FROM submitted_reading r "
    "JOIN meter m ON m.account_id = r.account_id AND m.id = r.meter_id "
    "JOIN service s ON s.id = m.service_id GROUP BY 1, 2"
)
_APPEAL_MARKS = (
    "SELECT a.sender_id, date_trunc('month', p.sent_at AT TIME ZONE {zone})::date, "
    "count(*) || ' ' || sum(p.version) || ' ' || max(p.status_at) || ' ' || "
    "sum(hashtextextended(concat_ws('|', p.id, p.status, p.organization_id, p.rating, p.entries), "
    "0)::numeric) "
    "FROM appeal p JOIN account a ON a.id = p.account_id GROUP BY 1, 2"
)
_MARKS: Schema = {"sender": pl.Int64(), "period": pl.Date(), "mark": pl.String()}

_LATEST = text(
    "SELECT coalesce((SELECT max(id) FROM package), 0) AS package, "
    "coalesce((SELECT max(id) FROM payment), 0) AS payment, "
    "concat_ws(' ', (SELECT max(id) FROM register), (SELECT max(decided_at) FROM register_row), "
    "(SELECT max(happened_at) FROM online_payment_event), "
    "(SELECT max(happened_at) FROM appeal_entry), (SELECT max(status_at) FROM appeal), "
    "(SELECT max(submitted_at) FROM submitted_reading), "
    "(SELECT max(decided_at) FROM submitted_reading), "
    "(SELECT string_agg(concat_ws(' ', sender_id, period, status, closed_at), ',' "
    "ORDER BY sender_id, period) FROM billing_period)) AS others"
)
_CLOSED = text(
    "SELECT p.sender_id AS sender, p.period, "
    "concat_ws(' ', p.closed_at, (SELECT max(k.id) FROM package k "
    "WHERE k.sender_id = p.sender_id AND k.period = p.period)) AS mark "
    "FROM billing_period p WHERE p.status = 'closed' ORDER BY 1, 2"
)
_SENDERS = text("SELECT id AS sender FROM sender ORDER BY id")


class LatestRow(NamedTuple):
    """What shows quickly whether anything has changed since."""

    package: int
    payment: int
    others: str


class ClosedRow(NamedTuple):
    """A closed month of a sender; ``mark`` changes with each import."""

    sender: int
    period: dt.date
    mark: str


class SenderRow(NamedTuple):
    """A sender."""

    sender: int


def lock_facts(session: Session) -> bool:
    """Tell whether no other process writes the facts; none can until this transaction ends."""
    locked = text("SELECT pg_try_advisory_xact_lock(hashtext('kabinet facts'))")
    return bool(session.scalar(locked))


def wait_for_lock(session: Session) -> None:
    """Wait until no other process writes the facts; none can until this transaction ends."""
    session.execute(text("SELECT pg_advisory_xact_lock(hashtext('kabinet facts'))"))


def get_latest(session: Session) -> LatestRow:
    """Return what shows quickly whether anything has changed."""
    return get_one(session.execute(_LATEST), LatestRow)


def list_senders(session: Session) -> list[int]:
    """Return the keys of all senders."""
    return [row.sender for row in read_all(session.execute(_SENDERS), SenderRow)]


def list_closed(session: Session) -> list[ClosedRow]:
    """Return the closed months of all senders."""
    return read_all(session.execute(_CLOSED), ClosedRow)


def fetch_marks(session: Session, *, kind: str, zone: str) -> pl.DataFrame:
    """Return ``sender``, ``period`` and ``mark`` of «payments», «submissions» or «appeals»."""
    query = {
        "payments": _PAYMENT_MARKS,
        "submissions": _READING_MARKS,
        "appeals": _APPEAL_MARKS,
    }[kind]
    return loading.copy_out(session.connection(), query, schema=_MARKS, parameters={"zone": zone})
