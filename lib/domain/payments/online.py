"""An online payment as a state machine: its transitions, and the events that bank reports mean.

Money that a bank has taken is always recorded: from every unpaid state the bank's «paid» leads to
PAID, even from CANCELLED, because the page of the bank may stay open after the resident has
cancelled the payment.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

CURRENCY = "RUB"
MIN_AMOUNT, MAX_AMOUNT = Decimal("1.00"), Decimal("250000.00")
"""The limits of one online payment, without the fee: banks refuse other amounts."""
_KOPECK = Decimal("0.01")
_NOTHING = Decimal("0.00")


class State(StrEnum):
    """The state of a payment."""

    CREATED = "created"  # stored here; it is not known yet whether the bank has it
    WAITING = "waiting"  # the bank has it and waits for the payer
    PAID = "paid"
    DECLINED = "declined"  # the bank refused it, or nobody paid in time
    CANCELLED = "cancelled"  # the resident cancelled it
    DISPUTED = "disputed"  # the bank took another amount than was asked for: a person decides
    REFUNDED = "refunded"  # everything has been refunded


class Event(StrEnum):
    """An event of a payment, caused by the resident or reported by the bank."""

    ACCEPTED = "accepted"
    PAID = "paid"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    DIFFERS = "differs"
    REFUNDED = "refunded"


TRANSITIONS: Mapping[tuple[State, Event], State] = {
    (State.CREATED, Event.ACCEPTED): State.WAITING,
    (State.CREATED, Event.PAID): State.PAID,
    (State.CREATED, Event.DECLINED): State.DECLINED,
    (State.CREATED, Event.CANCELLED): State.CANCELLED,
    (State.CREATED, Event.DIFFERS): State.DISPUTED,
    (State.WAITING, Event.PAID): State.PAID,
    (State.WAITING, Event.DECLINED): State.DECLINED,
    (State.WAITING, Event.CANCELLED): State.CANCELLED,
    (State.WAITING, Event.DIFFERS): State.DISPUTED,
    # late reports: the money was taken all the same
    (State.CANCELLED, Event.PAID): State.PAID,
    (State.CANCELLED, Event.DIFFERS): State.DISPUTED,
    (State.DECLINED, Event.PAID): State.PAID,
    (State.DECLINED, Event.DIFFERS): State.DISPUTED,
    (State.PAID, Event.REFUNDED): State.REFUNDED,
    (State.DISPUTED, Event.REFUNDED): State.REFUNDED,
    # paid and refunded before the portal got a report
    (State.CREATED, Event.REFUNDED): State.REFUNDED,
    (State.WAITING, Event.REFUNDED): State.REFUNDED,
    (State.CANCELLED, Event.REFUNDED): State.REFUNDED,
    (State.DECLINED, Event.REFUNDED): State.REFUNDED,
}
UNFINISHED = frozenset({State.CREATED, State.WAITING})
COUNTED = frozenset({State.PAID})
"""Only these reduce a debt."""


class BankState(StrEnum):
    """The state of a payment at a bank."""

    PENDING = "pending"
    PAID = "paid"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class BankReport:
    """A bank's report on a payment.

    Attributes:
        bank_id: the bank's identifier of the payment: the reference in billing's packages.
        state: its state at the bank.
        amount: the amount that the payer pays or has paid, the fee included.
        currency: three letters.
        refunded: how much of it has been refunded in all.
        order: our key of the payment, which the bank got when the payment was created.
        pay_url: the page where the payer pays; None if there is nothing to pay any more.
    """

    bank_id: str
    state: BankState
    amount: Decimal
    currency: str
    refunded: Decimal = _NOTHING
    order: str | None = None
    pay_url: str | None = None


def find_next_state(state: State, event: Event) -> State:
    """Return the state after an event; an event that is not in the table changes nothing."""
    return TRANSITIONS.get((state, event), state)


def read_report(report: BankReport, *, asked: Decimal) -> Event:
    """Return the event that a bank's report means for a payment of ``asked`` roubles with fee."""
    if report.state is BankState.CANCELLED:
        return Event.DECLINED
    if report.state is BankState.PENDING:
        return Event.ACCEPTED
    if 0 < report.amount <= report.refunded:
        return Event.REFUNDED
    if (report.amount, report.currency) != (asked, CURRENCY):
        return Event.DIFFERS
    return Event.PAID


def calculate_fee(amount: Decimal, *, percent: Decimal) -> Decimal:
    """Return the fee for paying ``amount``, rounded half up to a kopeck."""
    return (amount * percent / 100).quantize(_KOPECK, rounding=ROUND_HALF_UP)


def subtract_refund(
    parts: Sequence[tuple[int, Decimal]], *, fee: Decimal, refunded: Decimal
) -> dict[int, Decimal]:
    """Return what is left of each group's part after a refund.

    The fee is refunded first, then the parts from the last to the first, so that the part that
    was paid first stays paid longest.

    Args:
        parts: (group's key, amount) in the order of the payment.
        fee: the fee, which was paid in addition.
        refunded: refunded in all.
    """
    refund = max(refunded - fee, _NOTHING)
    left = {}
    for group_id, amount in reversed(parts):
        taken = min(amount, refund)
        left[group_id] = amount - taken
        refund -= taken
    return left
