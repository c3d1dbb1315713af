"""Lines of accruals: their two sums, and their continuity from month to month."""

from collections.abc import Mapping
from functools import reduce
from operator import xor
from typing import Any

import polars as pl

from lib.exchange.findings import Findings, Severity
from lib.exchange.rules.amounts import format_money
from lib.exchange.table import ROW

FILE = "accruals.csv"
LINE_KEYS = ("account_id", "service_id", "line")


def check_lines(accruals: pl.DataFrame, findings: Findings) -> None:
    """Check both sums of every line to the kopeck; an empty cell counts as 0.

    total = accrued + recalculation − privilege + coefficient_amount
    closing = opening + total + penalty − paid
    """
    total = _filled("accrued") + _filled("recalculation")
    total = total - _filled("privilege") + _filled("coefficient_amount")
    closing = _filled("opening") + _filled("total") + _filled("penalty") - _filled("paid")
    sums = {"total": total, "closing": closing}
    wrong = accruals.select(
        (pl.col(name) != computed).any() for name, computed in sums.items()
    ).row(0)
    formulas = (
        "accrued + recalculation − privilege + coefficient_amount",
        "opening + total + penalty − paid",
    )
    for (name, computed), is_wrong, formula in zip(sums.items(), wrong, formulas, strict=True):
        if is_wrong:
            rows = accruals.select(ROW, value=pl.col(name), computed=computed)
            _note_sums(rows.filter(pl.col("value") != pl.col("computed")), name, formula, findings)


def check_continuity(accruals: pl.DataFrame, previous: pl.DataFrame, findings: Findings) -> None:
    """Compare opening balances with the closing balances of the same lines a month before.

    Args:
        accruals: lines of the package.
        previous: ``account_id``, ``service_id``, ``line``, ``closing`` of the month before.
        findings: receives a warning for each difference.
    """
    keys = list(LINE_KEYS)
    before = previous.select(*keys, before="closing").cast({"line": pl.Int64})
    lines = accruals.select(ROW, *keys, value="opening")
    # joining by one hash is five times faster than by three keys; lines that differ are then
    # joined by the keys, so that keys with equal hashes are not reported
    suspects = lines.select(ROW, "value", key=_hash()).join(
        before.select("before", key=_hash()), on="key", how="inner"
    )
    suspects = suspects.filter(pl.col("value") != pl.col("before"))
    if not suspects.height:
        return
    joined = lines.join(suspects, on=ROW, how="semi").join(before, on=keys, how="inner")
    findings.add_rows(
        joined.filter(pl.col("value") != pl.col("before")),
        Severity.WARNING,
        file=FILE,
        column="opening",
        code="continuity",
        reason=lambda row: (
            f"остаток на начало {format_money(row['value'])}, а на конец прошлого месяца было "
            f"{format_money(row['before'])}: проверьте, не исправлен ли прошлый месяц"
        ),
    )


def _hash() -> pl.Expr:
    return reduce(xor, (pl.col(key).hash(seed) for seed, key in enumerate(LINE_KEYS)))


def _filled(name: str) -> pl.Expr:
    return pl.col(name).fill_null(0)


def _note_sums(rows: pl.DataFrame, name: str, formula: str, findings: Findings) -> None:
    def explain(row: Mapping[str, Any]) -> str:
        computed, given = format_money(row["computed"]), format_money(row["value"])
        return f"{name} = {formula}: выходит {computed}, дано {given}"

    findings.add_rows(
        rows, Severity.ERROR, file=FILE, column=name, code=f"{name}-mismatch", reason=explain
    )
