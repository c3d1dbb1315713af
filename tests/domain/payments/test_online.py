"""The state machine of online payments: whatever comes in whatever order, money is never lost."""

from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.payments import online
from lib.domain.payments.online import (
    COUNTED,
    TRANSITIONS,
    UNFINISHED,
    BankReport,
    BankState,
    Event,
    State,
)

happenings = st.sampled_from(Event)
kopecks = st.integers(min_value=0, max_value=10**8).map(lambda n: Decimal(n) / 100)


def told(*words: Event, state: State = State.CREATED) -> State:
    for word in words:
        state = online.find_next_state(state, word)
    return state


def word(**changed: object) -> BankReport:
    values: dict[str, object] = {
        "bank_id": "b-1",
        "state": BankState.PAID,
        "amount": Decimal("126.93"),
        "currency": "RUB",
    }
    return BankReport(**(values | changed))  # type: ignore[arg-type]


@given(st.lists(happenings))
def test_paid_money_is_never_lost(words: list[Event]) -> None:
    money_words = {Event.PAID, Event.DIFFERS, Event.REFUNDED}
    state = told(*words)

    if money_words & set(words):
        assert state in {State.PAID, State.DISPUTED, State.REFUNDED}
    else:
        assert state not in {State.PAID, State.DISPUTED, State.REFUNDED}


@given(st.lists(happenings))
def test_saying_a_thing_twice_is_saying_it_once(words: list[Event]) -> None:
    doubled = [said for said in words for _ in range(2)]

    assert told(*words) is told(*doubled)


@given(st.lists(st.sampled_from([h for h in Event if h is not Event.REFUNDED])))
def test_what_has_been_paid_stays_paid_until_it_is_given_back(words: list[Event]) -> None:
    assert told(Event.ACCEPTED, Event.PAID, *words) is State.PAID


@given(st.permutations([Event.ACCEPTED, Event.CANCELLED, Event.PAID]))
def test_the_order_of_words_does_not_matter_to_money(words: list[Event]) -> None:
    assert told(*words) is State.PAID


def test_every_pair_is_a_step_or_changes_nothing() -> None:
    for state, said in product(State, Event):
        assert online.find_next_state(state, said) is TRANSITIONS.get((state, said), state)
    assert {State.PAID} == COUNTED
    assert all(online.find_next_state(State.REFUNDED, said) is State.REFUNDED for said in Event)
    for state in UNFINISHED:  # a way out of each
        assert {told(said, state=state) for said in Event} > {State.PAID, State.CANCELLED}


@pytest.mark.parametrize(
    ("said", "meaning"),
    [
        (word(), Event.PAID),
        (word(refunded=Decimal("26.93")), Event.PAID),
        (word(refunded=Decimal("126.93")), Event.REFUNDED),
        (word(amount=Decimal("126.92")), Event.DIFFERS),
        (word(amount=Decimal(1269300)), Event.DIFFERS),
        (word(currency="USD"), Event.DIFFERS),
        (word(state=BankState.PENDING, amount=Decimal(1)), Event.ACCEPTED),
        (word(state=BankState.CANCELLED), Event.DECLINED),
    ],
)
def test_what_a_banks_word_means(said: BankReport, meaning: Event) -> None:
    assert online.read_report(said, asked=Decimal("126.93")) is meaning


@pytest.mark.parametrize(
    ("amount", "percent", "fee"),
    [
        ("126.93", "0", "0.00"),
        ("126.93", "1.2", "1.52"),
        ("0.42", "1.2", "0.01"),
        ("1", "50", "0.50"),
    ],
)
def test_a_fee_is_rounded_half_up(amount: str, percent: str, fee: str) -> None:
    assert online.calculate_fee(Decimal(amount), percent=Decimal(percent)) == Decimal(fee)


@given(st.lists(kopecks, max_size=5), kopecks, kopecks)
def test_a_refund_takes_the_fee_and_then_the_last_parts(
    amounts: list[Decimal], fee: Decimal, refunded: Decimal
) -> None:
    parts = list(enumerate(amounts))

    left = online.subtract_refund(parts, fee=fee, refunded=refunded)

    assert sum(left.values()) == max(Decimal(0), sum(amounts) - max(Decimal(0), refunded - fee))
    assert all(Decimal(0) <= left[group] <= amount for group, amount in parts)
    touched = [group for group, amount in parts if left[group] < amount]
    assert all(left[group] == 0 for group in touched[1:])
