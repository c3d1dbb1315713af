"""Rows of registers are matched with billing's payments one to one."""

import datetime as dt
import random
from collections import Counter
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from lib.domain.registers.matching import DAYS, Entry, Matching, match_payments

SUM = Decimal("126.93")
ENTRIES = st.lists(
    st.tuples(
        st.integers(1, 12),
        st.sampled_from([None, None, "a", "b"]),
        st.sampled_from([SUM, SUM, Decimal(5)]),
        st.sampled_from(["bank", "bank", "post"]),
    ),
    max_size=6,
)
Fields = tuple[int, str | None, Decimal, str]


def entry(
    key: int, day: int, reference: str | None = None, amount: Decimal = SUM, channel: str = "bank"
) -> Entry[int]:
    return Entry(key, reference, amount, channel, dt.date(2014, 11, day))


def entries(drawn: list[Fields]) -> list[Entry[int]]:
    return [entry(key, *fields) for key, fields in enumerate(drawn)]


def match(rows: list[Entry[int]], payments: list[Entry[int]]) -> Matching[int, int]:
    return match_payments(rows, payments)


def test_the_same_reference_is_the_same_payment_on_any_day() -> None:
    found = match([entry(1, 1, "СУИП")], [entry(7, 28, "СУИП"), entry(8, 1)])

    assert found.pairs == ((1, 7),)


def test_the_same_reference_with_another_amount_is_for_a_person() -> None:
    found = match([entry(1, 1, "x")], [entry(7, 1, "x", Decimal(5))])

    assert not found.pairs
    assert found.unclear == {1}


def test_two_references_that_differ_are_two_payments() -> None:
    assert match([entry(1, 1, "x")], [entry(7, 1, "y")]) == Matching((), frozenset())


def test_three_days_are_one_payment_and_four_are_two() -> None:
    assert match([entry(1, 12)], [entry(7, 15)]).pairs == ((1, 7),)
    assert match([entry(1, 12)], [entry(7, 16)]).pairs == ()


def test_another_channel_is_another_payment() -> None:
    assert match([entry(1, 12)], [entry(7, 12, channel="post")]).pairs == ()


def test_two_equal_payments_of_one_day_stay_separate() -> None:
    two = [entry(1, 12), entry(2, 12)]

    assert len(match(two, [entry(7, 12), entry(8, 12)]).pairs) == 2
    one_left = match(two, [entry(7, 12)])
    assert (len(one_left.pairs), one_left.unclear) == (1, frozenset())


def test_the_same_day_comes_before_its_neighbours() -> None:
    assert match([entry(1, 12)], [entry(7, 11), entry(8, 12)]).pairs == ((1, 8),)


def test_several_candidates_are_for_a_person() -> None:
    assert match([entry(1, 12)], [entry(7, 11), entry(8, 13)]).unclear == {1}
    assert match([entry(1, 11), entry(2, 13)], [entry(7, 12)]).unclear == {1, 2}


def test_nothing_is_unclear_without_candidates() -> None:
    found = match([entry(1, 10), entry(2, 13)], [entry(7, 11), entry(8, 14)])

    assert (found.pairs, found.unclear) == (((1, 7), (2, 8)), frozenset())


@given(ENTRIES, ENTRIES)
def test_each_payment_is_matched_once_and_with_an_equal_one(
    ours: list[Fields], theirs: list[Fields]
) -> None:
    rows, payments = entries(ours), entries(theirs)
    found = match(rows, payments)

    assert all(count == 1 for count in Counter(row for row, _ in found.pairs).values())
    assert all(count == 1 for count in Counter(key for _, key in found.pairs).values())
    assert not found.unclear & {row for row, _ in found.pairs}
    for row, payment in ((rows[row_key], payments[key]) for row_key, key in found.pairs):
        assert row.amount == payment.amount
        if row.reference is None or row.reference != payment.reference:
            assert row.channel == payment.channel
            assert None in (row.reference, payment.reference)
            assert abs((row.paid_on - payment.paid_on).days) <= DAYS


@given(ENTRIES, ENTRIES, st.randoms(use_true_random=False))
def test_the_order_does_not_matter(
    ours: list[Fields], theirs: list[Fields], chance: random.Random
) -> None:
    rows, payments = entries(ours), entries(theirs)
    first = match(rows, payments)
    chance.shuffle(rows)
    chance.shuffle(payments)
    second = match(rows, payments)

    assert set(first.pairs) == set(second.pairs)
    assert first.unclear == second.unclear


@given(ENTRIES)
def test_equal_lists_are_matched_completely(drawn: list[Fields]) -> None:
    """With the same payments on both sides nothing is left over or unclear."""
    found = match(entries(drawn), entries(drawn))

    assert len(found.pairs) == len(drawn)
    assert found.unclear == frozenset()


@given(st.integers(0, 5), st.integers(0, 5))
def test_equal_payments_of_a_day_are_matched_as_a_multiset(ours: int, theirs: int) -> None:
    found = match([entry(k, 12) for k in range(ours)], [entry(k, 12) for k in range(theirs)])

    assert len(found.pairs) == min(ours, theirs)
    assert not found.unclear
