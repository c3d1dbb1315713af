"""How a payment is spread over what is owed: the oldest debt first, the rest to one group."""

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
    """What one group owes now, the oldest month first; nothing is an empty tuple."""

    group_id: int
    layers: tuple[Layer, ...]


def split_debt(due: Decimal, charges: Sequence[Layer]) -> tuple[Layer, ...]:
    """Say of which months a debt is: payments have closed the oldest ones, so the newest are left.

    Args:
        due: what is owed in all; nothing or less gives no layer.
        charges: what each month charged, the newest first; a month that charged nothing or
            gave back left no debt of its own. What they do not explain is of the oldest.
    """
    left, found = due, []
    for charge in charges:
        if left <= 0:
            break
        part = min(max(charge.amount, _NOTHING), left)
        if part:
            found.append(Layer(charge.month, part))
            left -= part
    if left > 0:
        oldest = charges[-1].month if charges else dt.date.min
        if found and found[-1].month == oldest:
            left += found.pop().amount
        found.append(Layer(oldest, left))
    return tuple(reversed(found))


def allocate(amount: Decimal, owed: Sequence[Owed], *, first: int) -> dict[int, Decimal]:
    """Spread a payment; the parts add up to it to the kopeck, and none is nothing.

    Args:
        amount: what was paid, above zero.
        owed: what the groups owe, in the order of the bill: it decides within a month.
        first: the group that gets what nobody owes.
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
