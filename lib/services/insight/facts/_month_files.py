"""The files of one part of the ledger: a sender's month of one kind, divided by organisation."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from lib.domain import address, periods
from lib.facts import balances, keys, store, summaries, tables
from lib.facts.manifest import File
from lib.facts.tables import Kind

_HEATING = (10, 11, 12, 1, 2, 3, 4)
_CAPITAL, _HOUSING = ("капитальн",), ("жил", "содержан", "управлен")


@dataclass(frozen=True, slots=True)
class Unit:
    """A part of the ledger that is read and written as a whole.

    Attributes:
        kind: the kind of rows that is read.
        sender: key of the sender.
        period: the month.
    """

    kind: str
    sender: int
    period: dt.date

    @property
    def name(self) -> str:
        """Return its name in the manifest."""
        return f"{self.kind} {self.sender} {self.period:%Y-%m}"


def join_accounts(frame: pl.DataFrame, accounts: pl.DataFrame, period: dt.date) -> pl.DataFrame:
    """Replace the ledger's account by its key in the facts, with its organisation and house.

    The rows come in the order of the accounts: what is sorted already is sorted quickly.
    """
    known = accounts.select("account_id", "account", "organization", "house")
    own = [name for name in ("organization", "house") if name in frame.columns]
    return (
        known.drop(own)
        .join(frame, on="account_id", maintain_order="left_right")
        .drop("account_id")
        .with_columns(period=pl.lit(period, dtype=tables.DAY))
    )


def add_account_keys(accounts: pl.DataFrame, *, secret: str) -> pl.DataFrame:
    """Add the key in the facts to the accounts of a sender, and sort them as files are."""
    return accounts.with_columns(
        account=keys.derive_keys("account", accounts["account_id"], secret=secret)
    ).sort("organization", "house", "account")


def replace_key(frame: pl.DataFrame, name: str, *, secret: str) -> pl.DataFrame:
    """Replace a column of the ledger's keys by keys of the facts."""
    ids = frame[name].unique()
    known = pl.DataFrame({name: ids, "_key": keys.derive_keys(name, ids, secret=secret)})
    return frame.join(known, on=name).drop(name).rename({"_key": name})


def mark_first_parts(payments: pl.DataFrame) -> pl.DataFrame:
    """Mark one part of each payment, the largest: payments are counted by it."""
    ordered = payments.sort(
        "payment", pl.col("amount").abs(), "service_group", descending=[False, True, False]
    )
    return ordered.with_columns(
        pl.col("is_reversal").cast(pl.Boolean), is_first=pl.col("payment").is_first_distinct()
    )


def write_unit(frames: Mapping[str, pl.DataFrame], unit: Unit) -> list[File]:
    """Store the frames of a unit by organisation; an organisation without rows has no file."""
    return [
        store.put_file(
            rows, kind=name, organization=organization, month=f"{unit.period:%Y-%m}", unit=unit.name
        )
        for name, frame in frames.items()
        for organization, rows in _divide(_fit(frame, tables.KINDS[name]))
    ]


def _divide(frame: pl.DataFrame) -> Iterator[tuple[int, pl.DataFrame]]:
    for (organization,), rows in frame.group_by("organization", maintain_order=True):
        yield int(str(organization)), rows


def _fit(frame: pl.DataFrame, kind: Kind) -> pl.DataFrame:
    """Give a frame the columns and types of its kind, in an order that is always the same."""
    return frame.select(*kind.schema).cast(pl.Schema(kind.schema)).sort(kind.order)


def spread(
    charges: Mapping[dt.date, pl.DataFrame], period: dt.date, *, due_day: int
) -> pl.DataFrame:
    """Return «balances» of a month, given the sums of the groups of this and earlier months."""
    months = [periods.add_months(period, -back) for back in range(balances.MONTHS)]
    known = []
    for month in months:
        if month not in charges:
            break
        known.append(charges[month])
    return balances.spread_balances(known, period=period, due_day=due_day)


def name_houses(houses: pl.DataFrame) -> pl.DataFrame:
    """Return «houses»: an address instead of its parts."""
    names = [
        address.format_house("", row["street"], row["number"], row["building"])
        for row in houses.iter_rows(named=True)
    ]
    return houses.with_columns(
        pl.col("street").fill_null("без улицы"), name=pl.Series(names, dtype=pl.String)
    ).select(*tables.HOUSES.schema)


def add_purposes(groups: pl.DataFrame) -> pl.DataFrame:
    """Return «groups»: what a group is for is told by its name (ЖК РФ ст. 154)."""
    lower = pl.col("name").str.to_lowercase()
    return groups.with_columns(
        purpose=pl.when(lower.str.contains_any(list(_CAPITAL)))
        .then(pl.lit("capital"))
        .when(lower.str.contains_any(list(_HOUSING)))
        .then(pl.lit("housing"))
        .otherwise(pl.lit("utilities"))
    ).select(*tables.GROUPS.schema)


def add_seasons(calendar: pl.DataFrame) -> pl.DataFrame:
    """Return «calendar»: the months of heating are those in which most houses are heated."""
    return calendar.with_columns(
        pl.col("is_working").cast(pl.Boolean), is_heating=pl.col("day").dt.month().is_in(_HEATING)
    ).select(*tables.CALENDAR.schema)


def summarize(name: str, frame: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Return a frame of lines together with its summaries."""
    if name == tables.CHARGES.name:
        return {name: frame, tables.CHARGES_BY_HOUSE.name: summaries.summarize_charges(frame)}
    if name == tables.PAYMENTS.name:
        return {
            name: frame,
            tables.PAYMENTS_BY_HOUSE.name: summaries.summarize_payments(frame),
            tables.PAYERS_BY_HOUSE.name: summaries.count_payers(frame),
        }
    return {name: frame}
