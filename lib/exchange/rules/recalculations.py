"""Recalculations: their rows compared with the lines."""

import polars as pl

from lib.exchange.findings import Findings, Severity
from lib.exchange.rules.amounts import format_money
from lib.exchange.table import ROW

FILE = "accruals.csv"
_KEYS = ["account_id", "service_id", "period"]


def check_recalculations(
    accruals: pl.DataFrame, recalculations: pl.DataFrame, findings: Findings
) -> None:
    """Warn where the rows of recalculations.csv do not add up to the amounts in the lines."""
    in_lines = accruals.group_by(_KEYS, maintain_order=True).agg(
        pl.col(ROW).first(), given=pl.col("recalculation").sum()
    )
    in_rows = recalculations.group_by(_KEYS).agg(computed=pl.col("amount").sum())
    sums = in_lines.join(in_rows, on=_KEYS, how="left", maintain_order="left")
    sums = sums.with_columns(pl.col("given", "computed").fill_null(0))
    findings.add_rows(
        sums.filter(pl.col("given") != pl.col("computed")).with_columns(value="given"),
        Severity.WARNING,
        file=FILE,
        column="recalculation",
        code="recalculation-mismatch",
        reason=lambda row: (
            f"перерасчёт в строке {format_money(row['given'])}, а по recalculations.csv "
            f"{format_money(row['computed'])}"
        ),
    )
