"""Which groups a payment may go to: the document's, else the payee's, else all of its account."""

import polars as pl
from sqlalchemy.orm import Session

from db.queries.registers import finding as queries

_ALL = "*"
_GROUPS = {
    "group_id": pl.Int64(),
    "sender_id": pl.Int64(),
    "code": pl.String(),
    "payee": pl.String(),
    "place": pl.Int64(),
}


def candidates(session: Session, rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the rows with ``set_id``, and the groups of each sender's sets in bill order.

    Args:
        session: of whoever may see every account.
        rows: by ``register_rows.RECEIVED``.
    """
    groups = pl.DataFrame(
        [
            (row.id, row.sender_id, row.external_id, row.account, place)
            for place, row in enumerate(queries.groups(session))
        ],
        schema=_GROUPS,
        orient="row",
    )
    named = _by_document(session, rows, groups)
    payees = groups.select("sender_id", payee_account="payee").unique().drop_nulls()
    joined = named.join(
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
    return joined.with_columns(set_id=set_id).drop("document_group", "is_paid"), _sets(groups)


def _sets(groups: pl.DataFrame) -> pl.DataFrame:
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


def _by_document(session: Session, rows: pl.DataFrame, groups: pl.DataFrame) -> pl.DataFrame:
    """Find the group named after the last slash of a document's number, if it is the account's."""
    parts = rows["document"].str.extract_groups(r"^(?<number>.+)/(?<code>[^/]+)$").struct.unnest()
    named = rows.with_columns(parts["number"], parts["code"])
    asked = named.drop_nulls("number")
    if asked.is_empty():
        return rows.with_columns(document_group=pl.lit(None, pl.Int64))
    known = pl.DataFrame(
        list(
            queries.documents(
                session,
                accounts=asked["account_id"].unique().to_list(),
                numbers=asked["number"].unique().to_list(),
            )
        ),
        schema={"account_id": pl.Int64, "number": pl.String},
        orient="row",
    ).with_columns(is_own=pl.lit(value=True))
    codes = groups.select("sender_id", "code", document_group="group_id")
    joined = named.join(known, on=["account_id", "number"], how="left", maintain_order="left").join(
        codes, on=["sender_id", "code"], how="left", maintain_order="left"
    )
    own = pl.when("is_own").then("document_group")
    return joined.with_columns(document_group=own).drop("number", "code", "is_own")
