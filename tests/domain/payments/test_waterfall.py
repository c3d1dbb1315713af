"""Many accounts at once are spread like one after another."""

import datetime as dt
from decimal import Decimal

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.billing.bill import Bill, calculate_due
from lib.domain.payments.spreading import Layer, Owed, allocate
from lib.domain.payments.waterfall import allocate_all, close_unassigned
from tests.domain.billing.test_bill import group

MONTH = dt.date(2014, 10, 1)
DUES = st.lists(st.integers(-5_000, 9_000), min_size=1, max_size=4)
ACCOUNTS = st.lists(
    st.tuples(DUES, st.lists(st.integers(1, 9_000), max_size=4)), min_size=1, max_size=5
)
Account = tuple[list[int], list[int]]


def build_frames(accounts: list[Account]) -> tuple[pl.DataFrame, pl.DataFrame]:
    rows, debts = [], []
    for account, (dues, payments) in enumerate(accounts):
        debts += [(account, at, due) for at, due in enumerate(dues)]
        rows += [(account * 10 + at, account, amount) for at, amount in enumerate(payments)]
    return (
        pl.DataFrame(rows, schema=["row", "account_id", "amount"], orient="row").cast(pl.Int64),
        pl.DataFrame(debts, schema=["account_id", "group_id", "due"], orient="row").cast(pl.Int64),
    )


def one_by_one(accounts: list[Account]) -> set[tuple[int, int, int, int]]:
    found = set()
    for account, (dues, payments) in enumerate(accounts):
        remaining = [Decimal(due) for due in dues]
        for at, amount in enumerate(payments):
            owed = [
                Owed(number, (Layer(MONTH, due),) if due > 0 else ())
                for number, due in enumerate(remaining)
            ]
            for number, part in allocate(Decimal(amount), owed, first=0).items():
                remaining[number] -= part
                found.add((account * 10 + at, account, number, int(part)))
    return found


@given(ACCOUNTS)
def test_many_accounts_are_spread_like_one_after_another(accounts: list[Account]) -> None:
    parts = allocate_all(*build_frames(accounts))

    assert set(parts.iter_rows()) == one_by_one(accounts)


@given(st.lists(st.integers(-5_000, 9_000), min_size=1, max_size=4), st.integers(0, 20_000))
def test_unassigned_money_closes_debts_as_on_a_card(dues: list[int], unassigned: int) -> None:
    groups = tuple(group(number, str(due)) for number, due in enumerate(dues))
    card = calculate_due(Bill(1, MONTH, groups), [(None, Decimal(unassigned))])
    _, debts = build_frames([(dues, [])])

    remaining = close_unassigned(debts.with_columns(unassigned=pl.lit(unassigned)))

    assert [max(due, 0) for due in remaining["due"]] == [int(due) for due in card.values()]
