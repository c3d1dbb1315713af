"""Books: the accounts of all senders, and the lines of any month with their balances."""

from functools import cached_property, lru_cache

import polars as pl

from lib.demo import months
from lib.demo.billing import charges, tenancy
from lib.demo.reference import catalogue
from lib.demo.reference.organizations import SENDERS, Sender
from lib.demo.residents import behaviour, houses, people, subscriptions
from lib.demo.residents.behaviour import WINDOW

# months in the cache: a balance needs a window of months, and its penalties one more
_MONTHS_KEPT = 2 * WINDOW + 4


class Books:
    """The accounts and amounts of all senders; each month is computed by itself."""

    def __init__(self, *, seed: int, accounts: int) -> None:
        shares = {sender: _share(sender, accounts) for sender in SENDERS}
        built = [houses.build(sender, seed=seed, flats=flats) for sender, flats in shares.items()]
        self.houses = _numbered(built, "house")
        of_senders = [self.houses.filter(sender=sender.code) for sender in SENDERS]
        self.people = _numbered(
            [people.build(*pair, seed=seed) for pair in zip(SENDERS, of_senders, strict=True)],
            "row",
        )
        self.residents = lru_cache(2)(self._residents)
        self.amounts = lru_cache(2)(self._amounts)
        self.month_totals = lru_cache(_MONTHS_KEPT)(self._month_totals)
        self.charges = lru_cache(_MONTHS_KEPT)(self._charges)
        self.owed = lru_cache(2)(self._owed)
        self.penalties_owed = lru_cache(2)(self._penalties_owed)

    @cached_property
    def subscriptions(self) -> pl.DataFrame:
        """One row per account and service."""
        return subscriptions.build(self.people, self.houses)

    def _residents(self, month: int) -> pl.DataFrame:
        """Return the accounts as they are in the month."""
        return tenancy.list_residents(self.people, month)

    def lines(self, month: int) -> pl.DataFrame:
        """Return the month's lines with all amounts in kopecks."""
        rows = self.amounts(month).with_columns(
            penalty=self.charges(month)["penalty"],
            opening=self.owed(month - 1),
            closing=self.owed(month),
        )
        paid = pl.col("opening") + pl.col("total") + pl.col("penalty") - pl.col("closing")
        accounts = self.residents(month).select(
            "row", "account_id", "number", "is_known", "organization_id"
        )
        rows = rows.with_columns(paid=paid).join(
            accounts, on="row", how="left", maintain_order="left"
        )
        codes = [service.code for service in catalogue.SERVICES]
        groups = [service.group for service in catalogue.SERVICES]
        is_listed = (pl.col("days") > 0) | (pl.col("opening") != 0) | (pl.col("closing") != 0)
        return rows.filter(is_listed).with_columns(
            service_id=pl.col("service").replace_strict(range(len(codes)), codes),
            group_id=pl.col("service").replace_strict(range(len(groups)), groups),
            period=pl.lit(months.format_label(month)),
        )

    def penalties(self, month: int) -> pl.DataFrame:
        """Return the penalties that are kept apart from the lines, in kopecks, by line."""
        accounts = self.residents(month).select("row", "account_id")
        groups = [service.group for service in catalogue.SERVICES]
        return self.subscriptions.select(
            "sender",
            "row",
            group_id=pl.col("service").replace_strict(range(len(groups)), groups),
            opening=self.penalties_owed(month - 1),
            closing=self.penalties_owed(month),
        ).join(accounts, on="row", how="left", maintain_order="left")

    def _amounts(self, month: int) -> pl.DataFrame:
        days = self.residents(month).select("row", "days", "gives", "is_silent")
        lines = self.subscriptions.join(days, on="row", how="left", maintain_order="left")
        return charges.charge_month(lines, month)

    def _month_totals(self, month: int) -> pl.DataFrame:
        columns = ("total", "payer", "apart", "account_key", "payer_phase")
        amounts = self.amounts(month).select(columns)
        return amounts.with_columns(**behaviour.get_ages(month)).drop("account_key", "payer_phase")

    def _charges(self, month: int) -> pl.DataFrame:
        totals = [self.month_totals(month - age) for age in range(WINDOW + 1)]
        penalty = behaviour.sum_penalties(totals).alias("penalty")
        apart = pl.col("own_penalty") * pl.col("apart")
        charged = totals[0].with_columns(own_penalty=penalty)
        charged = charged.with_columns(own_penalty=apart, penalty=pl.col("own_penalty") - apart)
        return charged.with_columns(charge=pl.col("total") + pl.col("penalty"))

    def _owed(self, month: int) -> pl.Series:
        owed = behaviour.sum_debts([self.charges(month - age) for age in range(WINDOW + 1)])
        return owed - self.subscriptions["advance"]

    def _penalties_owed(self, month: int) -> pl.Series:
        return behaviour.sum_debts(
            [self.charges(month - age) for age in range(WINDOW + 1)], column="own_penalty"
        )


def _share(sender: Sender, accounts: int) -> int:
    """Return how many of the accounts are the sender's; the last sender has the rest."""
    if sender is SENDERS[-1]:
        return accounts - sum(_share(other, accounts) for other in SENDERS[:-1])
    return accounts * sender.share // 100


def _numbered(frames: list[pl.DataFrame], name: str) -> pl.DataFrame:
    rows = pl.concat(frames, how="vertical_relaxed")
    return rows.with_row_index(name).cast({name: pl.Int64})
