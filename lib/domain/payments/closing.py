"""Which debts a payment closes: the oldest first; the rest of the payment is an advance."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

_NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Tranche:
    """A part of a debt.

    Attributes:
        period: the month it was charged for; None if it is older than the known months.
        amount: what is still owed of it, or what a payment closes of it.
        is_penalty: a penalty that billing keeps apart from the months.
    """

    period: dt.date | None
    amount: Decimal
    is_penalty: bool = False


@dataclass(frozen=True, slots=True)
class Closing:
    """The effect of a payment: the tranches that it closes, oldest first, and the advance."""

    tranches: tuple[Tranche, ...]
    advance: Decimal

    @property
    def amount(self) -> Decimal:
        """Return the whole payment."""
        return sum((part.amount for part in self.tranches), self.advance)


def split_debt(
    owed: Decimal, *, charged: Iterable[tuple[dt.date, Decimal]], penalty: Decimal = _NOTHING
) -> tuple[Tranche, ...]:
    """Split a debt into the months in which it arose, oldest first.

    Payments close the oldest month first, so the debt consists of the latest charges. A month
    with a negative charge is skipped.

    Args:
        owed: the debt with the penalty; a negative balance is no debt.
        charged: (month, charge) in any order.
        penalty: the part of the debt that is a separate penalty; it is closed last.
    """
    left = max(owed, _NOTHING)
    kept_apart = min(max(penalty, _NOTHING), left)
    left -= kept_apart
    tranches: list[Tranche] = [Tranche(None, kept_apart, is_penalty=True)] if kept_apart else []
    for period, amount in sorted(charged, reverse=True):
        part = min(max(amount, _NOTHING), left)
        if part:
            tranches.append(Tranche(period, part))
            left -= part
    if left:
        tranches.append(Tranche(None, left))
    return tuple(reversed(tranches))


def close_debt(paid: Decimal, *, owed: Sequence[Tranche]) -> Closing:
    """Return what a payment closes of the tranches ``owed``, oldest first."""
    left, closed = paid, []
    for tranche in owed:
        part = min(tranche.amount, left)
        if part:
            closed.append(Tranche(tranche.period, part, tranche.is_penalty))
            left -= part
    return Closing(tuple(closed), left)
