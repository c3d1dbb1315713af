"""Payments: one a month from every account that pays, split by group."""

import polars as pl

from lib.demo import chance, months
from lib.demo.amounts import to_roubles
from lib.demo.billing import bills
from lib.demo.residents.behaviour import Payer

# channel, percent of payments, where it comes from
CHANNELS = (
    ("bank", 55, "Приложение банка"),
    ("cash", 15, "Терминал"),
    ("online", 20, "Портал"),
    ("post", 5, "Почта"),
    ("other", 5, "Автоплатёж"),
)
# from 0; who pays at a terminal pays by the application of a bank then
_STRIKE_MONTH, _STRUCK, _INSTEAD = 2, "cash", "bank"
_LATE_FROM = 16


def make_payments(lines: pl.DataFrame, month: int) -> pl.DataFrame:
    """Return what each account paid for each of its groups, in kopecks."""
    paid = lines.group_by("row", "group_id", maintain_order=True).agg(
        pl.col("sender", "account_id", "account_key", "payer").first(), amount=pl.col("paid").sum()
    )
    return paid.filter(pl.col("amount") != 0).with_columns(
        payment_id=pl.format("pay-{}-{}", "account_id", pl.lit(months.format_label(month)))
    )


def make_rows(paid: pl.DataFrame, month: int) -> pl.DataFrame:
    """Return the rows of payments.csv."""
    sums = paid.group_by("row", maintain_order=True).agg(
        pl.col("sender", "payment_id", "account_id", "account_key", "payer").first(),
        pl.col("amount").sum(),
    )
    shares = {
        at: _get_share(month, channel, share) for at, (channel, share, _) in enumerate(CHANNELS)
    }
    sums = sums.with_columns(
        day=_day(month),
        channel=chance.draw_weighted(pl.col("account_key"), "channel", shares, month=month),
    )
    words = {at: word for at, (word, _, _) in enumerate(CHANNELS)}
    sources = {at: source for at, (_, _, source) in enumerate(CHANNELS)}
    channel = pl.col("channel").replace_strict(words, return_dtype=pl.String)
    label = months.format_label(month)
    year, place = divmod(month, 12)
    posted = pl.min_horizontal(pl.col("day") + 1, months.count_days(month))
    return sums.select(
        "sender",
        "payment_id",
        reference=pl.when(channel == "online").then(
            pl.format("portal-{}-{}", pl.lit(label), pl.col("account_key"))
        ),
        account_id="account_id",
        paid_on=pl.date(year, place + 1, pl.col("day")),
        posted_on=pl.date(year, place + 1, posted),
        amount=to_roubles(pl.col("amount")),
        period=pl.lit(label),
        channel=channel,
        source=pl.col("channel").replace_strict(sources, return_dtype=pl.String),
        registry_no=pl.format("R-{}-{}", pl.lit(label), posted),
        is_reversal=0,
    )


def _get_share(month: int, channel: str, share: int) -> int:
    """Return how often a way of paying is used: each March the terminals stand still."""
    if month % 12 != _STRIKE_MONTH:
        return share
    others = sum(percent for way, percent, _ in CHANNELS if way == _STRUCK)
    return 0 if channel == _STRUCK else share + others if channel == _INSTEAD else share


def make_part_rows(paid: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of payment_parts.csv."""
    return paid.select("sender", "payment_id", "group_id", amount=to_roubles(pl.col("amount")))


def _day(month: int) -> pl.Expr:
    """Return the day of the payment: before last month's charges are due, or later."""
    key = pl.col("account_key")
    is_late = pl.col("payer").is_in([Payer.LATE, Payer.DEBTOR])
    span = months.count_days(month) - _LATE_FROM + 1
    late = _LATE_FROM + chance.draw(key, "day", below=span, month=month)
    early = 1 + chance.draw(key, "day", below=bills.get_due_day(month - 1), month=month)
    return pl.when(is_late).then(late).otherwise(early)
