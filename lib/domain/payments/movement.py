"""Movement of money: what a group brought forward, charged, received and left, by month.

Amounts are billing's own and only added up. Each month closes to the kopeck, NULL counting as 0:
opening + charged + coefficient + recalculated − privilege + penalty − received = closing.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from lib.domain.billing.bill import sum_known

_NOTHING = Decimal("0.00")
OPENING, CLOSING, SHIFTED = "На начало", "На конец", "Изменено между месяцами"


@dataclass(frozen=True, slots=True)
class Movement:
    """One month of one group, in roubles; None is no data and is not zero.

    Attributes:
        period: first day of the month.
        opening: owed when it began; below zero is an overpayment.
        charged: the charge before everything that changed it.
        coefficient: what the raising coefficient added.
        recalculated: what earlier months were corrected by.
        privilege: what a privilege took off.
        penalty: for paying late, whether in the lines or kept apart.
        received: what payments closed.
        closing: owed at its end.
    """

    period: dt.date
    opening: Decimal
    charged: Decimal | None
    coefficient: Decimal | None
    recalculated: Decimal | None
    privilege: Decimal | None
    penalty: Decimal | None
    received: Decimal | None
    closing: Decimal

    @property
    def overpaid(self) -> Decimal | None:
        """Return the overpayment at the month's end, above zero; None where there is none."""
        return -self.closing if self.closing < 0 else None

    def joined(self, other: "Movement") -> "Movement":
        """Add another part of the same month, a penalty kept apart for one."""
        return Movement(
            period=self.period,
            opening=self.opening + other.opening,
            charged=sum_known((self.charged, other.charged)),
            coefficient=sum_known((self.coefficient, other.coefficient)),
            recalculated=sum_known((self.recalculated, other.recalculated)),
            privilege=sum_known((self.privilege, other.privilege)),
            penalty=sum_known((self.penalty, other.penalty)),
            received=sum_known((self.received, other.received)),
            closing=self.closing + other.closing,
        )


@dataclass(frozen=True, slots=True)
class Flow:
    """What changes a balance within a month, as screens and documents name it.

    Attributes:
        heading: its name.
        amount: what a month has of it.
        adds: whether it makes the balance larger.
        is_optional: left out where no month has an amount.
    """

    heading: str
    amount: Callable[[Movement], Decimal | None]
    adds: bool = True
    is_optional: bool = False


# in the order in which a bill adds up
_FLOWS = (
    Flow("Начислено", lambda month: month.charged),
    Flow("Повышающий коэффициент", lambda month: month.coefficient, is_optional=True),
    Flow("Перерасчёт", lambda month: month.recalculated),
    Flow("Льгота", lambda month: month.privilege, adds=False, is_optional=True),
    Flow("Пени", lambda month: month.penalty, is_optional=True),
    Flow("Поступило", lambda month: month.received, adds=False),
)


@dataclass(frozen=True, slots=True)
class GroupMovement:
    """A group's months, the oldest first; there may be gaps between them.

    Attributes:
        group_id: the group's key.
        name: as printed.
        months: at least one.
    """

    group_id: int
    name: str
    months: tuple[Movement, ...]

    @property
    def total(self) -> Movement:
        """Return the whole period as one: first opening, sums, last closing.

        It closes together with ``shifted``, which is nothing where every month begins
        with what the one before left.
        """
        first, last = self.months[0], self.months[-1]
        whole = first
        for month in self.months[1:]:
            whole = whole.joined(month)
        return replace(whole, opening=first.opening, closing=last.closing)

    @property
    def shifted(self) -> Decimal:
        """Return by how much billing changed balances between months."""
        pairs = zip(self.months, self.months[1:], strict=False)
        return sum((later.opening - earlier.closing for earlier, later in pairs), _NOTHING)


def group_movements(parts: Iterable[tuple[int, str, Movement]]) -> tuple[GroupMovement, ...]:
    """Put parts together by group and month.

    Args:
        parts: group's key, its name and a part of one of its months, in any order; groups
            stay in the order in which they come first.
    """
    groups: dict[int, dict[dt.date, Movement]] = {}
    names: dict[int, str] = {}
    for group_id, name, part in parts:
        names.setdefault(group_id, name)
        months = groups.setdefault(group_id, {})
        known = months.get(part.period)
        months[part.period] = known.joined(part) if known else part
    return tuple(
        GroupMovement(key, names[key], tuple(months[period] for period in sorted(months)))
        for key, months in groups.items()
    )


def calculate_debt(groups: Iterable[GroupMovement], *, period: dt.date) -> Decimal:
    """Return the account's debt at a month's end: no group's overpayment pays another's debt."""
    closings = (
        month.closing for group in groups for month in group.months if month.period == period
    )
    return sum((max(_NOTHING, closing) for closing in closings), _NOTHING)


def list_flows(groups: Iterable[GroupMovement]) -> tuple[Flow, ...]:
    """Return what is worth a column: the same ones for every group, so that the eye runs down."""
    months = [month for group in groups for month in group.months]
    return tuple(
        flow
        for flow in _FLOWS
        if not flow.is_optional or any(flow.amount(month) is not None for month in months)
    )


def format_rule(shown: Sequence[Flow]) -> str:
    """Say how a month adds up: «на начало + начислено … − поступило = на конец»."""
    signed = (f"{'+' if flow.adds else '−'} {flow.heading.lower()}" for flow in shown)
    return " ".join((OPENING, *signed, "=", CLOSING.lower()))
