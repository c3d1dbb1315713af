"""The state machine of online payments: no order of events loses money."""

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

events = st.sampled_from(Event)
kopecks = st.integers(min_value=0, max_value=10**8).map(lambda n: Decimal(n) / 100)


def state_after(*events: Event, state: State = State.CREATED) -> State:
    for event in events:
        state = online.find_next_state(state, event)
    return state


def report(**changes: object) -> BankReport:
    values: dict[str, object] = {
        "bank_id": "b-1",
        "state": BankState.PAID,
        "amount": Decimal("126.93"),
        "currency": "RUB",
    }
    return BankReport(**(values | changes))  # type: ignore[arg-type]


@given(st.lists(events))
def test_paid_money_is_never_lost(happened: list[Event]) -> None:
    money_events = {Event.PAID, Event.DIFFERS, Event.REFUNDED}
    state = state_after(*happened)

    if money_events & set(happened):
        assert state in {State.PAID, State.DISPUTED, State.REFUNDED}
    else:
        assert state not in {State.PAID, State.DISPUTED, State.REFUNDED}


@given(st.lists(events))
def test_a_repeated_event_changes_nothing(happened: list[Event]) -> None:
    doubled = [event for event in happened for _ in range(2)]

    assert state_after(*happened) is state_after(*doubled)


@given(st.lists(st.sampled_from([h for h in Event if h is not Event.REFUNDED])))
def test_a_paid_payment_stays_paid_until_it_is_refunded(happened: list[Event]) -> None:
    assert state_after(Event.ACCEPTED, Event.PAID, *happened) is State.PAID


@given(st.permutations([Event.ACCEPTED, Event.CANCELLED, Event.PAID]))
def test_a_payment_is_paid_in_any_order_of_events(happened: list[Event]) -> None:
    assert state_after(*happened) is State.PAID


def test_every_pair_is_a_step_or_changes_nothing() -> None:
    for state, event in product(State, Event):
        assert online.find_next_state(state, event) is TRANSITIONS.get((state, event), state)
    assert {State.PAID} == COUNTED
    assert all(online.find_next_state(State.REFUNDED, event) is State.REFUNDED for event in Event)
    for state in UNFINISHED:  # each can still be paid or cancelled
        assert {state_after(event, state=state) for event in Event} > {State.PAID, State.CANCELLED}


@pytest.mark.parametrize(
    ("answer", "event"),
    [
        (report(), Event.PAID),
        (report(refunded=Decimal("26.93")), Event.PAID),
        (report(refunded=Decimal("126.93")), Event.REFUNDED),
        (report(amount=Decimal("126.92")), Event.DIFFERS),
        (report(amount=Decimal(1269300)), Event.DIFFERS),
        (report(currency="USD"), Event.DIFFERS),
        (report(state=BankState.PENDING, amount=Decimal(1)), Event.ACCEPTED),
        (report(state=BankState.CANCELLED), Event.DECLINED),
    ],
)
def test_a_report_of_the_bank_becomes_an_event(answer: BankReport, event: Event) -> None:
    assert online.read_report(answer, asked=Decimal("126.93")) is event


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

    remaining = online.subtract_refund(parts, fee=fee, refunded=refunded)

    assert sum(remaining.values()) == max(
        Decimal(0), sum(amounts) - max(Decimal(0), refunded - fee)
    )
    assert all(Decimal(0) <= remaining[group] <= amount for group, amount in parts)
    touched = [group for group, amount in parts if remaining[group] < amount]
    assert all(remaining[group] == 0 for group in touched[1:])
