"""Meters and accounts: owners of meters, and numbers of accounts."""

import polars as pl

from lib.exchange.findings import Findings, Severity
from lib.exchange.table import ROW


def check_meters(meters: pl.DataFrame, findings: Findings) -> None:
    """Check that each meter belongs either to an account or to a house."""
    wrong = pl.col("account_id").is_null() == pl.col("house_id").is_null()
    findings.add_rows(
        meters.filter(wrong).select(ROW, value="meter_id"),
        Severity.ERROR,
        file="meters.csv",
        column="account_id",
        code="meter-owner",
        reason="нужно заполнить ровно одно из двух: account_id (квартирный) или house_id (общий)",
    )


def check_accounts(accounts: pl.DataFrame, findings: Findings) -> None:
    """Warn of open accounts with the same number: residents could not tell them apart."""
    is_open = accounts.filter(pl.col("closed_on").is_null())
    again = is_open.filter(~pl.col("number").is_first_distinct())
    findings.add_rows(
        again.select(ROW, value="number"),
        Severity.WARNING,
        file="accounts.csv",
        column="number",
        code="number-twice",
        reason="номер уже есть у другого открытого лицевого счёта: жители не смогут их различить",
    )
