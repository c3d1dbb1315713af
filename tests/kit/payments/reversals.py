"""Reversals for invented packages: payments are reversed and paid again a month later.

Lines change too, so that the balances of every package agree to the kopeck.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise

import polars as pl

from lib.demo import months
from lib.demo.package import Package

_EVERY = 7  # one account in seven, other ones each month
_LINE = ["account_id", "service_id"]
_AGAIN_DAY = 21


def add_reversals(packages: Iterable[Package]) -> Iterator[Package]:
    """Yield one sender's months with reversals added, oldest first."""
    services = pl.DataFrame()
    before: Package | None = None
    repeated_parts = pl.DataFrame()  # parts reversed in the previous month
    for package, following in pairwise([*packages, None]):
        assert package is not None
        if "services" in package.files and package.files["services"].height:
            services = package.files["services"].select("service_id", "group_id")
        reversed_parts = pl.DataFrame()
        if before is not None and following is not None:
            reversed_parts = _choose_parts(before, package, following, services)
        changed = package
        if repeated_parts.height:
            changed = _apply_parts(changed, repeated_parts, sign=1)
        if reversed_parts.height:
            changed = _apply_parts(changed, reversed_parts, sign=-1)
        yield changed
        before, repeated_parts = package, reversed_parts


def _choose_parts(
    before: Package, package: Package, following: Package, services: pl.DataFrame
) -> pl.DataFrame:
    """Choose parts of last month's payments whose group has a line now and next month."""
    month = months.number(package.period)
    payments = before.files["payments"].select("payment_id", "account_id", "channel")
    chosen = payments.filter(pl.col("account_id").hash(1) % _EVERY == month % _EVERY)
    parts = before.files["payment_parts"].join(chosen, on="payment_id")
    lines = (
        package.files["accruals"]
        .select(_LINE)
        .join(following.files["accruals"].select(_LINE), on=_LINE, maintain_order="left")
        .join(services, on="service_id")
        .unique(["account_id", "group_id"], keep="first", maintain_order=True)
    )
    found = parts.join(lines, on=["account_id", "group_id"], how="left", maintain_order="left")
    is_complete = ~pl.col("service_id").is_null().any().over("payment_id")
    # a kopeck remains of every second payment: a partial reversal
    remaining = (
        pl.when(pl.col("payment_id").hash(2) % 2 == 0)
        .then(pl.lit("0.01"))
        .otherwise(pl.lit("0.00"))
    )
    return found.filter(is_complete).with_columns(
        amount=(pl.col("amount") - remaining.cast(pl.Decimal(14, 2))).cast(pl.Decimal(14, 2))
    )


def _apply_parts(package: Package, parts: pl.DataFrame, *, sign: int) -> Package:
    """Reverse the parts (sign −1) or pay them again (sign +1)."""
    money = pl.Decimal(14, 2)
    files = dict(package.files)
    moved = parts.group_by(_LINE, maintain_order=True).agg(moved=pl.col("amount").sum() * sign)
    lines = files["accruals"].join(moved, on=_LINE, how="left", maintain_order="left")
    shift = pl.col("moved").fill_null(0)
    lines = lines.with_columns(paid=(pl.col("paid") + shift).cast(money))
    if sign < 0:
        lines = lines.with_columns(closing=(pl.col("closing") - shift).cast(money))
    else:
        lines = lines.with_columns(opening=(pl.col("opening") + shift).cast(money))
    files["accruals"] = lines.drop("moved")
    name = "back" if sign < 0 else "again"
    ids = pl.format(f"{name}-{{}}", "payment_id")
    spread = parts.select(payment_id=ids, group_id="group_id", amount=pl.col("amount") * sign)
    files["payment_parts"] = _append_rows(files["payment_parts"], spread)
    rows = parts.group_by("payment_id", maintain_order=True).agg(
        pl.col("account_id", "channel").first(), pl.col("amount").sum() * sign
    )
    rows = rows.select(
        payment_id=ids,
        account_id="account_id",
        paid_on=pl.lit(package.period.replace(day=_AGAIN_DAY)),
        amount="amount",
        period=pl.lit(f"{package.period:%Y-%m}"),
        channel="channel",
        is_reversal=pl.lit(int(sign < 0)),
        reversed_payment_id="payment_id" if sign < 0 else pl.lit(None, pl.String),
    )
    payments = files["payments"]
    if "reversed_payment_id" not in payments.columns:
        payments = payments.with_columns(reversed_payment_id=pl.lit(None, pl.String))
    files["payments"] = _append_rows(payments, rows)
    return replace(package, files=files)


def _append_rows(known: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    shared = {name: known.schema[name] for name in new.columns}
    return pl.concat([known, new.cast(shared)], how="diagonal")  # type: ignore[arg-type]
