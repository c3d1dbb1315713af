"""What a service costs now, since when, and the next known price."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Price:
    """A price of a service.

    Attributes:
        service: its name, with the zone of the day if it has one.
        unit: its unit.
        house_id: the house that has this price of its own; None for all houses.
        valid_from: the first day.
        valid_to: the last day; None if it is not known.
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
        house_id: the house that has a price of its own; None for all houses.
        now: the price in force today; None if there is none.
        later: the next known price.
    """

    service: str
    unit: str
    house_id: int | None
    now: Price | None
    later: Price | None


def make_price_lines(prices: Sequence[Price], *, today: dt.date) -> tuple[PriceLine, ...]:
    """Return a line for each service and house, in the order of the prices."""
    grouped: dict[tuple[str, str, int | None], list[Price]] = {}
    for price in prices:
        grouped.setdefault((price.service, price.unit, price.house_id), []).append(price)
    return tuple(
        PriceLine(service, unit, house_id, _now(own_prices, today), _later(own_prices, today))
        for (service, unit, house_id), own_prices in grouped.items()
    )


def _now(prices: Sequence[Price], today: dt.date) -> Price | None:
    in_force = [
        price
        for price in prices
        if price.valid_from <= today and (price.valid_to is None or price.valid_to >= today)
    ]
    return max(in_force, key=lambda price: price.valid_from, default=None)


def _later(prices: Sequence[Price], today: dt.date) -> Price | None:
    ahead = [price for price in prices if price.valid_from > today]
    return min(ahead, key=lambda price: price.valid_from, default=None)
