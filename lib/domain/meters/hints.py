"""Hints before a reading is sent: what is expected, and which slip it looks like."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal

from lib.domain import formats
from lib.domain.meters.checks import Check, Finding
from lib.domain.meters.readings import Known

_LOOKED_AT, _NEEDED = 6, 3  # months
_LESS, _MORE = Decimal("0.8"), Decimal("1.2")
_FAR = 2  # times the most that is usual
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
    """What the dial will show if nothing is unusual; both ends are meant."""

    low: Decimal
    high: Decimal

    def __contains__(self, value: Decimal) -> bool:
        return self.low <= value <= self.high


def estimate_reading(known: Known, *, months: int, decimals: int) -> Expected | None:
    """Return the range of the next reading; None where too little is known.

    Args:
        known: what is known of the dial.
        months: how many months the reading speaks for.
        decimals: places of the dial.
    """
    lately = known.uses[:_LOOKED_AT]
    if known.previous is None or len(lately) < _NEEDED:
        return None
    place = Decimal(1).scaleb(-decimals)
    low = known.previous + min(lately) * months * _LESS
    high = known.previous + max(lately) * months * _MORE
    if high >= 10**known.capacity:
        return None  # about to begin again
    return Expected(low.quantize(place, ROUND_DOWN), high.quantize(place, ROUND_UP))


def find_slipped_digit(value: Decimal, known: Known, usual: Expected | None) -> Finding | None:
    """Ask about a number that a point or two digits elsewhere would make the usual one."""
    if usual is None or known.previous is None:
        return None
    if known.previous <= value <= known.previous + _FAR * (usual.high - known.previous):
        return None
    meant = next((other for other in _slips(value) if other in usual and other != value), None)
    if meant is None:
        return None
    return Finding(
        Check.SLIPPED,
        f"Похоже, сбились цифры: может быть, {formats.format_number(meant, places=0)}?",
    )


def _slips(value: Decimal) -> Iterator[Decimal]:
    """Return the numbers of which this one is a slip: the point first, then two digits."""
    for places in _SHIFTS:
        yield value.scaleb(-places)
        yield value.scaleb(places)
    whole, _, rest = f"{value:f}".partition(".")
    for at in range(len(whole) - 1):
        turned = whole[:at] + whole[at + 1] + whole[at] + whole[at + 2 :]
        yield Decimal(f"{turned}.{rest or 0}")


@dataclass(frozen=True, slots=True)
class Typed:
    """A dial of water and what was typed for it."""

    value: Decimal
    known: Known
    usual: Expected | None

    def takes(self, value: Decimal) -> bool:
        """Tell whether the dial may well show ``value``."""
        if self.usual is not None:
            return value in self.usual
        before, most = self.known.previous, self.known.limits.soft
        return before is not None and before <= value and (most is None or value <= before + most)


def find_swapped(cold: Mapping[int, Typed], hot: Mapping[int, Typed]) -> dict[int, Finding]:
    """Return what to ask about by meter, where hot and cold water fit better in each other's place.

    Args:
        cold: of one account, by meter.
        hot: of the same account, by meter.
    """
    found: dict[int, Finding] = {}
    for one, ours in cold.items():
        for other, theirs in hot.items():
            as_typed = ours.takes(ours.value) and theirs.takes(theirs.value)
            if not as_typed and ours.takes(theirs.value) and theirs.takes(ours.value):
                found |= dict.fromkeys((one, other), _SWAPPED)
    return found


_SWAPPED = Finding(
    Check.SWAPPED, "Похоже, перепутаны холодная и горячая вода: поменяйте числа местами."
)


def get_dial_unit(resource: str | None, service_unit: str) -> str:
    """Return the unit of a meter's dial: of what it counts, else as the service says."""
    return _BY_RESOURCE.get(resource or "", service_unit)


def calculate_cost(
    used: Decimal, price: Decimal | None, *, resource: str | None, service_unit: str
) -> Decimal | None:
    """Return what the use costs; None where the price is for something that no dial counts.

    Hot water may be priced by the gigacalorie, and then its cubic metres have no price.
    """
    priced = next(
        (sign for word, sign in _UNITS.items() if re.match(word, service_unit.strip().lower())),
        None,
    )
    if price is None or priced is None or priced != get_dial_unit(resource, priced):
        return None
    return (used * price).quantize(_KOPECK, ROUND_HALF_UP)
