"""Tariffs: amounts that differ from the printed tariff and volume, for information.

Suppliers calculate with unrounded volumes, so a difference is not an error (DOMAIN §0.8):
amounts are shown as supplied and never calculated again.
"""

from decimal import Decimal

import polars as pl

from lib.exchange.findings import Findings, Severity
from lib.exchange.rules.amounts import format_money
from lib.exchange.table import ROW

FILE = "accruals.csv"
# tariff and quantity are whole millionths, so their product is in 1e-12 roubles
_PER_KOPECK = 10**10
_QUANTITY = pl.Decimal(21, 6)


def check_tariffs(
    accruals: pl.DataFrame, areas: pl.DataFrame, services: pl.DataFrame, findings: Findings
) -> None:
    """Report amounts that differ from tariff · quantity, rounded half up to the kopeck.

    Args:
        accruals: lines of the package.
        areas: ``account_id``, ``area`` (m²), of the package and the portal.
        services: ``service_id``, ``name``, of the package and the portal.
        findings: receives an info for each line.
    """
    lines = accruals.select(
        ROW, "account_id", "service_id", "method", "tariff", "accrued", quantity=_quantity()
    ).filter(pl.col("tariff").is_not_null())
    by_volume = lines.filter(pl.col("quantity").is_not_null())
    by_area = (
        lines.filter(pl.col("quantity").is_null() & (pl.col("method") == "area"))
        .drop("quantity")
        .join(
            areas.select("account_id", quantity=pl.col("area").cast(_QUANTITY)),
            on="account_id",
            how="inner",
        )
        .select(by_volume.columns)
    )
    for compared in (by_volume, by_area):
        _report(compared.filter(_differs()), services, findings)


def _report(lines: pl.DataFrame, services: pl.DataFrame, findings: Findings) -> None:
    differing = lines.with_columns(computed=_kopecks()).join(
        services.select("service_id", "name"), on="service_id", how="left", maintain_order="left"
    )
    findings.add_rows(
        differing.with_columns(value="accrued"),
        Severity.INFO,
        file=FILE,
        column="accrued",
        code="tariff-difference",
        reason=lambda row: (
            f"{row['name'] or row['service_id']}: по тарифу и объёму выходит "
            f"{format_money(Decimal(row['computed']) / 100)}, дано {format_money(row['accrued'])}; "
            "принято как дано"
        ),
    )


def _quantity() -> pl.Expr:
    """Add both volumes; null if neither is given."""
    individual, common = pl.col("volume_ind"), pl.col("volume_common")
    return pl.coalesce(individual + common, individual, common)


def _product() -> pl.Expr:
    # 128-bit integers: the product is exact
    return pl.col("tariff").to_physical() * pl.col("quantity").to_physical()


def _differs() -> pl.Expr:
    """Tell whether the amount is not the rounded product; nothing is divided."""
    given = pl.col("accrued").to_physical() * _PER_KOPECK
    off = (_product() - given) * pl.when(_product() < 0).then(-1).otherwise(1)
    half = _PER_KOPECK // 2
    return (off < -half) | (off >= half)


def _kopecks() -> pl.Expr:
    """Round the product half up to the kopeck."""
    product = _product()
    return (product.abs() + _PER_KOPECK // 2) // _PER_KOPECK * product.sign()
