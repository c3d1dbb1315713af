"""A payment as billing posted it: by which way it came, what became of it, how it was spread."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from lib.domain import formats

_NOTHING = Decimal("0.00")
_GAP = "\N{NO-BREAK SPACE}"  # a sum stays with its name
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
    """Money received, or taken back.

    Attributes:
        paid_on: the day it was paid.
        month: the month in which billing counts it; None where billing has not brought it yet.
        amount: in roubles; below zero where it takes money back.
        channel: cash, bank, online, post, subsidy or other.
        source: who took it in, as billing names it.
        is_reversal: whether it takes another payment back.
        reverses: the day of the payment that it takes back, if known.
        returned: what reversals have taken of it, above zero; None where none has.
        shares: how it was spread, in the order of the bill; empty where it is not yet.
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
        """Return what no group has had yet."""
        return self.amount - sum((share.amount for share in self.shares), _NOTHING)

    @property
    def counted(self) -> str:
        """Name the month in which billing counts it, «октябрь 2014»."""
        return formats.format_month(self.month) if self.month else "ещё не учтён"

    @property
    def mark(self) -> str:
        """Say what it takes back, or what was taken of it; empty for an ordinary payment."""
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
        """Say how it was spread: «Водоснабжение 41,90; Жилищные 123,45»."""
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
        """Name the channel in Russian, and who took the money in."""
        channel = CHANNELS.get(self.channel, self.channel)
        return f"{channel} · {self.source}" if self.source else channel


def sum_shares(parts: Iterable[tuple[str | None, Decimal | None]]) -> tuple[Share, ...]:
    """Add up a payment's parts by group.

    Args:
        parts: name of the group and amount; what names no group or no amount is no part.
    """
    sums: dict[str, Decimal] = {}
    for group, amount in parts:
        if group is not None and amount is not None:
            sums[group] = sums.get(group, _NOTHING) + amount
    return tuple(Share(group, amount) for group, amount in sums.items())


def sum_payments(payments: Iterable[Payment]) -> Decimal:
    """Add payments up; what was taken back is below zero already."""
    return sum((payment.amount for payment in payments), _NOTHING)
