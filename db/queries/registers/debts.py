"""What many accounts owe: the closed months, the balances and the charges of each group."""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

import polars as pl
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from db import loading
from db.loading import Schema
from db.models import BillingPeriod
from db.queries.payments import history
from db.rows import read_all
from db.session import DatabaseRole, Viewer

_BILLED = """
SELECT account_id FROM bill WHERE period = {period} AND line_count > 0
AND account_id = ANY (string_to_array({accounts}, E'\\x1f')::bigint[])
"""
# in kopecks: whole numbers are read faster than decimals
_BALANCES = """
SELECT l.account_id, s.group_id, sum((l.closing * 100)::bigint),
    sum(((l.total + coalesce(l.penalty, 0)) * 100)::bigint)
FROM accrual l JOIN service s ON s.id = l.service_id WHERE l.period = {period}
AND l.account_id = ANY (string_to_array({accounts}, E'\\x1f')::bigint[]) GROUP BY 1, 2
UNION ALL SELECT account_id, group_id, (closing * 100)::bigint, (accrued * 100)::bigint
FROM penalty WHERE period = {period}
AND account_id = ANY (string_to_array({accounts}, E'\\x1f')::bigint[])
"""
_CHARGES = """
SELECT account_id, group_id, period, (sum(charged) * 100)::bigint FROM (
    SELECT l.account_id, s.group_id, l.period, l.total + coalesce(l.penalty, 0) AS charged
    FROM accrual l JOIN service s ON s.id = l.service_id
    WHERE l.account_id = ANY (string_to_array({accounts}, E'\\x1f')::bigint[])
    UNION ALL SELECT account_id, group_id, period, accrued FROM penalty
    WHERE account_id = ANY (string_to_array({accounts}, E'\\x1f')::bigint[])
) owed GROUP BY 1, 2, 3 ORDER BY 3 DESC
"""
_CLOSED = (
    select(BillingPeriod.sender_id, BillingPeriod.period)
    .where(BillingPeriod.status == "closed")
    .order_by(BillingPeriod.period.desc())
)
_KEY: Schema = {"account_id": pl.Int64(), "group_id": pl.Int64()}
# columns of frames of sums; amounts are whole kopecks
BALANCES: Schema = {**_KEY, "due": pl.Int64(), "charged": pl.Int64()}
PAID: Schema = {**_KEY, "paid": pl.Int64()}
CHARGES: Schema = {**_KEY, "period": pl.Date(), "charged": pl.Int64()}


class ClosedPeriodRow(NamedTuple):
    """A month that a sender has closed."""

    sender_id: int
    period: dt.date


def list_closed_periods(session: Session) -> list[ClosedPeriodRow]:
    """Return the closed months of every sender, the latest first."""
    return read_all(session.execute(_CLOSED), ClosedPeriodRow)


def find_billed(session: Session, *, accounts: Iterable[int], period: dt.date) -> pl.DataFrame:
    """Return which of these accounts have lines in a month: ``account_id``."""
    return loading.fetch_frame(
        session.connection(),
        _BILLED,
        schema={"account_id": pl.Int64()},
        parameters={"period": period, "accounts": loading.join_values(accounts)},
    )


def allow_memory(session: Session) -> None:
    """Give the sorts and sums of this transaction 128 MB: those of a city do not fit into less."""
    session.execute(text("SET LOCAL work_mem = '128MB'"))


def fetch_balances(session: Session, *, accounts: Iterable[int], period: dt.date) -> pl.DataFrame:
    """Return what accounts owed at the end of a month, by ``BALANCES``.

    An account and group can have two rows: its lines and its penalty.
    """
    return loading.fetch_frame(
        session.connection(),
        _BALANCES,
        schema=BALANCES,
        parameters={"period": period, "accounts": loading.join_values(accounts)},
    )


def fetch_paid(session: Session, *, accounts: Iterable[int], after: dt.date) -> pl.DataFrame:
    """Return what was paid for accounts after a month, by ``PAID``; group 0 means no group."""
    viewer = Viewer(DatabaseRole.OPERATOR, accounts=tuple(accounts))
    sums = history.sum_later_parts(session, viewer=viewer, after=after)
    return loading.parse_csv(sums.encode(), schema=PAID)


def fetch_charges(session: Session, *, accounts: Iterable[int]) -> pl.DataFrame:
    """Return what each month charged to accounts, the newest first, by ``CHARGES``."""
    return loading.fetch_frame(
        session.connection(),
        _CHARGES,
        schema=CHARGES,
        parameters={"accounts": loading.join_values(accounts)},
    )
