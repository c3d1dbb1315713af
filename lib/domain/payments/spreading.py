"""How a payment is allocated to debts: the oldest debt first, the rest to one group."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

_NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Layer:
    """What is still owed of one month's charges."""

    month: dt.date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Owed:
    """What is owed for one group, the oldest month first; empty if nothing is owed."""

    group_id: int
    layers: tuple[Layer, ...]


def split_debt(due: Decimal, charges: Sequence[Layer]) -> tuple[Layer, ...]:
    """Split a debt into months: payments close the oldest charges, so the newest ones are owed.

    Args:
        due: what is owed in all; zero or less gives no layer.
        charges: what each month charged, the newest first; a month with a charge of zero or less
            is skipped. A debt that exceeds all charges belongs to the oldest month.
    """
    left, layers = due, []
    for charge in charges:
        if left <= 0:
            break
        part = min(max(charge.amount, _NOTHING), left)
        if part:
            layers.append(Layer(charge.month, part))
            left -= part
    if left > 0:
        oldest = charges[-1].month if charges else dt.date.min
        if layers and layers[-1].month == oldest:
            left += layers.pop().amount
        layers.append(Layer(oldest, left))
    return tuple(reversed(layers))


def allocate(amount: Decimal, owed: Sequence[Owed], *, first: int) -> dict[int, Decimal]:
    """Allocate a payment; the parts add up to it to the kopeck, and no part is zero.

    Args:
        amount: what was paid, above zero.
        owed: what is owed for the groups, in the order of the bill, which decides within a month.
        first: the group that gets the rest.
    """
    parts: dict[int, Decimal] = {}
    left = amount
    debts = sorted(
        (layer.month, place, group.group_id, layer.amount)
        for place, group in enumerate(owed)
        for layer in group.layers
    )
    for _, _, group_id, debt in debts:
        part = min(debt, left)
        if part <= 0:
            break
        parts[group_id] = parts.get(group_id, _NOTHING) + part
        left -= part
    if left > 0:
        parts[first] = parts.get(first, _NOTHING) + left
    return parts
