"""Reversals for made-up packages: payments taken back, and paid again a month later.

Lines are changed with them, so that every package still closes to the kopeck.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise

import polars as pl

from lib.demo import months
from lib.demo.package import Package

_EVERY = 7  # an account in so many, another one each month
_LINE = ["account_id", "service_id"]
_AGAIN_DAY = 21


def add_reversals(packages: Iterable[Package]) -> Iterator[Package]:
    """Return one sender's months, the oldest first, with payments taken back in them."""
    services = pl.DataFrame()
    before: Package | None = None
    again = pl.DataFrame()  # what the month before took back
    for package, following in pairwise([*packages, None]):
        assert package is not None
        if "services" in package.files and package.files["services"].height:
            services = package.files["services"].select("service_id", "group_id")
        taken = pl.DataFrame()
        if before is not None and following is not None:
            taken = _taken(before, package, following, services)
        changed = package
        if again.height:
            changed = _changed(changed, again, sign=1)
        if taken.height:
            changed = _changed(changed, taken, sign=-1)
        yield changed
        before, again = package, taken


def _taken(
    before: Package, package: Package, following: Package, services: pl.DataFrame
) -> pl.DataFrame:
    """Choose parts of last month's payments whose group has one line now and next month."""
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
    whole = ~pl.col("service_id").is_null().any().over("payment_id")
    # a kopeck stays with every other of them: it was not taken back whole
    kept = (
        pl.when(pl.col("payment_id").hash(2) % 2 == 0)
        .then(pl.lit("0.01"))
        .otherwise(pl.lit("0.00"))
    )
    return found.filter(whole).with_columns(
        amount=(pl.col("amount") - kept.cast(pl.Decimal(14, 2))).cast(pl.Decimal(14, 2))
    )


def _changed(package: Package, parts: pl.DataFrame, *, sign: int) -> Package:
    """Take the parts back (−1), or let them be paid again (+1)."""
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
    files["payment_parts"] = _added(files["payment_parts"], spread)
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
    files["payments"] = _added(payments, rows)
    return replace(package, files=files)


def _added(known: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    shared = {name: known.schema[name] for name in new.columns}
    return pl.concat([known, new.cast(shared)], how="diagonal")  # type: ignore[arg-type]
