"""Payments: their parts, their reversals, and the amounts paid in the lines of bills."""

from datetime import date

import polars as pl

from lib.exchange.findings import Findings, Severity
from lib.exchange.rules.amounts import format_money
from lib.exchange.table import ROW

FILE = "payments.csv"
PARTS_FILE = "payment_parts.csv"


def check_payments(payments: pl.DataFrame, findings: Findings) -> None:
    """Check that reversals, and only reversals, name the payment that they reverse."""
    named = pl.col("reversed_payment_id").is_not_null()
    findings.add_rows(
        payments.filter(pl.col("is_reversal") != named).select(ROW, value="reversed_payment_id"),
        Severity.ERROR,
        file=FILE,
        column="reversed_payment_id",
        code="reversal",
        reason="is_reversal = 1 требует reversed_payment_id, а is_reversal = 0 – пустого поля",
    )
    findings.add_rows(
        payments.filter(pl.col("reversed_payment_id") == pl.col("payment_id")).select(
            ROW, value="payment_id"
        ),
        Severity.ERROR,
        file=FILE,
        column="reversed_payment_id",
        code="reversal-of-itself",
        reason="платёж не может отменять сам себя: укажите отменяемый платёж",
    )


def check_payment_parts(
    parts: pl.DataFrame, payments: pl.DataFrame | None, findings: Findings
) -> None:
    """Check that each part is for a group or a service, and that parts add up to their payment.

    Args:
        parts: rows of payment_parts.csv.
        payments: rows of payments.csv; None if the package has none: sums are not checked then.
        findings: receives an error for each row or payment.
    """
    wrong = pl.col("group_id").is_null() == pl.col("service_id").is_null()
    findings.add_rows(
        parts.filter(wrong).select(ROW, value="payment_id"),
        Severity.ERROR,
        file=PARTS_FILE,
        column="group_id",
        code="part-target",
        reason="нужно заполнить ровно одно из двух: group_id или service_id",
    )
    if payments is None:
        return
    sums = parts.group_by("payment_id").agg(pl.col(ROW).first(), computed=pl.col("amount").sum())
    joined = sums.join(payments.select("payment_id", "amount"), on="payment_id").sort(ROW)
    findings.add_rows(
        joined.filter(pl.col("computed") != pl.col("amount")).with_columns(value="computed"),
        Severity.ERROR,
        file=PARTS_FILE,
        column="amount",
        code="parts-mismatch",
        reason=lambda row: (
            f"части платежа {row['payment_id']} дают {format_money(row['computed'])}, "
            f"а сам платёж {format_money(row['amount'])}"
        ),
    )


def check_paid(
    accruals: pl.DataFrame, payments: pl.DataFrame, period: date, findings: Findings
) -> None:
    """Compare the payments of each account in the period with the amounts paid in its lines.

    An account without payments and without paid amounts is not reported. A payment without a
    period belongs to the month in which it was posted, or else paid.

    Args:
        accruals: lines of the package.
        payments: payments of the package.
        period: the first day of the month.
        findings: receives a warning for each account.
    """
    month = pl.coalesce("period", "posted_on", "paid_on").dt.truncate("1mo")
    of_period = payments.filter(month == period)
    paid = accruals.group_by("account_id", maintain_order=True).agg(
        pl.col(ROW).first(), given=pl.col("paid").sum(), stated=pl.col("paid").count()
    )
    received = of_period.group_by("account_id").agg(computed=pl.col("amount").sum())
    joined = paid.join(received, on="account_id", how="left", maintain_order="left")
    joined = joined.filter(pl.col("computed").is_not_null() | (pl.col("stated") > 0))
    joined = joined.with_columns(pl.col("computed").fill_null(0), value="given")
    findings.add_rows(
        joined.filter(pl.col("given") != pl.col("computed")),
        Severity.WARNING,
        file="accruals.csv",
        column="paid",
        code="paid-mismatch",
        reason=lambda row: (
            f"оплачено по строкам счёта {row['account_id']}: {format_money(row['given'])}, "
            f"а платежей за период на {format_money(row['computed'])}"
        ),
    )
