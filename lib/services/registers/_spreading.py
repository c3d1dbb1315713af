"""How payments of registers are spread over the groups of their accounts."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Any

import polars as pl
from sqlalchemy.orm import Session

from lib.domain.payments.spreading import Layer, Owed, layers, spread
from lib.domain.payments.waterfall import close_unassigned, pour
from lib.services.registers import _debts, _groups
from lib.services.registers._rows import PARTS, kopecks, roubles

_POURED: Mapping[str, Any] = {
    "row": pl.Int64(),
    "account_id": pl.Int64(),
    "group_id": pl.Int64(),
    "part": pl.Int64(),
}
_Charges = Mapping[tuple[int, int], list[Layer]]
Ages = Callable[[list[int]], _Charges]
"""What each month charged some accounts, the newest first, by account and group."""


@dataclass(frozen=True, slots=True)
class Spreading:
    """Payments, the groups that they may go to, and what is owed there: all but the arithmetic."""

    rows: pl.DataFrame
    sets: pl.DataFrame
    debts: pl.DataFrame


def spread_rows(session: Session, rows: pl.DataFrame, last: pl.DataFrame) -> pl.DataFrame:
    """Spread payments: by the document's group, else by the payee's account, else over debts.

    Args:
        session: of whoever may see every account.
        rows: payments that nobody has counted yet, by ``register_rows.RECEIVED``.
        last: the last closed month of each account that has one.

    Returns:
        The parts, by ``register_rows.PARTS``.
    """
    return spread_all(prepare(session, rows, last), partial(_debts.charges, session))


def prepare(session: Session, rows: pl.DataFrame, last: pl.DataFrame) -> Spreading:
    """Ask the database for what ``spread_all`` needs of every account."""
    rows, sets = _groups.candidates(session, rows)
    known = last.join(rows.select("account_id").unique(), on="account_id", how="semi")
    return Spreading(rows, sets, _debts.debts(session, known))


def spread_all(spreading: Spreading, ages: Ages) -> pl.DataFrame:
    """Spread what was prepared; only accounts with debts of several months ask for ``ages``."""
    order = ("account_id", "paid_on", "register_id", "line")
    rows = spreading.rows.sort(order).with_row_index("row")
    rows = rows.with_columns(pl.col("row").cast(pl.Int64), amount=kopecks(pl.col("amount")))
    owed = _owed(rows, spreading.sets, spreading.debts)
    slow = _needs_turns(rows, owed)
    fast = pour(
        rows.join(slow, on="account_id", how="anti", maintain_order="left"),
        owed.join(slow, on="account_id", how="anti", maintain_order="left"),
    )
    parts = [fast, _in_turn(rows, owed, slow, ages)]
    places = rows.select("row", "register_id", "line")
    found = pl.concat(parts).join(places, on="row").sort("row")
    return found.with_columns(amount=roubles(pl.col("part"))).select(*PARTS)


def _owed(rows: pl.DataFrame, sets: pl.DataFrame, debts: pl.DataFrame) -> pl.DataFrame:
    """Return the groups that each account's payments may go to: those billed, else all there are.

    An account and set a row for each group, in the order of the bill, with ``due`` in kopecks.
    """
    order = sets.filter(pl.col("set_id") == "*").select("group_id", "place")
    placed = debts.join(order, on="group_id").sort("account_id", "place").drop("place")
    closed = close_unassigned(placed)
    asked = rows.select("account_id", "sender_id", "set_id").unique()
    joined = asked.join(sets, on=["sender_id", "set_id"]).join(
        closed, on=["account_id", "group_id"], how="left"
    )
    if joined["due"].null_count():
        is_billed = pl.col("due").is_not_null()
        joined = joined.filter(is_billed | ~is_billed.any().over("account_id", "set_id"))
    return joined.with_columns(pl.col("due", "charged").fill_null(0)).sort(
        "account_id", "set_id", "place"
    )


def _needs_turns(rows: pl.DataFrame, owed: pl.DataFrame) -> pl.DataFrame:
    """Return the accounts whose payments must be spread one by one: ``account_id``.

    Those that name different groups, and those whose debts are of several months, unless
    one payment pays everything.
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


def _in_turn(
    rows: pl.DataFrame, owed: pl.DataFrame, slow: pl.DataFrame, ages: Ages
) -> pl.DataFrame:
    """Spread the payments of some accounts one after the other, the oldest debts first."""
    accounts = slow["account_id"].to_list()
    charges = ages(accounts) if accounts else {}
    groups: dict[int, dict[str, list[dict[str, Any]]]] = {}
    for debt in owed.join(slow, on="account_id", maintain_order="left").iter_rows(named=True):
        groups.setdefault(debt["account_id"], {}).setdefault(debt["set_id"], []).append(debt)
    payments = rows.join(slow, on="account_id", maintain_order="left").iter_rows(named=True)
    found: list[tuple[int, int, int, int]] = [
        part
        for account, of_account in groupby(payments, key=itemgetter("account_id"))
        for part in _spread(of_account, groups[account], charges)
    ]
    return pl.DataFrame(found, schema=dict(_POURED), orient="row")


def _spread(
    payments: Iterator[dict[str, Any]], sets: dict[str, list[dict[str, Any]]], charges: _Charges
) -> Iterator[tuple[int, int, int, int]]:
    """Spread one account's payments in turn: what one has closed, the next does not."""
    due = {one["group_id"]: one["due"] for debts in sets.values() for one in debts}
    for payment in payments:
        debts = sets[payment["set_id"]]
        owed = [_layers(debt, due[debt["group_id"]], charges) for debt in debts]
        amount = Decimal(payment["amount"]) / 100
        for group, part in spread(amount, owed, first=debts[0]["group_id"]).items():
            made = int(part * 100)
            due[group] -= made
            yield payment["row"], payment["account_id"], group, made


def _layers(debt: dict[str, Any], due: int, charges: _Charges) -> Owed:
    if due <= 0:
        return Owed(debt["group_id"], ())
    known = charges.get((debt["account_id"], debt["group_id"]), [])
    # an open month charges nothing yet
    closed = [layer for layer in known if layer.month <= debt["last"]]
    return Owed(debt["group_id"], layers(Decimal(due) / 100, closed))
