"""What many accounts owe, by group of services; payments are spread over these debts."""

from collections import defaultdict
from collections.abc import Collection
from decimal import Decimal

import polars as pl
from sqlalchemy.orm import Session

from db.queries.registers import debts as queries
from lib.domain.payments.spreading import Layer

_LAST = {"account_id": pl.Int64(), "last": pl.Date()}


def find_last_closed(session: Session, accounts: pl.DataFrame) -> pl.DataFrame:
    """Return the last closed month of each account that has one: ``account_id`` and ``last``.

    Most accounts have lines in the latest month, so the months are read backwards until
    every account is found.

    Args:
        session: of a role that sees every account.
        accounts: ``account_id`` and ``sender_id``; each account once.
    """
    found, left = [pl.DataFrame(schema=_LAST)], accounts
    senders_by_period = defaultdict(set)
    for row in queries.list_closed_periods(session):
        senders_by_period[row.period].add(row.sender_id)
    for period, senders in senders_by_period.items():
        expected = left.filter(pl.col("sender_id").is_in(senders))["account_id"]
        if expected.is_empty():
            continue
        billed = queries.find_billed(session, accounts=expected, period=period)
        found.append(billed.with_columns(last=pl.lit(period)))
        left = left.join(billed, on="account_id", how="anti")
    return pl.concat(found)


def find_debts(session: Session, last: pl.DataFrame) -> pl.DataFrame:
    """Return what each account with a bill owes now, in kopecks, as its card shows it.

    Columns, a row for each account and group: ``due``, the debt after the payments to the
    group; ``unassigned``, what was paid to the account since the bill and to none of its groups;
    ``charged``, what the last closed month charged; ``last``, that month.

    Args:
        session: of a role that sees every account.
        last: the last closed month of each account, from ``find_last_closed``.
    """
    queries.allow_memory(session)
    owed = [pl.DataFrame(schema={**queries.BALANCES, "last": pl.Date()})]
    paid = [pl.DataFrame(schema=queries.PAID)]
    for (period,), of_month in last.group_by("last"):
        accounts = of_month["account_id"]
        balances = queries.fetch_balances(session, accounts=accounts, period=period)
        owed.append(balances.with_columns(last=pl.lit(period)))
        paid.append(queries.fetch_paid(session, accounts=accounts, after=period))
    sums = (
        pl.concat(owed)
        .group_by("account_id", "group_id")
        .agg(pl.col("due", "charged").sum(), pl.col("last").first())
    )
    return _subtract_paid(sums, pl.concat(paid))


def _subtract_paid(owed: pl.DataFrame, paid: pl.DataFrame) -> pl.DataFrame:
    key = ["account_id", "group_id"]
    joined = owed.join(paid, on=key, how="left").with_columns(
        due=pl.col("due") - pl.col("paid").fill_null(0)
    )
    elsewhere = paid.join(owed, on=key, how="anti").group_by("account_id")
    unassigned = elsewhere.agg(unassigned=pl.col("paid").sum())
    return (
        joined.drop("paid")
        .join(unassigned, on="account_id", how="left")
        .with_columns(pl.col("unassigned").fill_null(0))
    )


def find_charges(session: Session, accounts: Collection[int]) -> dict[tuple[int, int], list[Layer]]:
    """Return what each month charged, the newest first, by account and group."""
    found = defaultdict[tuple[int, int], list[Layer]](list)
    charges = queries.fetch_charges(session, accounts=accounts)
    for account, group, period, charged in charges.iter_rows():
        found[account, group].append(Layer(period, Decimal(charged) / 100))
    return found
