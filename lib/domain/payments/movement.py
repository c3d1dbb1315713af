"""Movement of money by month and group: opening balance, charges, payments, closing balance.

Amounts come from billing and are only added up. In each month, with NULL counted as 0:
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
        opening: the balance at the start; negative is an overpayment.
        charged: the charge without the amounts below.
        coefficient: the amount that the raising coefficient added.
        recalculated: corrections of earlier months.
        privilege: the reduction by a privilege.
        penalty: for late payment, from the lines or kept apart.
        received: what payments closed.
        closing: the balance at the end.
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
        """Return the overpayment at the month's end as a positive amount; None if there is none."""
        return -self.closing if self.closing < 0 else None

    def joined(self, other: "Movement") -> "Movement":
        """Return the sum with another part of the same month, for example a separate penalty."""
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
    """A kind of change of a balance within a month, as screens and documents name it.

    Attributes:
        heading: its name.
        amount: its amount in a month.
        adds: whether it makes the balance larger.
        is_optional: left out if no month has an amount.
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
        """Return all months as one: the first opening, the sums, the last closing.

        It adds up only together with ``shifted``, which is 0 if every month begins with the
        closing balance of the month before.
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
    """Collect the parts of months by group.

    Args:
        parts: group's key, its name and a part of one of its months, in any order; groups
            keep the order in which they first appear.
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
    """Return the account's debt at a month's end; overpayments of groups do not reduce it."""
    closings = (
        month.closing for group in groups for month in group.months if month.period == period
    )
    return sum((max(_NOTHING, closing) for closing in closings), _NOTHING)


def list_flows(groups: Iterable[GroupMovement]) -> tuple[Flow, ...]:
    """Return the flows that get a column; they are the same for every group."""
    months = [month for group in groups for month in group.months]
    return tuple(
        flow
        for flow in _FLOWS
        if not flow.is_optional or any(flow.amount(month) is not None for month in months)
    )


def format_rule(flows: Sequence[Flow]) -> str:
    """Format how a month adds up: «на начало + начислено … − поступило = на конец»."""
    signed = (f"{'+' if flow.adds else '−'} {flow.heading.lower()}" for flow in flows)
    return " ".join((OPENING, *signed, "=", CLOSING.lower()))
