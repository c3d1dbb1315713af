"""Spreading a payment: to the kopeck, the oldest debt first, the rest to one group."""

import datetime as dt
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from lib.domain.payments.spreading import Layer, Owed, allocate, split_debt

MONTHS = [dt.date(2014, month, 1) for month in range(1, 11)]
MONEY = st.decimals(Decimal("0.01"), Decimal("99999.99"), places=2)
CHARGES = st.lists(st.decimals(Decimal(-500), Decimal(9000), places=2), max_size=10).map(
    lambda amounts: [
        Layer(month, amount) for month, amount in zip(reversed(MONTHS), amounts, strict=False)
    ]
)
DEBTS = st.lists(
    st.tuples(st.decimals(Decimal(-9000), Decimal(9000), places=2), CHARGES), max_size=4
)


def owed(debts: list[tuple[Decimal, list[Layer]]]) -> list[Owed]:
    return [Owed(number, split_debt(due, charges)) for number, (due, charges) in enumerate(debts)]


def test_the_golden_debt_is_paid_in_full() -> None:
    """Water owes 88.53 and housing 38.40, heating is overpaid: heating gets nothing."""
    month = dt.date(2014, 10, 1)
    groups = [
        Owed(1, (Layer(month, Decimal("88.53")),)),
        Owed(2, (Layer(month, Decimal("38.40")),)),
        Owed(3, ()),
    ]

    assert allocate(Decimal("126.93"), groups, first=1) == {
        1: Decimal("88.53"),
        2: Decimal("38.40"),
    }
    assert allocate(Decimal("90.00"), groups, first=1) == {1: Decimal("88.53"), 2: Decimal("1.47")}
    assert allocate(Decimal("130.00"), groups, first=1) == {
        1: Decimal("91.60"),
        2: Decimal("38.40"),
    }


def test_the_oldest_month_comes_before_the_order_of_the_bill() -> None:
    newer, older = dt.date(2014, 10, 1), dt.date(2014, 8, 1)
    groups = [
        Owed(1, (Layer(newer, Decimal(50)),)),
        Owed(2, (Layer(older, Decimal(30)), Layer(newer, Decimal(20)))),
    ]

    assert allocate(Decimal(40), groups, first=1) == {2: Decimal(30), 1: Decimal(10)}


def test_the_remaining_debt_belongs_to_the_newest_months() -> None:
    charges = [
        Layer(MONTHS[2], Decimal(100)),
        Layer(MONTHS[1], Decimal(-5)),
        Layer(MONTHS[0], Decimal(100)),
    ]

    assert split_debt(Decimal(130), charges) == (
        Layer(MONTHS[0], Decimal(30)),
        Layer(MONTHS[2], Decimal(100)),
    )
    assert split_debt(Decimal(250), charges) == (
        Layer(MONTHS[0], Decimal(150)),
        Layer(MONTHS[2], Decimal(100)),
    )
    assert split_debt(Decimal(0), charges) == split_debt(Decimal(-7), charges) == ()


@given(MONEY, CHARGES)
def test_layers_add_up_and_go_from_old_to_new(due: Decimal, charges: list[Layer]) -> None:
    found = split_debt(due, charges)

    assert sum(layer.amount for layer in found) == due
    assert all(layer.amount > 0 for layer in found)
    months = [layer.month for layer in found]
    assert months == sorted(set(months))


@given(MONEY, DEBTS)
def test_parts_add_up_to_the_payment(
    amount: Decimal, debts: list[tuple[Decimal, list[Layer]]]
) -> None:
    parts = allocate(amount, owed(debts), first=99)

    assert sum(parts.values()) == amount
    assert all(part > 0 for part in parts.values())


@given(MONEY, DEBTS)
def test_only_the_first_group_gets_more_than_it_is_owed(
    amount: Decimal, debts: list[tuple[Decimal, list[Layer]]]
) -> None:
    parts = allocate(amount, owed(debts), first=99)
    due = {number: max(debt, Decimal(0)) for number, (debt, _) in enumerate(debts)}

    assert all(part <= due[number] for number, part in parts.items() if number != 99)
    assert parts.get(99, Decimal(0)) == max(amount - sum(due.values()), Decimal(0))


@given(MONEY, MONEY, DEBTS)
def test_a_larger_payment_never_reduces_a_share(
    amount: Decimal, more: Decimal, debts: list[tuple[Decimal, list[Layer]]]
) -> None:
    small = allocate(amount, owed(debts), first=0)
    large = allocate(amount + more, owed(debts), first=0)

    assert all(large[number] >= part for number, part in small.items())
