"""Penalties: their sums, and that they are not in the lines as well."""

import polars as pl

from lib.exchange.findings import Findings, Severity
from lib.exchange.rules.amounts import format_money
from lib.exchange.table import ROW

FILE = "penalties.csv"
_KEYS = ["account_id", "group_id", "period"]


def check_penalties(
    penalties: pl.DataFrame,
    accruals: pl.DataFrame | None,
    services: pl.DataFrame,
    findings: Findings,
) -> None:
    """Check the sums of penalties, and that no line contains the same penalty.

    Args:
        penalties: rows of penalties.csv.
        accruals: lines of the package; None if it has none.
        services: ``service_id`` and ``group_id``, of the package and the portal.
        findings: receives an error for each row.
    """
    _check_sums(penalties, findings)
    if accruals is None:
        return
    lines = accruals.select("account_id", "service_id", "period", "penalty")
    in_lines = lines.filter(pl.col("penalty").fill_null(0) != 0).join(
        services.select("service_id", "group_id"), on="service_id", how="inner"
    )
    twice = penalties.join(in_lines, on=_KEYS, how="semi", maintain_order="left")
    findings.add_rows(
        twice.select(ROW, value="accrued"),
        Severity.ERROR,
        file=FILE,
        code="penalty-twice",
        reason="пени этого счёта и группы уже есть в строках accruals.csv: оставьте одно из двух",
    )


def _check_sums(penalties: pl.DataFrame, findings: Findings) -> None:
    computed = pl.col("opening") + pl.col("accrued") - pl.col("paid")
    rows = penalties.select(ROW, value="closing", computed=computed)
    findings.add_rows(
        rows.filter(pl.col("value") != pl.col("computed")),
        Severity.ERROR,
        file=FILE,
        column="closing",
        code="closing-mismatch",
        reason=lambda row: (
            f"closing = opening + accrued − paid: выходит {format_money(row['computed'])}, "
            f"дано {format_money(row['value'])}"
        ),
    )
