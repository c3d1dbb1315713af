"""Bills: the month's lines and documents as the format writes them."""

import polars as pl

from lib.demo import months
from lib.demo.amounts import prices, roubles, volumes
from lib.demo.billing.consumption import METHODS

_DUE, _DUE_BEFORE = 15, 10
_NEW_RULE = 2026 * 12 + 2  # 177-ФЗ: from the charges of March 2026


def line_rows(lines: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of accruals.csv."""
    is_shared = pl.col("common").is_not_null()
    is_charged = pl.col("days") > 0
    return lines.select(
        "sender",
        "account_id",
        "service_id",
        "period",
        tariff=pl.when(is_charged).then(prices(pl.col("price"))),
        method=pl.col("method").replace_strict(range(len(METHODS)), METHODS),
        volume_ind=pl.when(is_charged).then(volumes(pl.col("volume"))),
        volume_common=volumes(pl.col("common")),
        amount_ind=pl.when(is_shared).then(roubles(pl.col("own"))),
        amount_common=pl.when(is_shared).then(roubles(pl.col("accrued") - pl.col("own"))),
        opening=roubles(pl.col("opening")),
        accrued=roubles(pl.col("accrued")),
        coefficient=(pl.col("coefficient").cast(pl.Decimal(9, 2)) / 100),
        coefficient_amount=roubles(pl.col("raise_")),
        recalculation=roubles(pl.col("recalculation")),
        privilege=roubles(pl.col("privilege")),
        penalty=roubles(pl.when(pl.col("penalty") != 0).then("penalty")),
        paid=roubles(pl.col("paid")),
        total=roubles(pl.col("total")),
        closing=roubles(pl.col("closing")),
        supplier_organization_id=pl.when(pl.col("group_id") == "housing").then("organization_id"),
    )


def document_rows(lines: pl.DataFrame, month: int) -> pl.DataFrame:
    """Return the rows of documents.csv: a receipt for every account that has lines."""
    return lines.unique("row", keep="first", maintain_order=True).select(
        "sender",
        "account_id",
        "period",
        number=pl.format("{}-{}", "period", "number"),
        due_on=pl.lit(months.day(month + 1, due_day(month))),
    )


def due_day(month: int) -> int:
    """Return the day of the next month by which the month's charges are to be paid."""
    return _DUE if month >= _NEW_RULE else _DUE_BEFORE


def recalculated(rows: pl.DataFrame) -> pl.DataFrame:
    """Write the amounts of recalculations as roubles."""
    return rows.with_columns(amount=roubles(pl.col("amount")))


def penalty_rows(penalties: pl.DataFrame, period: str) -> pl.DataFrame:
    """Return the rows of penalties.csv; who pays the whole debt is forgiven the penalty."""
    groups = penalties.group_by("row", "group_id", maintain_order=True).agg(
        pl.col("sender", "account_id").first(), pl.col("opening", "closing").sum()
    )
    told = groups.filter((pl.col("opening") != 0) | (pl.col("closing") != 0))
    return told.select(
        "sender",
        "account_id",
        "group_id",
        period=pl.lit(period),
        opening=roubles(pl.col("opening")),
        accrued=roubles(pl.col("closing") - pl.col("opening")),
        paid=roubles(pl.lit(0)),
        closing=roubles(pl.col("closing")),
    )
