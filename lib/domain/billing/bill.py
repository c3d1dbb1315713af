"""A bill as billing delivered it: lines in groups, sums of lines, balances.

Amounts are shown as billing supplied them and are only added up. They are never recomputed from
tariff and volume, because the printed columns are rounded.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

_NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class BillLine:
    """One service in one month; money in roubles, volumes in the service's unit."""

    service: str
    unit: str
    supplier: str
    method: str | None
    tariff: Decimal | None
    volume_ind: Decimal | None
    volume_common: Decimal | None
    amount_ind: Decimal | None
    amount_common: Decimal | None
    opening: Decimal
    accrued: Decimal
    coefficient: Decimal | None
    coefficient_amount: Decimal | None
    recalculation: Decimal | None
    privilege: Decimal | None
    penalty: Decimal | None
    paid: Decimal | None
    total: Decimal
    closing: Decimal

    @property
    def volume(self) -> Decimal | None:
        """Return the total volume; None if billing gave no volume."""
        return sum_known((self.volume_ind, self.volume_common))


@dataclass(frozen=True, slots=True)
class BillGroup:
    """The lines that are paid to one recipient.

    Attributes:
        group_id: the group's key.
        code: the group's id at billing, unique within its sender.
        name: as printed.
        recipient_id: the organisation that is paid.
        recipient: its name.
        lines: in printing order.
        penalty: the closing penalty, if billing keeps it apart from the lines.
    """

    group_id: int
    code: str
    name: str
    recipient_id: int
    recipient: str
    lines: tuple[BillLine, ...]
    penalty: Decimal | None = None

    def sum(self, amount: Callable[[BillLine], Decimal | None]) -> Decimal | None:
        """Add up one column; None if no line has an amount."""
        return sum_known(amount(line) for line in self.lines)

    @property
    def balance(self) -> Decimal:
        """Return what the resident owes to the recipient; negative is an overpayment."""
        closing = sum((line.closing for line in self.lines), _NOTHING)
        return closing + (self.penalty or _NOTHING)


@dataclass(frozen=True, slots=True)
class Bill:
    """One account's bill of one closed month."""

    account_id: int
    period: dt.date
    groups: tuple[BillGroup, ...]
    number: str | None = None
    due_on: dt.date | None = None

    @property
    def debt(self) -> Decimal:
        """Return the account's debt; an overpayment of one group pays no debt of another."""
        return sum((max(_NOTHING, group.balance) for group in self.groups), _NOTHING)


def sum_known(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """Add up the known amounts; None if there are none, because no data is not zero."""
    present = [amount for amount in amounts if amount is not None]
    return sum(present[1:], present[0]) if present else None


def calculate_due(bill: Bill, later: Iterable[tuple[int | None, Decimal]]) -> dict[int, Decimal]:
    """Return what is to be paid now for each group, never below zero.

    Args:
        bill: the bill of the last closed period.
        later: payments since then as (group's key or None, amount); payments without a group
            close positive balances in printing order.
    """
    due = {group.group_id: group.balance for group in bill.groups}
    unassigned = _NOTHING
    for group_id, amount in later:
        if group_id in due:
            due[group_id] -= amount
        else:
            unassigned += amount
    for group_id, owed in due.items():
        closed = min(max(owed, _NOTHING), unassigned)
        due[group_id] = max(owed - closed, _NOTHING)
        unassigned -= closed
    return due
