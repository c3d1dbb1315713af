"""The movement of money balances to the kopeck with any data of billing."""

import datetime as dt
from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lib.domain import periods
from lib.domain.payments import movement
from lib.domain.payments.movement import GroupMovement, Movement

D = Decimal
OCTOBER = dt.date(2014, 10, 1)
APART = {"charged", "coefficient", "recalculated", "privilege"}
AMOUNTS = ("charged", "coefficient", "recalculated", "privilege", "penalty", "received")
EMPTY = Movement(OCTOBER, D(0), None, None, None, None, None, None, D(0))

Part = tuple[int, str, Movement]
# group, months back, whether it is a separate penalty, opening and AMOUNTS in kopecks
ROWS = st.lists(
    st.tuples(
        st.integers(1, 3),
        st.integers(0, 5),
        st.booleans(),
        st.integers(-(10**8), 10**8),
        st.lists(st.none() | st.integers(-(10**8), 10**8), min_size=6, max_size=6),
    ),
    max_size=12,
)


def _part(
    row: tuple[int, int, bool, int, list[int | None]],
) -> Part:
    group, back, is_penalty, opening, kopecks = row
    amounts: dict[str, Any] = {
        name: None if value is None or (is_penalty and name in APART) else D(value).scaleb(-2)
        for name, value in zip(AMOUNTS, kopecks, strict=True)
    }
    part = replace(
        EMPTY, period=periods.add_months(OCTOBER, -back), opening=D(opening).scaleb(-2), **amounts
    )
    return group, f"Группа {group}", closed(part)


# unordered lines and penalties, with missing months and amounts and jumping balances
histories = ROWS.map(lambda rows: [_part(row) for row in rows])


def closed(month: Movement) -> Movement:
    return replace(month, closing=expected(month))


def expected(month: Movement) -> Decimal:
    """Calculate the closing balance again; NULL counts as zero."""
    amounts = {name: getattr(month, name) or D(0) for name in AMOUNTS}
    total = (
        amounts["charged"] + amounts["recalculated"] - amounts["privilege"] + amounts["coefficient"]
    )
    return month.opening + total + amounts["penalty"] - amounts["received"]


@given(histories)
def test_every_row_closes_to_the_kopeck(parts: list[Part]) -> None:
    for group in movement.group_movements(parts):
        for month in group.months:
            assert month.closing == expected(month)
            rows = movement.list_flows([group])
            signed = sum((flow.amount(month) or D(0)) * (1 if flow.adds else -1) for flow in rows)
            assert month.opening + signed == month.closing  # the columns of the screen add up


@given(histories)
def test_every_period_closes_with_what_was_changed_between_months(parts: list[Part]) -> None:
    for group in movement.group_movements(parts):
        total = group.total
        assert expected(total) + group.shifted == total.closing


def test_consecutive_months_have_no_shift() -> None:
    first = closed(replace(EMPTY, period=dt.date(2014, 8, 1), charged=D("5.00")))
    last = closed(replace(EMPTY, opening=first.closing, received=D("7.00")))
    group = GroupMovement(1, "Вода", (first, last))

    assert group.shifted == 0
    assert (group.total.opening, group.total.closing) == (D(0), D("-2.00"))
    jumped = replace(group, months=(first, closed(replace(last, opening=D("4.00")))))
    assert jumped.shifted == D("-1.00")


@given(histories)
def test_no_amount_is_lost_or_invented(parts: list[Part]) -> None:
    groups = movement.group_movements(parts)

    for name in AMOUNTS:
        amounts: defaultdict[tuple[int, dt.date], list[Decimal]] = defaultdict(list)
        for group_id, _, part in parts:
            if getattr(part, name) is not None:
                amounts[group_id, part.period].append(getattr(part, name))
        rows = {
            (group.group_id, month.period): getattr(month, name)
            for group in groups
            for month in group.months
        }
        assert rows.keys() == {(group_id, part.period) for group_id, _, part in parts}
        for key, amount in rows.items():
            # missing data stays missing
            assert amount == (sum(amounts[key]) if key in amounts else None)


@given(histories)
def test_months_are_in_order_and_unique(parts: list[Part]) -> None:
    for group in movement.group_movements(parts):
        periods = [month.period for month in group.months]
        assert periods == sorted(set(periods))


def test_the_debt_is_that_of_the_month_without_offsets() -> None:
    owing, ahead = replace(EMPTY, closing=D("88.53")), replace(EMPTY, closing=D("-14101.55"))
    before = replace(EMPTY, period=dt.date(2014, 9, 1), closing=D(1000))
    groups = (GroupMovement(1, "Вода", (before, owing)), GroupMovement(2, "Тепло", (ahead,)))

    assert movement.calculate_debt(groups, period=OCTOBER) == D("88.53")
    assert movement.calculate_debt(groups, period=dt.date(2014, 8, 1)) == 0
    assert (owing.overpaid, ahead.overpaid) == (None, D("14101.55"))


def test_columns_appear_where_billing_has_data() -> None:
    bare = GroupMovement(1, "Вода", (EMPTY,))
    rich = GroupMovement(2, "Тепло", (replace(EMPTY, privilege=D(3), penalty=D(0)),))

    assert [flow.heading for flow in movement.list_flows([bare])] == [
        "Начислено",
        "Перерасчёт",
        "Поступило",
    ]
    assert movement.format_rule(movement.list_flows([bare, rich])) == (
        "На начало + начислено + перерасчёт − льгота + пени − поступило = на конец"
    )
