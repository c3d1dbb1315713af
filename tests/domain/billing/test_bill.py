"""Balances and sums of a bill, with the figures of the golden account."""

import datetime as dt
from decimal import Decimal

import pytest

from lib.domain.billing.bill import Bill, BillGroup, BillLine, calculate_due, sum_known

OCTOBER = dt.date(2014, 10, 1)


def line(closing: str, *, recalculation: str | None = None, volume: str | None = None) -> BillLine:
    amount = Decimal(closing)
    return BillLine(
        service="ХВС",
        unit="куб.м",
        supplier="Водоканал",
        method=None,
        tariff=None,
        volume_ind=Decimal(volume) if volume else None,
        volume_common=None,
        amount_ind=None,
        amount_common=None,
        opening=Decimal(0),
        accrued=amount,
        coefficient=None,
        coefficient_amount=None,
        recalculation=Decimal(recalculation) if recalculation else None,
        privilege=None,
        penalty=None,
        paid=None,
        total=amount,
        closing=amount,
    )


def group(key: int, *closings: str, penalty: str | None = None) -> BillGroup:
    return BillGroup(
        group_id=key,
        code=f"g{key}",
        name="Группа",
        recipient_id=1,
        recipient="Получатель",
        lines=tuple(line(closing) for closing in closings),
        penalty=Decimal(penalty) if penalty else None,
    )


@pytest.fixture
def golden() -> Bill:
    return Bill(
        account_id=1,
        period=OCTOBER,
        groups=(
            group(1, "41.90", "46.63"),
            group(2, "38.40"),
            group(3, "-5711.82", "-8389.73"),
        ),
    )


def test_an_overpayment_does_not_pay_another_groups_debt(golden: Bill) -> None:
    assert [g.balance for g in golden.groups] == [
        Decimal("88.53"),
        Decimal("38.40"),
        Decimal("-14101.55"),
    ]
    assert golden.debt == Decimal("126.93")


def test_a_penalty_kept_apart_counts_in_the_balance() -> None:
    assert group(1, "10.00", penalty="0.55").balance == Decimal("10.55")


def test_a_column_without_amounts_has_no_sum() -> None:
    assert group(1, "1.00", "2.00").sum(lambda row: row.recalculation) is None
    assert group(1, "1.00", "2.00").sum(lambda row: row.total) == Decimal("3.00")
    assert sum_known([None, Decimal("0.00")]) == Decimal("0.00")


def test_volume_is_absent_only_where_billing_gave_none() -> None:
    assert line("1.00").volume is None
    assert line("1.00", volume="0.8774").volume == Decimal("0.8774")


class TestDueNow:
    def test_is_the_positive_balances_without_later_payments(self, golden: Bill) -> None:
        assert calculate_due(golden, []) == {
            1: Decimal("88.53"),
            2: Decimal("38.40"),
            3: Decimal(0),
        }

    def test_falls_by_what_was_paid_for_the_group_and_never_below_zero(self, golden: Bill) -> None:
        due = calculate_due(golden, [(1, Decimal("100.00")), (2, Decimal("8.40"))])

        assert due == {1: Decimal(0), 2: Decimal("30.00"), 3: Decimal(0)}

    def test_spreads_a_payment_of_no_group_in_printing_order(self, golden: Bill) -> None:
        due = calculate_due(golden, [(None, Decimal("100.00"))])

        assert due == {1: Decimal(0), 2: Decimal("26.93"), 3: Decimal(0)}
