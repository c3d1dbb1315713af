"""Which rows of a register have come before: by the bank's own name for each payment."""

import polars as pl
from sqlalchemy.orm import Session

from db import loading
from lib.domain.registers.reason import Reason
from lib.exchange.registers.statement import Statement

_KNOWN = {"at": pl.Int64(), "is_same": pl.Int64()}
_AGAIN = """
SELECT asked.at FROM unnest(string_to_array({keys}, E'\\x1f')) WITH ORDINALITY asked(row_key, at)
JOIN register_row r ON r.row_key = asked.row_key
"""
# the bank's texts stay here: the answer is numbers alone
_QUERY = """
SELECT asked.at, (r.account_text = coalesce(asked.account, '') AND r.amount = asked.amount::numeric
    AND r.paid_on = asked.day::date)::int
FROM unnest(string_to_array({keys}, E'\\x1f'), string_to_array({accounts}, E'\\x1f'),
    string_to_array({amounts}, E'\\x1f'), string_to_array({days}, E'\\x1f'))
    WITH ORDINALITY asked(row_key, account, amount, day, at)
JOIN register_row r ON r.row_key = asked.row_key
"""


def fresh(session: Session, statement: Statement) -> pl.DataFrame:
    """Return the rows that have not come yet, with ``row_key`` and ``key_reason``.

    A row is known by the bank and its reference, else by the register's number and date and its
    line there. What comes again under a known name with another content is for a person.
    """
    rows = _keyed(statement)
    again = loading.fetch(
        session.connection(),
        _AGAIN,
        schema={"at": pl.Int64()},
        parameters={"keys": loading.listed(rows["row_key"])},
    )
    if again.is_empty():
        return rows
    marked = _marked(session, rows)
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
    return _marked(session, renamed).filter(pl.col("is_same").is_null()).select(rows.columns)


def _keyed(statement: Statement) -> pl.DataFrame:
    """Name every row; a name that a file gives twice is told apart by its number there."""
    place = f"{statement.registry_no}|{statement.registry_on or ''}|"
    name = pl.coalesce(
        pl.format("doc|{}", "doc_key"),
        pl.format("ref|{}", "reference"),
        pl.lit(f"no|{place}") + pl.col("_row").cast(pl.String),
    )
    rows = statement.rows.with_columns(row_key=pl.lit(f"{statement.format.bank}|") + name)
    turn = pl.int_range(pl.len()).over("row_key")
    rows = rows.with_columns(_turn=turn)
    return rows.with_columns(
        row_key=pl.when(pl.col("_turn") == 0)
        .then("row_key")
        .otherwise(pl.format("{}#{}", "row_key", pl.col("_turn") + 1)),
        key_reason=pl.when(pl.col("_turn") > 0).then(pl.lit(Reason.REFERENCE_TWICE.value)),
    ).drop("_turn")


def _marked(session: Session, rows: pl.DataFrame) -> pl.DataFrame:
    """Add ``is_same``: 1 where the row of that name had this content; null where there is none."""
    found = loading.fetch(
        session.connection(),
        _QUERY,
        schema=_KNOWN,
        parameters={
            "keys": loading.listed(rows["row_key"]),
            "accounts": loading.listed(rows["account"]),
            "amounts": loading.listed(rows["amount"].cast(pl.String)),
            "days": loading.listed(rows["paid_on"].cast(pl.String)),
        },
    )
    numbered = rows.with_row_index("at", offset=1).cast({"at": pl.Int64})
    return numbered.join(found, on="at", how="left", maintain_order="left").drop("at")
