"""Bills: the month's lines and documents as the format writes them."""

import polars as pl

from lib.demo import months
from lib.demo.amounts import to_prices, to_roubles, to_volumes
from lib.demo.billing.consumption import METHODS

_DUE, _DUE_BEFORE = 15, 10
_NEW_RULE = 2026 * 12 + 2  # 177-ФЗ: from the charges of March 2026


def make_line_rows(lines: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of accruals.csv."""
    is_shared = pl.col("common").is_not_null()
    is_charged = pl.col("days") > 0
    return lines.select(
        "sender",
        "account_id",
        "service_id",
        "period",
        tariff=pl.when(is_charged).then(to_prices(pl.col("price"))),
        method=pl.col("method").replace_strict(range(len(METHODS)), METHODS),
        volume_ind=pl.when(is_charged).then(to_volumes(pl.col("volume"))),
        volume_common=to_volumes(pl.col("common")),
        amount_ind=pl.when(is_shared).then(to_roubles(pl.col("own"))),
        amount_common=pl.when(is_shared).then(to_roubles(pl.col("accrued") - pl.col("own"))),
        opening=to_roubles(pl.col("opening")),
        accrued=to_roubles(pl.col("accrued")),
        coefficient=(pl.col("coefficient").cast(pl.Decimal(9, 2)) / 100),
        coefficient_amount=to_roubles(pl.col("raise_")),
        recalculation=to_roubles(pl.col("recalculation")),
        privilege=to_roubles(pl.col("privilege")),
        penalty=to_roubles(pl.when(pl.col("penalty") != 0).then("penalty")),
        paid=to_roubles(pl.col("paid")),
        total=to_roubles(pl.col("total")),
        closing=to_roubles(pl.col("closing")),
        supplier_organization_id=pl.when(pl.col("group_id") == "housing").then("organization_id"),
    )


def make_document_rows(lines: pl.DataFrame, month: int) -> pl.DataFrame:
    """Return the rows of documents.csv: a receipt for every account that has lines."""
    return lines.unique("row", keep="first", maintain_order=True).select(
        "sender",
        "account_id",
        "period",
        number=pl.format("{}-{}", "period", "number"),
        due_on=pl.lit(months.get_day(month + 1, get_due_day(month))),
    )


def get_due_day(month: int) -> int:
    """Return the day of the next month by which the month's charges are to be paid."""
    return _DUE if month >= _NEW_RULE else _DUE_BEFORE


def format_recalculations(rows: pl.DataFrame) -> pl.DataFrame:
    """Write the amounts of recalculations as roubles."""
    return rows.with_columns(amount=to_roubles(pl.col("amount")))


def make_penalty_rows(penalties: pl.DataFrame, period: str) -> pl.DataFrame:
    """Return the rows of penalties.csv; paying the whole debt cancels the penalty."""
    groups = penalties.group_by("row", "group_id", maintain_order=True).agg(
        pl.col("sender", "account_id").first(), pl.col("opening", "closing").sum()
    )
    nonzero = groups.filter((pl.col("opening") != 0) | (pl.col("closing") != 0))
    return nonzero.select(
        "sender",
        "account_id",
        "group_id",
        period=pl.lit(period),
        opening=to_roubles(pl.col("opening")),
        accrued=to_roubles(pl.col("closing") - pl.col("opening")),
        paid=to_roubles(pl.lit(0)),
        closing=to_roubles(pl.col("closing")),
    )
