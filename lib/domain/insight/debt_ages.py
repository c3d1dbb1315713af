"""Ages of debts: how long ago a debt should have been paid, sorted by bounds that have dates."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lib.domain import formats

NOT_DUE = "срок не наступил"
MOST_DAYS = 395  # the facts do not tell older debts apart
_YEAR = 365
OLD_DAYS = 90  # overdue for longer is what a screen calls old
# of the next month: until this day a charge is to be paid (ЖК РФ ст. 155 ч. 1)
DUE_DAY = 10


@dataclass(frozen=True, slots=True)
class Ages:
    """The ages of debts on a day.

    Attributes:
        day: the day.
        bounds: the last day of each age but the oldest, in days after the due date, ascending.
    """

    day: dt.date
    bounds: tuple[int, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the ages: not due yet, then from the youngest to the oldest."""
        starts = (0, *(bound + 1 for bound in self.bounds))
        named = [
            f"{start}–{formats.format_count(bound, 'день', 'дня', 'дней')}"
            for start, bound in zip(starts, self.bounds, strict=False)
        ]
        last = self.bounds[-1]
        days = formats.format_count(last, "дня", "дней", "дней")
        return (NOT_DUE, *named, f"больше {'года' if last == _YEAR else days}")

    @property
    def cuts(self) -> tuple[dt.date, ...]:
        """Return the day of each age but the first: a debt that was due before it is as old."""
        return (self.day, *(self.day - dt.timedelta(days=bound) for bound in self.bounds))


def choose_bounds(bounds: Mapping[dt.date, Sequence[int]], day: dt.date) -> tuple[int, ...]:
    """Return the bounds in force on a day: the latest that began by then, or else the earliest.

    Args:
        bounds: by the day that they begin on; at least one.
        day: the day.
    """
    begun = [since for since in bounds if since <= day]
    return tuple(sorted(bounds[max(begun) if begun else min(bounds)]))
