"""What a service costs now, since when, and what is known of later."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Price:
    """A price of a service.

    Attributes:
        service: its name, with the zone of the day where it has one.
        unit: its unit.
        house_id: where it is one house's own; None where it is for all.
        valid_from: the first day.
        valid_to: the last day; None while none is known.
        amount: roubles a unit.
    """

    service: str
    unit: str
    house_id: int | None
    valid_from: dt.date
    valid_to: dt.date | None
    amount: Decimal


@dataclass(frozen=True, slots=True)
class PriceLine:
    """One service's price.

    Attributes:
        service: its name.
        unit: its unit.
        house_id: where the price is one house's own.
        now: what holds today; None where nothing does.
        later: the next known change.
    """

    service: str
    unit: str
    house_id: int | None
    now: Price | None
    later: Price | None


def make_price_lines(steps: Sequence[Price], *, today: dt.date) -> tuple[PriceLine, ...]:
    """Return a line for each service and house, in the order of the steps."""
    grouped: dict[tuple[str, str, int | None], list[Price]] = {}
    for step in steps:
        grouped.setdefault((step.service, step.unit, step.house_id), []).append(step)
    return tuple(
        PriceLine(service, unit, house_id, _now(own, today), _later(own, today))
        for (service, unit, house_id), own in grouped.items()
    )


def _now(steps: Sequence[Price], today: dt.date) -> Price | None:
    holding = [
        step
        for step in steps
        if step.valid_from <= today and (step.valid_to is None or step.valid_to >= today)
    ]
    return max(holding, key=lambda step: step.valid_from, default=None)


def _later(steps: Sequence[Price], today: dt.date) -> Price | None:
    ahead = [step for step in steps if step.valid_from > today]
    return min(ahead, key=lambda step: step.valid_from, default=None)
