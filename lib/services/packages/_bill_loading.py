"""The heads of the bills that a package's lines and documents make."""

import polars as pl

from db import loading, partitions
from db.base import Base
from lib.services.packages._incoming import Incoming

_DOCUMENT = {"number": pl.String, "ipd": pl.String, "due_on": pl.Date, "pdf_name": pl.String}


def load(incoming: Incoming) -> None:
    """Make the heads: how many lines each account has, and its document, if there is one."""
    period = incoming.manifest.period
    heads = _line_counts(incoming).join(
        _documents(incoming), on="account_id", how="full", coalesce=True
    )
    heads = heads.with_columns(pl.col("line_count").fill_null(0), period=pl.lit(period))
    table = Base.metadata.tables["bill"]
    incoming.changes["documents"] = partitions.load_month(
        incoming.connection,
        table,
        heads.select([column.name for column in table.columns]).sort("account_id"),
        period=period,
        sender_id=incoming.sender_id,
        is_full=True,
    )


def _line_counts(incoming: Incoming) -> pl.DataFrame:
    if incoming.is_full and "accruals" in incoming.frames:
        # the carried lines are all that the sender has in this month
        counted = incoming.frames["accruals"].group_by("account_id").len("line_count")
        return incoming.keyed(counted.cast({"line_count": pl.Int64}), "account_id", "accounts")
    return loading.copy_out(
        incoming.connection,
        "SELECT account_id, count(*) FROM accrual WHERE period = {period} AND account_id IN "
        "(SELECT id FROM account WHERE sender_id = {sender}) GROUP BY account_id",
        schema={"account_id": pl.Int64, "line_count": pl.Int64},
        parameters={"sender": incoming.sender_id, "period": incoming.manifest.period},
    )


def _documents(incoming: Incoming) -> pl.DataFrame:
    """Put the carried documents over those that were there; a full package drops the latter."""
    was = loading.copy_out(
        incoming.connection,
        "SELECT account_id, number, ipd, due_on, pdf_name FROM bill WHERE period = {period} "
        "AND account_id IN (SELECT id FROM account WHERE sender_id = {sender})",
        schema={"account_id": pl.Int64, **_DOCUMENT},
        parameters={"sender": incoming.sender_id, "period": incoming.manifest.period},
    )
    if "documents" not in incoming.frames:
        return was
    rows = incoming.frames["documents"].drop("_row", "period")
    carried = incoming.keyed(rows, "account_id", "accounts").select(was.columns)
    if incoming.is_full:
        return carried
    return pl.concat([carried, was.join(carried, on="account_id", how="anti")])
