"""Hints before a reading is sent: the expected range, and a likely typing mistake."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal

from lib.domain import formats
from lib.domain.meters.checks import Check, Finding
from lib.domain.meters.readings import Known

_LOOKED_AT, _NEEDED = 6, 3  # months
_LESS, _MORE = Decimal("0.8"), Decimal("1.2")
_FAR = 2  # times the largest usual consumption
_KOPECK = Decimal("0.01")
_SHIFTS = (1, 2, 3)
_UNITS = {"куб": "м³", "м3": "м³", "м³": "м³", "квт": "кВт·ч", "гкал": "Гкал"}
_BY_RESOURCE = {
    "cold_water": "м³",
    "hot_water": "м³",
    "gas": "м³",
    "electricity": "кВт·ч",
    "heat": "Гкал",
}
COLD, HOT = "cold_water", "hot_water"


@dataclass(frozen=True, slots=True)
class Expected:
    """The range that the dial should show if nothing is unusual, both ends included."""

    low: Decimal
    high: Decimal

    def __contains__(self, value: Decimal) -> bool:
        return self.low <= value <= self.high


def estimate_reading(known: Known, *, months: int, decimals: int) -> Expected | None:
    """Return the expected range of the next reading; None if too little is known.

    Args:
        known: what is known of the dial.
        months: how many months the reading covers.
        decimals: decimal places of the dial.
    """
    latest = known.uses[:_LOOKED_AT]
    if known.previous is None or len(latest) < _NEEDED:
        return None
    place = Decimal(1).scaleb(-decimals)
    low = known.previous + min(latest) * months * _LESS
    high = known.previous + max(latest) * months * _MORE
    if high >= 10**known.capacity:
        return None  # the dial may pass zero
    return Expected(low.quantize(place, ROUND_DOWN), high.quantize(place, ROUND_UP))


def find_slipped_digit(value: Decimal, known: Known, usual: Expected | None) -> Finding | None:
    """Ask about a number that is usual with the point moved or two neighbouring digits swapped."""
    if usual is None or known.previous is None:
        return None
    if known.previous <= value <= known.previous + _FAR * (usual.high - known.previous):
        return None
    meant = next(
        (other for other in _corrections(value) if other in usual and other != value), None
    )
    if meant is None:
        return None
    return Finding(
        Check.SLIPPED,
        f"Похоже, сбились цифры: может быть, {formats.format_number(meant, places=0)}?",
    )


def _corrections(value: Decimal) -> Iterator[Decimal]:
    """Yield the numbers that may be meant: the point moved, then neighbouring digits swapped."""
    for places in _SHIFTS:
        yield value.scaleb(-places)
        yield value.scaleb(places)
    whole, _, rest = f"{value:f}".partition(".")
    for index in range(len(whole) - 1):
        swapped = whole[:index] + whole[index + 1] + whole[index] + whole[index + 2 :]
        yield Decimal(f"{swapped}.{rest or 0}")


@dataclass(frozen=True, slots=True)
class Typed:
    """The dial of a water meter and the number typed for it."""

    value: Decimal
    known: Known
    usual: Expected | None

    def takes(self, value: Decimal) -> bool:
        """Tell whether ``value`` is plausible for the dial."""
        if self.usual is not None:
            return value in self.usual
        before, most = self.known.previous, self.known.limits.soft
        return before is not None and before <= value and (most is None or value <= before + most)


def find_swapped(cold: Mapping[int, Typed], hot: Mapping[int, Typed]) -> dict[int, Finding]:
    """Return a finding by meter for hot and cold water readings that look swapped.

    Args:
        cold: the dials of cold water of one account, by meter.
        hot: the dials of hot water of the same account, by meter.
    """
    found: dict[int, Finding] = {}
    for cold_meter, cold_dial in cold.items():
        for hot_meter, hot_dial in hot.items():
            as_typed = cold_dial.takes(cold_dial.value) and hot_dial.takes(hot_dial.value)
            if not as_typed and cold_dial.takes(hot_dial.value) and hot_dial.takes(cold_dial.value):
                found |= dict.fromkeys((cold_meter, hot_meter), _SWAPPED)
    return found


_SWAPPED = Finding(
    Check.SWAPPED, "Похоже, перепутаны холодная и горячая вода: поменяйте числа местами."
)


def get_dial_unit(resource: str | None, service_unit: str) -> str:
    """Return the unit of a meter's dial by its resource, otherwise the unit of the service."""
    return _BY_RESOURCE.get(resource or "", service_unit)


def calculate_cost(
    used: Decimal, price: Decimal | None, *, resource: str | None, service_unit: str
) -> Decimal | None:
    """Return the cost of the consumption; None if the price is not for the unit of the dial.

    Hot water may be priced by the gigacalorie, and then its cubic metres have no price.
    """
    priced = next(
        (sign for word, sign in _UNITS.items() if re.match(word, service_unit.strip().lower())),
        None,
    )
    if price is None or priced is None or priced != get_dial_unit(resource, priced):
        return None
    return (used * price).quantize(_KOPECK, ROUND_HALF_UP)
