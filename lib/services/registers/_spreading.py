"""Spreading payments of registers over the groups of services of their accounts."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

import polars as pl
from sqlalchemy.orm import Session

from lib.domain.payments.spreading import Layer, Owed, allocate, split_debt
from lib.domain.payments.waterfall import allocate_all, close_unassigned
from lib.services.registers import _debts, _groups
from lib.services.registers._rows import PARTS, to_kopecks, to_roubles

_SPREAD: Mapping[str, pl.DataType] = {
    "row": pl.Int64(),
    "account_id": pl.Int64(),
    "group_id": pl.Int64(),
    "part": pl.Int64(),
}
_Charges = Mapping[tuple[int, int], list[Layer]]
FindCharges = Callable[[list[int]], _Charges]
"""Returns what each month charged to accounts, the newest first, by account and group."""


class _Debt(NamedTuple):
    """What an account owes for a group of a set, in kopecks; ``last`` is None without a bill."""

    account_id: int
    set_id: str
    group_id: int
    due: int
    last: dt.date | None


class _Payment(NamedTuple):
    """A payment: its number among all, and its amount in kopecks."""

    row: int
    account_id: int
    set_id: str
    amount: int


@dataclass(frozen=True, slots=True)
class Spreading:
    """The data of the database that are needed to spread payments.

    Attributes:
        rows: the payments, by ``_rows.ROWS``, with ``set_id``.
        sets: the sets of groups, from ``_groups.find_groups``.
        debts: from ``_debts.find_debts``.
    """

    rows: pl.DataFrame
    sets: pl.DataFrame
    debts: pl.DataFrame


def spread_rows(session: Session, rows: pl.DataFrame, last: pl.DataFrame) -> pl.DataFrame:
    """Spread payments over the debts of the groups that they can go to.

    Args:
        session: of a role that sees every account.
        rows: payments that do not count yet, by ``_rows.ROWS``.
        last: the last closed month of each account that has one.

    Returns:
        The parts, by ``_rows.PARTS``.
    """
    spreading = prepare_spreading(session, rows, last)
    return spread_prepared(spreading, partial(_debts.find_charges, session))


def prepare_spreading(session: Session, rows: pl.DataFrame, last: pl.DataFrame) -> Spreading:
    """Read what ``spread_prepared`` needs from the database."""
    rows, sets = _groups.find_groups(session, rows)
    with_bill = last.join(rows.select("account_id").unique(), on="account_id", how="semi")
    return Spreading(rows, sets, _debts.find_debts(session, with_bill))


def spread_prepared(spreading: Spreading, find_charges: FindCharges) -> pl.DataFrame:
    """Spread payments that were prepared, and return the parts, by ``_rows.PARTS``.

    ``find_charges`` is called only for accounts that owe for several months.
    """
    order = ("account_id", "paid_on", "register_id", "line")
    rows = spreading.rows.sort(order).with_row_index("row")
    rows = rows.with_columns(pl.col("row").cast(pl.Int64), amount=to_kopecks(pl.col("amount")))
    owed = _find_owed(rows, spreading.sets, spreading.debts)
    slow = _find_slow(rows, owed)
    fast = allocate_all(
        rows.join(slow, on="account_id", how="anti", maintain_order="left"),
        owed.join(slow, on="account_id", how="anti", maintain_order="left"),
    )
    parts = [fast, _spread_in_turn(rows, owed, slow, find_charges)]
    places = rows.select("row", "register_id", "line")
    found = pl.concat(parts).join(places, on="row").sort("row")
    return found.with_columns(amount=to_roubles(pl.col("part"))).select(*PARTS)


def _find_owed(rows: pl.DataFrame, sets: pl.DataFrame, debts: pl.DataFrame) -> pl.DataFrame:
    """Return the groups that payments can go to: of the account's bill, or all of the set.

    There is a row for each account, set and group, in the order of the bill, with ``due`` and
    ``charged`` in kopecks.
    """
    order = sets.filter(pl.col("set_id") == "*").select("group_id", "place")
    in_order = debts.join(order, on="group_id").sort("account_id", "place").drop("place")
    closed = close_unassigned(in_order)
    account_sets = rows.select("account_id", "sender_id", "set_id").unique()
    joined = account_sets.join(sets, on=["sender_id", "set_id"]).join(
        closed, on=["account_id", "group_id"], how="left"
    )
    if joined["due"].null_count():
        is_billed = pl.col("due").is_not_null()
        joined = joined.filter(is_billed | ~is_billed.any().over("account_id", "set_id"))
    return joined.with_columns(pl.col("due", "charged").fill_null(0)).sort(
        "account_id", "set_id", "place"
    )


def _find_slow(rows: pl.DataFrame, owed: pl.DataFrame) -> pl.DataFrame:
    """Return the accounts whose payments must be spread one by one: ``account_id``.

    These are the accounts with payments to different sets of groups, and the accounts with
    debts of several months, unless one payment pays everything.
    """
    paid = rows.group_by("account_id").agg(
        paid=pl.col("amount").sum(), payments=pl.len(), sets=pl.col("set_id").n_unique()
    )
    is_owed = pl.col("due") > 0
    debt = owed.group_by("account_id").agg(
        debts=is_owed.sum(),
        all_due=pl.col("due").filter(is_owed).sum(),
        is_old=(is_owed & (pl.col("due") > pl.col("charged"))).any(),
    )
    ages_matter = (
        pl.col("is_old")
        & (pl.col("debts") > 1)
        & ((pl.col("paid") < pl.col("all_due")) | (pl.col("payments") > 1))
    )
    return (
        paid.join(debt, on="account_id")
        .filter((pl.col("sets") > 1) | ages_matter)
        .select("account_id")
    )


def _spread_in_turn(
    rows: pl.DataFrame, owed: pl.DataFrame, slow: pl.DataFrame, find_charges: FindCharges
) -> pl.DataFrame:
    """Spread the payments of some accounts one after the other, over the oldest debts first."""
    accounts = slow["account_id"].to_list()
    charges = find_charges(accounts) if accounts else {}
    sets: dict[int, dict[str, list[_Debt]]] = {}
    debts = owed.join(slow, on="account_id", maintain_order="left").select(_Debt._fields)
    for debt in map(_Debt._make, debts.iter_rows()):
        sets.setdefault(debt.account_id, {}).setdefault(debt.set_id, []).append(debt)
    slow_rows = rows.join(slow, on="account_id", maintain_order="left").select(_Payment._fields)
    payments = map(_Payment._make, slow_rows.iter_rows())
    found: list[tuple[int, int, int, int]] = [
        part
        for account, of_account in groupby(payments, key=attrgetter("account_id"))
        for part in _spread_account(of_account, sets[account], charges)
    ]
    return pl.DataFrame(found, schema=_SPREAD, orient="row")


def _spread_account(
    payments: Iterator[_Payment], sets: dict[str, list[_Debt]], charges: _Charges
) -> Iterator[tuple[int, int, int, int]]:
    """Spread the payments of one account; each payment reduces the debts for the next.

    Yields by ``_SPREAD``: number of the payment, account, group and kopecks.
    """
    due = {debt.group_id: debt.due for debts in sets.values() for debt in debts}
    for payment in payments:
        debts = sets[payment.set_id]
        owed = [_make_owed(debt, due[debt.group_id], charges) for debt in debts]
        amount = Decimal(payment.amount) / 100
        for group, part in allocate(amount, owed, first=debts[0].group_id).items():
            kopecks = int(part * 100)
            due[group] -= kopecks
            yield payment.row, payment.account_id, group, kopecks


def _make_owed(debt: _Debt, due: int, charges: _Charges) -> Owed:
    if due <= 0 or debt.last is None:
        return Owed(debt.group_id, ())
    layers = charges.get((debt.account_id, debt.group_id), [])
    # the charges of an open month are not owed yet
    closed = [layer for layer in layers if layer.month <= debt.last]
    return Owed(debt.group_id, split_debt(Decimal(due) / 100, closed))
