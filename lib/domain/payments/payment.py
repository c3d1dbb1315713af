"""A payment as billing posted it: its channel, its reversals and its allocation to groups."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from lib.domain import formats

_NOTHING = Decimal("0.00")
_GAP = "\N{NO-BREAK SPACE}"  # keeps an amount on one line with its name
CHANNELS: Mapping[str, str] = {
    "cash": "наличные",
    "bank": "банк",
    "online": "онлайн",
    "post": "почта",
    "subsidy": "субсидия",
    "other": "другое",
}


@dataclass(frozen=True, slots=True)
class Share:
    """The part of a payment that went to one group."""

    group: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Payment:
    """Money received, or returned by a reversal.

    Attributes:
        paid_on: the day it was paid.
        month: the month in which billing counts it; None if billing has not delivered it yet.
        amount: in roubles; negative for a reversal.
        channel: cash, bank, online, post, subsidy or other.
        source: who received the money, as billing names it.
        is_reversal: whether it reverses another payment.
        reverses: the day of the reversed payment, if known.
        returned: the sum of its reversals, as a positive amount; None if there are none.
        shares: its allocation, in the order of the bill; empty if it is not allocated yet.
    """

    paid_on: dt.date
    month: dt.date | None
    amount: Decimal
    channel: str
    source: str | None
    is_reversal: bool
    reverses: dt.date | None
    returned: Decimal | None
    shares: tuple[Share, ...]

    @property
    def unspread(self) -> Decimal:
        """Return the amount that is not allocated to any group yet."""
        return self.amount - sum((share.amount for share in self.shares), _NOTHING)

    @property
    def counted(self) -> str:
        """Return the Russian name of the month in which billing counts it: «октябрь 2014»."""
        return formats.format_month(self.month) if self.month else "ещё не учтён"

    @property
    def mark(self) -> str:
        """Return a Russian text about a reversal; empty for an ordinary payment."""
        if self.is_reversal:
            return (
                f"отмена платежа от {formats.format_date(self.reverses)}"
                if self.reverses
                else "отмена"
            )
        if self.returned is None:
            return ""
        if self.returned >= self.amount:
            return "отменён"
        return f"отменён частично: {formats.format_money(self.returned)}"

    @property
    def spreading(self) -> str:
        """Return the allocation as text: «Водоснабжение 41,90; Жилищные 123,45»."""
        parts = [
            f"{share.group}{_GAP}{formats.format_money(share.amount)}" for share in self.shares
        ]
        if not parts:
            return "ещё не распределён"
        if self.unspread:
            parts.append(f"не распределено{_GAP}{formats.format_money(self.unspread)}")
        return "; ".join(parts)

    @property
    def way(self) -> str:
        """Return the channel in Russian, with the source if it is known."""
        channel = CHANNELS.get(self.channel, self.channel)
        return f"{channel} · {self.source}" if self.source else channel


def sum_shares(parts: Iterable[tuple[str | None, Decimal | None]]) -> tuple[Share, ...]:
    """Add up a payment's parts by group.

    Args:
        parts: name of the group and amount; a part without a group or an amount is skipped.
    """
    sums: dict[str, Decimal] = {}
    for group, amount in parts:
        if group is not None and amount is not None:
            sums[group] = sums.get(group, _NOTHING) + amount
    return tuple(Share(group, amount) for group, amount in sums.items())


def sum_payments(payments: Iterable[Payment]) -> Decimal:
    """Add up payments; reversals are negative already."""
    return sum((payment.amount for payment in payments), _NOTHING)
