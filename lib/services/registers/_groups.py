"""The groups of services that a payment can go to.

If the document's number names a group, it is this group; otherwise the groups that are paid to
the settlement account; otherwise all groups of the account.
"""

import polars as pl
from sqlalchemy.orm import Session

from db.queries.registers import accounts as queries

_ALL = "*"
_GROUPS = {
    "group_id": pl.Int64(),
    "sender_id": pl.Int64(),
    "code": pl.String(),
    "payee": pl.String(),
    "place": pl.Int64(),
}


def find_groups(session: Session, rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give each row a set of groups.

    Args:
        session: of a role that sees every account.
        rows: by ``_rows.ROWS``.

    Returns:
        The rows with ``set_id``; and the sets: ``sender_id``, ``set_id``, ``group_id`` and
        ``place``, the order of the bill.
    """
    groups = pl.DataFrame(
        [
            (group.id, group.sender_id, group.external_id, group.payee_account, place)
            for place, group in enumerate(queries.list_groups(session))
        ],
        schema=_GROUPS,
        orient="row",
    )
    rows_with_group = _join_documents(session, rows, groups)
    payees = groups.select("sender_id", payee_account="payee").unique().drop_nulls()
    joined = rows_with_group.join(
        payees.with_columns(is_paid=pl.lit(value=True)),
        on=["sender_id", "payee_account"],
        how="left",
        maintain_order="left",
    )
    set_id = (
        pl.when(pl.col("document_group").is_not_null())
        .then(pl.format("g{}", "document_group"))
        .when(pl.col("is_paid"))
        .then(pl.format("p{}", "payee_account"))
        .otherwise(pl.lit(_ALL))
    )
    return joined.with_columns(set_id=set_id).drop("document_group", "is_paid"), _make_sets(groups)


def _make_sets(groups: pl.DataFrame) -> pl.DataFrame:
    """Return every set: all groups, each group by itself, and the groups of each payee."""
    wanted = ("sender_id", "set_id", "group_id", "place")
    return pl.concat(
        [
            groups.with_columns(set_id=pl.lit(_ALL)).select(wanted),
            groups.with_columns(set_id=pl.format("g{}", "group_id")).select(wanted),
            groups.drop_nulls("payee")
            .with_columns(set_id=pl.format("p{}", "payee"))
            .select(wanted),
        ]
    ).sort("place")


def _join_documents(session: Session, rows: pl.DataFrame, groups: pl.DataFrame) -> pl.DataFrame:
    """Add ``document_group``: the group that a document number names after its last slash."""
    parts = rows["document"].str.extract_groups(r"^(?<number>.+)/(?<code>[^/]+)$").struct.unnest()
    named = rows.with_columns(parts["number"], parts["code"])
    numbered = named.drop_nulls("number")
    if numbered.is_empty():
        return rows.with_columns(document_group=pl.lit(None, pl.Int64))
    documents = queries.list_documents(
        session,
        accounts=numbered["account_id"].unique().to_list(),
        numbers=numbered["number"].unique().to_list(),
    )
    own_documents = pl.DataFrame(
        documents, schema={"account_id": pl.Int64, "number": pl.String}, orient="row"
    ).with_columns(is_own=pl.lit(value=True))
    codes = groups.select("sender_id", "code", document_group="group_id")
    joined = named.join(
        own_documents, on=["account_id", "number"], how="left", maintain_order="left"
    ).join(codes, on=["sender_id", "code"], how="left", maintain_order="left")
    document_group = pl.when("is_own").then("document_group")
    return joined.with_columns(document_group=document_group).drop("number", "code", "is_own")
