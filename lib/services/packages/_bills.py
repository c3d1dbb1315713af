"""The heads of bills, made from the lines and the documents of a package."""

import polars as pl

from db import partitions
from db.queries.packages import bills as queries
from lib.services.packages._incoming import Incoming


def load_bills(incoming: Incoming) -> None:
    """Write the number of lines of each account, and its document if there is one."""
    period = incoming.manifest.period
    heads = _count_lines(incoming).join(
        _list_documents(incoming), on="account_id", how="full", coalesce=True
    )
    heads = heads.with_columns(pl.col("line_count").fill_null(0), period=pl.lit(period))
    incoming.changes["documents"] = partitions.load_month(
        incoming.session.connection(),
        "bill",
        heads.sort("account_id"),
        period=period,
        sender_id=incoming.sender_id,
        is_full=True,
    )


def _count_lines(incoming: Incoming) -> pl.DataFrame:
    if incoming.is_full and "accruals" in incoming.frames:
        # a full package has all lines of the sender in this month
        counted = incoming.frames["accruals"].group_by("account_id").len("line_count")
        counted = counted.cast({"line_count": pl.Int64})
        return incoming.replace_ids(counted, "account_id", "accounts")
    return queries.fetch_line_counts(
        incoming.session, sender_id=incoming.sender_id, period=incoming.manifest.period
    )


def _list_documents(incoming: Incoming) -> pl.DataFrame:
    """Return the package's documents and, unless it is full, the stored ones of other bills."""
    stored = queries.fetch_documents(
        incoming.session, sender_id=incoming.sender_id, period=incoming.manifest.period
    )
    if "documents" not in incoming.frames:
        return stored
    rows = incoming.frames["documents"].drop("_row", "period")
    delivered = incoming.replace_ids(rows, "account_id", "accounts").select(stored.columns)
    if incoming.is_full:
        return delivered
    return pl.concat([delivered, stored.join(delivered, on="account_id", how="anti")])
