"""Days of a month put together into runs, so that at least ten accounts stand behind each.

A run is inside of ten days, or is made of whole ten days. The runs depend on the month and the
filters alone: nothing can be had by comparing one division with another.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from lib.domain.insight.privacy import FEWEST

THIRDS = ((1, 10), (11, 20), (21, 31))


class Payers(NamedTuple):
    """How many accounts paid, in the place and in the part around it."""

    accounts: int
    others: int

    @property
    def is_few(self) -> bool:
        """Tell whether too few paid, here or around; nobody is not few."""
        return any(0 < count < FEWEST for count in self)


class Run(NamedTuple):
    """Some days in a row: the first, the last, and how many accounts paid on them at least."""

    first: int
    last: int
    accounts: int

    @property
    def name(self) -> str:
        """Return its Russian name: «10-е», «14–20-е»."""
        days = str(self.first) if self.first == self.last else f"{self.first}–{self.last}"
        return f"{days}-е"


def divide_month(
    days: Mapping[int, Payers], thirds: Sequence[Payers], *, last: int, by_days: bool = True
) -> tuple[Run, ...]:
    """Return the runs of a month; none if too few accounts paid in the whole of it.

    Args:
        days: by the day of the month; a day without payments may be missing.
        thirds: the same of the days 1-10, 11-20, and the others.
        last: the last day of the month, or the day that has come.
        by_days: False: no third is divided.
    """
    begun = [
        (first, min(end, last), third)
        for (first, end), third in zip(THIRDS, thirds, strict=True)
        if first <= last
    ]
    runs: list[Run] = []
    for run in _join(begun):
        is_third = run[:2] in [(first, end) for first, end, _ in begun]
        runs += _divide(days, run) if by_days and is_third else [run]
    return tuple(runs)


def _divide(days: Mapping[int, Payers], whole: Run) -> list[Run]:
    nobody = Payers(0, 0)
    numbers = range(whole.first, whole.last + 1)
    return _join([(day, day, days.get(day, nobody)) for day in numbers]) or [whole]


def _join(parts: Sequence[tuple[int, int, Payers]]) -> list[Run]:
    """Join neighbours until none has few accounts; what is left goes to the run before it."""
    joined: list[tuple[int, int, Payers]] = []
    begun, most = 0, Payers(0, 0)
    for first, last, paid in parts:
        begun = begun or first
        most = _find_most(most, paid)
        if not most.is_few:
            joined.append((begun, last, most))
            begun, most = 0, Payers(0, 0)
    while begun and joined:
        first, _, paid = joined.pop()
        most = _find_most(most, paid)
        if most.accounts and not most.is_few:
            joined.append((first, parts[-1][1], most))
            begun = 0
    return [Run(first, last, paid.accounts) for first, last, paid in joined]


def _find_most(one: Payers, other: Payers) -> Payers:
    """Return what there is at least: accounts of two parts may be the same ones."""
    return Payers(max(one.accounts, other.accounts), max(one.others, other.others))
