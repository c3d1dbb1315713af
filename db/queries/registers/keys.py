"""Payments of registers, found by the bank's identifier: which ones were imported before."""

import polars as pl
from sqlalchemy.orm import Session

from db import loading

_REPEATED = """
SELECT asked.at FROM unnest(string_to_array({keys}, E'\\x1f')) WITH ORDINALITY asked(row_key, at)
JOIN register_row r ON r.row_key = asked.row_key
"""
_COMPARED = """
SELECT asked.at, (r.account_text = coalesce(asked.account, '') AND r.amount = asked.amount::numeric
    AND r.paid_on = asked.day::date)::int
FROM unnest(string_to_array({keys}, E'\\x1f'), string_to_array({accounts}, E'\\x1f'),
    string_to_array({amounts}, E'\\x1f'), string_to_array({days}, E'\\x1f'))
    WITH ORDINALITY asked(row_key, account, amount, day, at)
JOIN register_row r ON r.row_key = asked.row_key
"""


def has_repeated(session: Session, rows: pl.DataFrame) -> bool:
    """Tell whether any row with one of these identifiers, ``row_key``, was imported before."""
    found = loading.fetch_frame(
        session.connection(),
        _REPEATED,
        schema={"at": pl.Int64()},
        parameters={"keys": loading.join_values(rows["row_key"])},
    )
    return not found.is_empty()


def compare(session: Session, rows: pl.DataFrame) -> pl.DataFrame:
    """Compare rows with the imported rows that have the same identifiers.

    Args:
        session: the owner's.
        rows: with ``row_key``, ``account``, ``amount`` and ``paid_on``.

    Returns:
        For each row that was imported before: ``at``, its place in ``rows`` from 1; ``is_same``,
        1 if the content was the same and 0 if it was not. The banks' texts are not sent back.
    """
    return loading.fetch_frame(
        session.connection(),
        _COMPARED,
        schema={"at": pl.Int64(), "is_same": pl.Int64()},
        parameters={
            "keys": loading.join_values(rows["row_key"]),
            "accounts": loading.join_values(rows["account"]),
            "amounts": loading.join_values(rows["amount"].cast(pl.String)),
            "days": loading.join_values(rows["paid_on"].cast(pl.String)),
        },
    )
