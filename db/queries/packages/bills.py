"""The heads of bills of one sender and month."""

import datetime as dt

import polars as pl
from sqlalchemy.orm import Session

from db import loading


def fetch_line_counts(session: Session, *, sender_id: int, period: dt.date) -> pl.DataFrame:
    """Return ``account_id`` and ``line_count`` of the accounts that have lines."""
    return loading.copy_out(
        session.connection(),
        "SELECT account_id, count(*) FROM accrual WHERE period = {period} AND account_id IN "
        "(SELECT id FROM account WHERE sender_id = {sender}) GROUP BY account_id",
        schema={"account_id": pl.Int64(), "line_count": pl.Int64()},
        parameters={"sender": sender_id, "period": period},
    )


def fetch_documents(session: Session, *, sender_id: int, period: dt.date) -> pl.DataFrame:
    """Return ``account_id``, ``number``, ``ipd``, ``due_on`` and ``pdf_name`` of the bills."""
    return loading.copy_out(
        session.connection(),
        "SELECT account_id, number, ipd, due_on, pdf_name FROM bill WHERE period = {period} "
        "AND account_id IN (SELECT id FROM account WHERE sender_id = {sender})",
        schema={
            "account_id": pl.Int64(),
            "number": pl.String(),
            "ipd": pl.String(),
            "due_on": pl.Date(),
            "pdf_name": pl.String(),
        },
        parameters={"sender": sender_id, "period": period},
    )
