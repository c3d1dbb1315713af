"""The account of each row of a register: found by its number, then by the settlement account."""

import polars as pl
from sqlalchemy.orm import Session

from db.queries.registers import accounts as queries
from lib.domain.registers.reason import Reason

_ACCOUNT_COLUMNS = [name for name in queries.FOUND if name != "at"]


def find_accounts(session: Session, rows: pl.DataFrame) -> pl.DataFrame:
    """Add the account of each row, or ``account_reason`` if the account is not certain.

    Banks write either the number or the state system's number (ЕЛС). Where several accounts
    have one number, the account whose groups are paid to ``payee_account`` is taken.

    Args:
        session: of a role that sees every account.
        rows: with ``_row``, ``account`` and ``payee_account``.
    """
    numbers = rows.select("account").unique()
    accounts = _join_found(numbers, queries.find_by_number(session, numbers=numbers["account"]))
    missing = numbers.join(accounts, on="account", how="anti")
    if not missing.is_empty():
        found = queries.find_by_els(session, numbers=missing["account"])
        accounts = pl.concat([accounts, _join_found(missing, found)])
    candidates = _mark_fitting(session, rows, accounts)
    has_several = candidates.height > rows.height
    counted = _choose_fitting(candidates) if has_several else _count_single(candidates)
    is_known = (pl.col("fitting") == 1) | ((pl.col("fitting") == 0) & (pl.col("found") == 1))
    chosen = counted.select(
        *(pl.when(is_known).then(name).alias(name) for name in _ACCOUNT_COLUMNS),
        account_reason=pl.when(pl.col("found") == 0)
        .then(pl.lit(Reason.ACCOUNT_NOT_FOUND.value))
        .when(pl.col("fitting") == 0)
        .then(pl.lit(Reason.PAYEE_UNKNOWN.value))
        .when(pl.col("fitting") > 1)
        .then(pl.lit(Reason.ACCOUNT_AMBIGUOUS.value)),
    )
    return rows.hstack(chosen)


def _count_single(candidates: pl.DataFrame) -> pl.DataFrame:
    """Count the accounts of each row, when no row has more than one."""
    has_account = pl.col("account_id").is_not_null()
    return candidates.with_columns(
        found=has_account.cast(pl.Int64), fitting=pl.col("fits").cast(pl.Int64)
    )


def _choose_fitting(candidates: pl.DataFrame) -> pl.DataFrame:
    """Choose an account for each row, one that fits if there is any; count all and the fitting."""
    best = pl.col(_ACCOUNT_COLUMNS).sort_by("fits", descending=True, maintain_order=True).first()
    return candidates.group_by("_row", maintain_order=True).agg(
        best, found=pl.col("account_id").count(), fitting=pl.col("fits").sum()
    )


def _join_found(numbers: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """Join the numbers, as ``account``, with the accounts that were found for them."""
    indexed = numbers.with_row_index("at", offset=1).cast({"at": pl.Int64})
    return indexed.join(found, on="at").drop("at")


def _mark_fitting(session: Session, rows: pl.DataFrame, accounts: pl.DataFrame) -> pl.DataFrame:
    """Join each row with every account of its number; ``fits`` tells if the payee is right."""
    groups = queries.list_groups(session)
    paid = pl.DataFrame(
        [(group.sender_id, group.payee_account) for group in groups if group.payee_account],
        schema={"sender_id": pl.Int64, "payee_account": pl.String},
        orient="row",
    ).unique()
    joined = rows.select("_row", "account", "payee_account").join(
        accounts, on="account", how="left", maintain_order="left"
    )
    marked = joined.join(
        paid.with_columns(is_paid=pl.lit(value=True)),
        on=["sender_id", "payee_account"],
        how="left",
        maintain_order="left",
    )
    fits = pl.col("payee_account").is_null() | pl.col("is_paid").fill_null(value=False)
    return marked.with_columns(fits=fits & pl.col("account_id").is_not_null())


def list_payees(session: Session) -> pl.DataFrame:
    """Return the organisation of each settlement account: ``payee_account``, ``payee_id``."""
    return pl.DataFrame(
        list({payee.payee_account: payee.id for payee in queries.list_payees(session)}.items()),
        schema={"payee_account": pl.String, "payee_id": pl.Int64},
        orient="row",
    )
