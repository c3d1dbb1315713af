"""Keys of payments in registers: a repeated payment is recognised by its key."""

import polars as pl
from sqlalchemy.orm import Session

from db.queries.registers import keys as queries
from lib.domain.registers.reason import Reason
from lib.exchange.registers.statement import Statement


def list_new_rows(session: Session, statement: Statement) -> pl.DataFrame:
    """Return the rows that were not imported before, with ``row_key`` and ``key_reason``.

    The key of a row is the bank and the bank's reference. Without a reference it is the
    register's number, its date and the line. A row with a known key and different content
    gets a key of its own and waits for a person.
    """
    rows = _add_keys(statement)
    if not queries.has_repeated(session, rows):
        return rows
    marked = _join_compared(session, rows)
    new = marked.filter(pl.col("is_same").fill_null(0) == 0)
    is_taken = pl.col("is_same").is_not_null()
    content = pl.format(
        "{}~{}|{}|{}", "row_key", "account", pl.col("amount").cast(pl.String), "paid_on"
    )
    renamed = new.select(
        pl.exclude("row_key", "key_reason", "is_same"),
        row_key=pl.when(is_taken).then(content).otherwise("row_key"),
        key_reason=pl.when(is_taken)
        .then(pl.lit(Reason.NUMBER_TAKEN.value))
        .otherwise("key_reason"),
    )
    return _join_compared(session, renamed).filter(pl.col("is_same").is_null()).select(rows.columns)


def _add_keys(statement: Statement) -> pl.DataFrame:
    """Add the key of every row; a key that a file repeats gets the number of the repetition."""
    register_key = f"{statement.registry_no}|{statement.registry_on or ''}|"
    key = pl.coalesce(
        pl.format("doc|{}", "doc_key"),
        pl.format("ref|{}", "reference"),
        pl.lit(f"no|{register_key}") + pl.col("_row").cast(pl.String),
    )
    rows = statement.rows.with_columns(row_key=pl.lit(f"{statement.format.bank}|") + key)
    repetition = pl.int_range(pl.len()).over("row_key")
    rows = rows.with_columns(_turn=repetition)
    return rows.with_columns(
        row_key=pl.when(pl.col("_turn") == 0)
        .then("row_key")
        .otherwise(pl.format("{}#{}", "row_key", pl.col("_turn") + 1)),
        key_reason=pl.when(pl.col("_turn") > 0).then(pl.lit(Reason.REFERENCE_TWICE.value)),
    ).drop("_turn")


def _join_compared(session: Session, rows: pl.DataFrame) -> pl.DataFrame:
    """Add ``is_same``: whether the stored row with this key has this content; null without one."""
    numbered = rows.with_row_index("at", offset=1).cast({"at": pl.Int64})
    compared = queries.compare(session, rows)
    return numbered.join(compared, on="at", how="left", maintain_order="left").drop("at")
