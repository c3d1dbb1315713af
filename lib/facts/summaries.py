"""Summaries by house, computed from the lines of a month and written together with them."""

import polars as pl

from lib.facts import tables

_HOUSE = ["period", "organization", "house"]
_DIVISIONS = ["service_group", "channel"]
_NOTHING: list[str] = []


def _add(*names: str) -> pl.Expr:
    """Add columns up; a sum of no values is missing."""
    known = pl.sum_horizontal(pl.col(name).count() for name in names)
    return pl.when(known > 0).then(pl.sum_horizontal(pl.col(name).sum() for name in names))


_SUM_CHARGED = _add("total", "penalty")
_MONEY_SUMS = {name: _add(name) for name in tables.AMOUNTS}
# a penalty that is kept apart has payments of its own
_IS_PENALIZED = (pl.col("penalty") != 0) | (pl.col("service").is_null() & (pl.col("paid") != 0))


def summarize_charges(charges: pl.DataFrame) -> pl.DataFrame:
    """Return «charges_by_house» from «charges»."""
    return _finish(
        charges.group_by(*_HOUSE, "service_group", "service").agg(
            **_MONEY_SUMS,
            accounts=pl.col("account").n_unique(),
            metered=_count_accounts("meter"),
            averaged=_count_accounts("average"),
            by_norm=_count_accounts("norm"),
            penalized=pl.col("account").filter(_IS_PENALIZED).n_unique(),
            volume_own=_add("volume_own"),
            volume_common=_add("volume_common"),
        ),
        tables.CHARGES_BY_HOUSE,
    )


def _count_accounts(method: str) -> pl.Expr:
    return pl.col("account").filter(pl.col("method") == method).n_unique()


def sum_by_group(charges: pl.DataFrame) -> pl.DataFrame:
    """Return ``charged``, ``paid`` and ``closing`` of each account and group of a month."""
    return charges.group_by(*_HOUSE, "account", "service_group").agg(
        charged=_SUM_CHARGED,
        paid=_add("paid"),
        closing=_add("closing"),
    )


def list_late(sums: pl.DataFrame) -> pl.DataFrame:
    """Return the accounts that owe more in a group than the month's own charge."""
    late = sums.filter(pl.col("closing") > pl.col("charged").fill_null(0).clip(lower_bound=0))
    return late.select("account").unique()


def sum_charged(charges: pl.DataFrame) -> pl.DataFrame:
    """Return ``charged`` of each account and group."""
    return charges.group_by("account", "service_group").agg(charged=_SUM_CHARGED)


def summarize_payments(payments: pl.DataFrame) -> pl.DataFrame:
    """Return «payments_by_house» from «payments»."""
    keys = ["service_group", "paid_on", "counted_in", "known_on", "channel", "source", "origin"]
    return _finish(
        payments.group_by(*_HOUSE, *keys).agg(
            accounts=pl.col("account").n_unique(),
            payments=pl.col("is_first").sum(),
            amount=pl.col("amount").sum(),
            reversed=pl.col("amount").filter("is_reversal").sum(),
        ),
        tables.PAYMENTS_BY_HOUSE,
    )


def count_payers(payments: pl.DataFrame) -> pl.DataFrame:
    """Return «payers_by_house» from «payments»: by group and channel, by each alone, by neither."""
    counts = [
        payments.drop_nulls(by)
        .group_by(*_HOUSE, *by)
        .agg(accounts=pl.col("account").n_unique())
        .with_columns(
            pl.lit(None, dtype=tables.PAYERS_BY_HOUSE.schema[name]).alias(name)
            for name in _DIVISIONS
            if name not in by
        )
        .select(*tables.PAYERS_BY_HOUSE.schema)
        for by in ([*_DIVISIONS], ["service_group"], ["channel"], _NOTHING)
    ]
    return _finish(pl.concat(counts, how="vertical_relaxed"), tables.PAYERS_BY_HOUSE)


def summarize_balances(balances: pl.DataFrame) -> pl.DataFrame:
    """Return «balances_by_house» from «balances»."""
    return _finish(
        balances.group_by(*_HOUSE, "service_group", "charged_in", "due_on").agg(
            accounts=pl.col("account").n_unique(),
            owed=pl.col("amount").filter(pl.col("amount") > 0).sum(),
            overpaid=pl.col("amount").filter(pl.col("amount") < 0).sum(),
        ),
        tables.BALANCES_BY_HOUSE,
    )


def join_months(sums: pl.DataFrame, balances: pl.DataFrame) -> pl.DataFrame:
    """Return «account_months» from the sums of the groups and the «balances» of one month."""
    owed = balances.group_by("account").agg(
        owed=pl.col("amount").filter(pl.col("amount") > 0).sum(),
        overpaid=pl.col("amount").filter(pl.col("amount") < 0).sum(),
        oldest_due_on=pl.col("due_on").min(),
    )
    return _finish(
        sums.group_by(*_HOUSE, "account")
        .agg(charged=_add("charged"), paid=_add("paid"))
        .join(owed, on="account", how="left")
        .with_columns(pl.col("owed", "overpaid").fill_null(0)),
        tables.ACCOUNT_MONTHS,
    )


def summarize_months(months: pl.DataFrame, accounts: pl.DataFrame) -> pl.DataFrame:
    """Return «house_months» from «account_months»; residents and areas are the accounts'."""
    return _finish(
        months.join(accounts.select("account", "residents", "area"), on="account", how="left")
        .group_by(*_HOUSE)
        .agg(
            accounts=pl.col("account").n_unique(),
            residents=_add("residents"),
            area=_add("area"),
            charged=_add("charged"),
            paid=_add("paid"),
            owed=pl.col("owed").sum(),
            overpaid=pl.col("overpaid").sum(),
            owing=(pl.col("owed") > 0).sum(),
        ),
        tables.HOUSE_MONTHS,
    )


def _finish(frame: pl.DataFrame, kind: tables.Kind) -> pl.DataFrame:
    """Give a frame the columns and types of its kind."""
    return frame.select(*kind.schema).cast(pl.Schema(kind.schema))
