"""Which debts a payment closes: the oldest first, what is over stays as an advance."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

_NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Tranche:
    """A part of a debt.

    Attributes:
        period: the month it was charged for; None for what is older than the months known.
        amount: what is still owed of it, or what a payment closes of it.
        is_penalty: a penalty that billing keeps apart from the months.
    """

    period: dt.date | None
    amount: Decimal
    is_penalty: bool = False


@dataclass(frozen=True, slots=True)
class Closing:
    """What a payment does: tranches, oldest first, and what is paid in advance."""

    tranches: tuple[Tranche, ...]
    advance: Decimal

    @property
    def amount(self) -> Decimal:
        """Return the whole payment."""
        return sum((part.amount for part in self.tranches), self.advance)


def split_debt(
    owed: Decimal, *, charged: Iterable[tuple[dt.date, Decimal]], penalty: Decimal = _NOTHING
) -> tuple[Tranche, ...]:
    """Split a debt into the months that it has come from, oldest first.

    Payments have always closed the oldest month first, so what is still owed was charged
    last. A month that gave money back has nothing to be closed.

    Args:
        owed: the debt, the penalty included; nothing is owed below zero.
        charged: (month, charge) in any order.
        penalty: how much of the debt is a penalty kept apart; it is closed last.
    """
    left = max(owed, _NOTHING)
    apart = min(max(penalty, _NOTHING), left)
    left -= apart
    found: list[Tranche] = [Tranche(None, apart, is_penalty=True)] if apart else []
    for period, amount in sorted(charged, reverse=True):
        part = min(max(amount, _NOTHING), left)
        if part:
            found.append(Tranche(period, part))
            left -= part
    if left:
        found.append(Tranche(None, left))
    return tuple(reversed(found))


def close_debt(paid: Decimal, *, owed: Sequence[Tranche]) -> Closing:
    """Tell what a payment closes of ``owed``, given oldest first."""
    left, closed = paid, []
    for tranche in owed:
        part = min(tranche.amount, left)
        if part:
            closed.append(Tranche(tranche.period, part, tranche.is_penalty))
            left -= part
    return Closing(tuple(closed), left)
