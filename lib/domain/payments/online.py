"""An online payment as a state machine: one table of steps, and what the bank's word means in it.

Money that a bank has taken is never forgotten: from every state in which nothing has been paid,
the bank's «paid» leads to PAID - from CANCELLED too, since a page of the bank may stay open
after the resident has changed their mind.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

CURRENCY = "RUB"
MIN_AMOUNT, MAX_AMOUNT = Decimal("1.00"), Decimal("250000.00")
"""What may be paid online at once, without the fee: below it and above it banks refuse."""
_KOPECK = Decimal("0.01")
_NOTHING = Decimal("0.00")


class State(StrEnum):
    """How far a payment has come."""

    CREATED = "created"  # ours alone: nobody knows yet whether the bank has it
    WAITING = "waiting"  # the bank has it and waits for the payer
    PAID = "paid"
    DECLINED = "declined"  # the bank said no, or nobody paid in time
    CANCELLED = "cancelled"  # the resident changed their mind
    DISPUTED = "disputed"  # the bank took something else than was asked for: a person decides
    REFUNDED = "refunded"  # everything has been given back


class Event(StrEnum):
    """What a payment may be told, by the resident or by the bank."""

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
    # late words: the money is there all the same
    (State.CANCELLED, Event.PAID): State.PAID,
    (State.CANCELLED, Event.DIFFERS): State.DISPUTED,
    (State.DECLINED, Event.PAID): State.PAID,
    (State.DECLINED, Event.DIFFERS): State.DISPUTED,
    (State.PAID, Event.REFUNDED): State.REFUNDED,
    (State.DISPUTED, Event.REFUNDED): State.REFUNDED,
    # paid and given back before anybody heard of it
    (State.CREATED, Event.REFUNDED): State.REFUNDED,
    (State.WAITING, Event.REFUNDED): State.REFUNDED,
    (State.CANCELLED, Event.REFUNDED): State.REFUNDED,
    (State.DECLINED, Event.REFUNDED): State.REFUNDED,
}
UNFINISHED = frozenset({State.CREATED, State.WAITING})
COUNTED = frozenset({State.PAID})
"""Only these lessen a debt."""


class BankState(StrEnum):
    """What a bank says of a payment."""

    PENDING = "pending"
    PAID = "paid"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class BankReport:
    """All that a bank says of a payment when it is asked.

    Attributes:
        bank_id: its own name for the payment: the reference in billing's packages.
        state: how far it has come there.
        amount: what is, or was, to be taken, the fee included.
        currency: three letters.
        refunded: how much of it has been given back in all.
        order: our key of the payment, as we told it when the payment was made.
        pay_url: where the payer pays; None once there is nothing to pay.
    """

    bank_id: str
    state: BankState
    amount: Decimal
    currency: str
    refunded: Decimal = _NOTHING
    order: str | None = None
    pay_url: str | None = None


def find_next_state(state: State, happening: Event) -> State:
    """Return the state after a happening; what is not in the table changes nothing."""
    return TRANSITIONS.get((state, happening), state)


def read_report(word: BankReport, *, asked: Decimal) -> Event:
    """Tell what a bank's word means for a payment of ``asked`` roubles, the fee included."""
    if word.state is BankState.CANCELLED:
        return Event.DECLINED
    if word.state is BankState.PENDING:
        return Event.ACCEPTED
    if 0 < word.amount <= word.refunded:
        return Event.REFUNDED
    if (word.amount, word.currency) != (asked, CURRENCY):
        return Event.DIFFERS
    return Event.PAID


def calculate_fee(amount: Decimal, *, percent: Decimal) -> Decimal:
    """Return the fee for paying ``amount``, rounded half up to a kopeck."""
    return (amount * percent / 100).quantize(_KOPECK, rounding=ROUND_HALF_UP)


def subtract_refund(
    parts: Sequence[tuple[int, Decimal]], *, fee: Decimal, refunded: Decimal
) -> dict[int, Decimal]:
    """Return what is left of each group's part once something has been given back.

    The fee goes back first, then the parts from the last to the first: what was paid for
    first stays paid for longest.

    Args:
        parts: (group's key, amount) in the order of the payment.
        fee: what was taken on top of them.
        refunded: given back in all.
    """
    back = max(refunded - fee, _NOTHING)
    left = {}
    for group_id, amount in reversed(parts):
        taken = min(amount, back)
        left[group_id] = amount - taken
        back -= taken
    return left
