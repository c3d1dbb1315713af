"""Sums of every file of the facts, for the comparison with the ledger."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

import polars as pl

from lib.facts import store, tables
from lib.facts.manifest import Manifest


class FactSum(NamedTuple):
    """A sum: of which table and column, for which organisation and month."""

    kind: str
    organization: int
    period: dt.date
    name: str
    amount: Decimal


_AMOUNTS = {name: pl.col(name).sum() for name in tables.AMOUNTS}
_CLOSING = {"closing": pl.col("owed").sum() + pl.col("overpaid").sum()}
_PAID = {"amount": pl.col("amount").filter(pl.col("origin") == "billing").sum()}
# balances add up to the closing of charges, and every summary to its lines
_SUMS: Mapping[str, Mapping[str, pl.Expr]] = {
    "charges": _AMOUNTS,
    "charges_by_house": _AMOUNTS,
    "balances": {"closing": pl.col("amount").sum()},
    "balances_by_house": _CLOSING,
    "account_months": _CLOSING,
    "house_months": _CLOSING,
    "payments": _PAID,
    "payments_by_house": _PAID,
    "appeals": {"appeals": pl.len().cast(pl.Decimal(14, 2))},
}


def list_sums(manifest: Manifest) -> list[FactSum]:
    """Return the sums of the lines, of the summaries by house, and of the balances."""
    found = []
    for kind, sums in _SUMS.items():
        paths = [store.get_local_path(file.place) for file in manifest.list_files(kind)]
        if not paths:
            continue
        summed = (
            pl.scan_parquet(paths)
            .group_by("organization", "period")
            .agg(**{f"sum_{name}": expression for name, expression in sums.items()})
            .collect()
        )
        for row in summed.iter_rows(named=True):
            for name in sums:
                amount = row[f"sum_{name}"]
                found.append(FactSum(kind, row["organization"], row["period"], name, amount))
    return found
