"""Tariffs: whether an amount follows from the printed tariff and volume, for information.

Suppliers compute from unrounded volumes, so a difference is no error (DOMAIN §0.8):
amounts are shown as supplied and never recomputed.
"""

from decimal import Decimal

import polars as pl

from lib.exchange.findings import Findings, Severity
from lib.exchange.rules.words import money
from lib.exchange.table import ROW

FILE = "accruals.csv"
# Tariff and quantity are whole millionths, so their product counts 1e-12 roubles.
_PER_KOPECK = 10**10
_QUANTITY = pl.Decimal(21, 6)


def check_tariffs(
    accruals: pl.DataFrame, areas: pl.DataFrame, services: pl.DataFrame, findings: Findings
) -> None:
    """Tell of amounts that differ from tariff · quantity, rounded half up to the kopeck.

    Args:
        accruals: Lines of the package.
        areas: `account_id`, `area` (m²), of the package and the portal.
        services: `service_id`, `name`, of the package and the portal.
        findings: Receives an info per line.
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
        _tell(compared.filter(_differs()), services, findings)


def _tell(lines: pl.DataFrame, services: pl.DataFrame, findings: Findings) -> None:
    differing = lines.with_columns(made=_kopecks()).join(
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
            f"{money(Decimal(row['made']) / 100)}, дано {money(row['accrued'])}; "
            "принято как дано"
        ),
    )


def _quantity() -> pl.Expr:
    """Add both volumes; null when neither is given."""
    own, common = pl.col("volume_ind"), pl.col("volume_common")
    return pl.coalesce(own + common, own, common)


def _product() -> pl.Expr:
    # in 128-bit integers, where nothing is lost
    return pl.col("tariff").to_physical() * pl.col("quantity").to_physical()


def _differs() -> pl.Expr:
    """Tell whether the amount is not the product rounded half up, without dividing."""
    given = pl.col("accrued").to_physical() * _PER_KOPECK
    off = (_product() - given) * pl.when(_product() < 0).then(-1).otherwise(1)
    half = _PER_KOPECK // 2
    return (off < -half) | (off >= half)


def _kopecks() -> pl.Expr:
    """Round the product half up to the kopeck."""
    product = _product()
    return (product.abs() + _PER_KOPECK // 2) // _PER_KOPECK * product.sign()
