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
LEAST, MOST = Decimal("1.00"), Decimal("250000.00")
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


class Happening(StrEnum):
    """What a payment may be told, by the resident or by the bank."""

    ACCEPTED = "accepted"
    PAID = "paid"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    DIFFERS = "differs"
    REFUNDED = "refunded"


STEPS: Mapping[tuple[State, Happening], State] = {
    (State.CREATED, Happening.ACCEPTED): State.WAITING,
    (State.CREATED, Happening.PAID): State.PAID,
    (State.CREATED, Happening.DECLINED): State.DECLINED,
    (State.CREATED, Happening.CANCELLED): State.CANCELLED,
    (State.CREATED, Happening.DIFFERS): State.DISPUTED,
    (State.WAITING, Happening.PAID): State.PAID,
    (State.WAITING, Happening.DECLINED): State.DECLINED,
    (State.WAITING, Happening.CANCELLED): State.CANCELLED,
    (State.WAITING, Happening.DIFFERS): State.DISPUTED,
    # late words: the money is there all the same
    (State.CANCELLED, Happening.PAID): State.PAID,
    (State.CANCELLED, Happening.DIFFERS): State.DISPUTED,
    (State.DECLINED, Happening.PAID): State.PAID,
    (State.DECLINED, Happening.DIFFERS): State.DISPUTED,
    (State.PAID, Happening.REFUNDED): State.REFUNDED,
    (State.DISPUTED, Happening.REFUNDED): State.REFUNDED,
    # paid and given back before anybody heard of it
    (State.CREATED, Happening.REFUNDED): State.REFUNDED,
    (State.WAITING, Happening.REFUNDED): State.REFUNDED,
    (State.CANCELLED, Happening.REFUNDED): State.REFUNDED,
    (State.DECLINED, Happening.REFUNDED): State.REFUNDED,
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
class BankWord:
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


def step(state: State, happening: Happening) -> State:
    """Return the state after a happening; what is not in the table changes nothing."""
    return STEPS.get((state, happening), state)


def happening(word: BankWord, *, asked: Decimal) -> Happening:
    """Tell what a bank's word means for a payment of ``asked`` roubles, the fee included."""
    if word.state is BankState.CANCELLED:
        return Happening.DECLINED
    if word.state is BankState.PENDING:
        return Happening.ACCEPTED
    if 0 < word.amount <= word.refunded:
        return Happening.REFUNDED
    if (word.amount, word.currency) != (asked, CURRENCY):
        return Happening.DIFFERS
    return Happening.PAID


def fee(amount: Decimal, *, percent: Decimal) -> Decimal:
    """Return the fee for paying ``amount``, rounded half up to a kopeck."""
    return (amount * percent / 100).quantize(_KOPECK, rounding=ROUND_HALF_UP)


def left_after_refund(
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
