"""Whose a row of a register is: by the account's number, narrowed by the payee's account."""

import polars as pl
from sqlalchemy.orm import Session

from db import loading
from db.queries.registers import finding as queries
from lib.domain.registers.reason import Reason

_FOUND = {
    "at": pl.Int64(),
    "account_id": pl.Int64(),
    "sender_id": pl.Int64(),
    "organization_id": pl.Int64(),
    "closed_on": pl.Date(),
}
_OF_ACCOUNT = [name for name in _FOUND if name != "at"]
# the bank's texts stay here: the answer is numbers and dates alone
_BY_NUMBER = """
SELECT asked.at, a.id, a.sender_id, a.organization_id, a.closed_on
FROM unnest(string_to_array({numbers}, E'\\x1f')) WITH ORDINALITY asked(number, at)
JOIN account a ON a.number = asked.number
"""
_BY_ELS = _BY_NUMBER.replace("a.number =", "a.els =")


def find(session: Session, rows: pl.DataFrame) -> pl.DataFrame:
    """Add ``account_id``, what is known of it, and ``account_reason`` where it cannot be posted to.

    Args:
        session: of whoever may see every account.
        rows: with ``account`` and ``payee_account``.
    """
    numbers = rows.select("account").unique()
    known = _known(session, numbers, _BY_NUMBER)
    missing = numbers.join(known, on="account", how="anti")
    if not missing.is_empty():
        known = pl.concat([known, _known(session, missing, _BY_ELS)])
    candidates = _narrowed(session, rows, known)
    counted = _counted(candidates) if candidates.height > rows.height else _single(candidates)
    is_known = (pl.col("fitting") == 1) | ((pl.col("fitting") == 0) & (pl.col("found") == 1))
    named = counted.select(
        *(pl.when(is_known).then(name).alias(name) for name in _OF_ACCOUNT),
        account_reason=pl.when(pl.col("found") == 0)
        .then(pl.lit(Reason.ACCOUNT_NOT_FOUND.value))
        .when(pl.col("fitting") == 0)
        .then(pl.lit(Reason.PAYEE_UNKNOWN.value))
        .when(pl.col("fitting") > 1)
        .then(pl.lit(Reason.ACCOUNT_AMBIGUOUS.value)),
    )
    return rows.hstack(named)


def _single(candidates: pl.DataFrame) -> pl.DataFrame:
    """Count what each row has where none has more than one."""
    is_there = pl.col("account_id").is_not_null()
    return candidates.with_columns(
        found=is_there.cast(pl.Int64), fitting=pl.col("fits").cast(pl.Int64)
    )


def _counted(candidates: pl.DataFrame) -> pl.DataFrame:
    """Choose for each row the account that fits, else the one that there is, and count both."""
    best = pl.col(_OF_ACCOUNT).sort_by("fits", descending=True, maintain_order=True).first()
    return candidates.group_by("_row", maintain_order=True).agg(
        best, found=pl.col("account_id").count(), fitting=pl.col("fits").sum()
    )


def _known(session: Session, numbers: pl.DataFrame, query: str) -> pl.DataFrame:
    """Return every account of some numbers, the number as ``account``."""
    asked = numbers["account"].to_list()
    found = loading.fetch(
        session.connection(),
        query,
        schema=_FOUND,
        parameters={"numbers": loading.listed(asked)},
    )
    texts = numbers.with_row_index("at", offset=1).cast({"at": pl.Int64})
    return texts.join(found, on="at").drop("at")


def _narrowed(session: Session, rows: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Put each row beside every account of its number; say which the payee's account fits."""
    paid = pl.DataFrame(
        [(row.sender_id, row.account) for row in queries.groups(session) if row.account],
        schema={"sender_id": pl.Int64, "payee_account": pl.String},
        orient="row",
    ).unique()
    joined = rows.select("_row", "account", "payee_account").join(
        known, on="account", how="left", maintain_order="left"
    )
    marked = joined.join(
        paid.with_columns(is_paid=pl.lit(value=True)),
        on=["sender_id", "payee_account"],
        how="left",
        maintain_order="left",
    )
    fits = pl.col("payee_account").is_null() | pl.col("is_paid").fill_null(value=False)
    return marked.with_columns(fits=fits & pl.col("account_id").is_not_null())


def payees(session: Session) -> pl.DataFrame:
    """Return whose each settlement account is: ``payee_account`` and ``payee_id``."""
    return pl.DataFrame(
        list(queries.payees(session).items()),
        schema={"payee_account": pl.String, "payee_id": pl.Int64},
        orient="row",
    )
