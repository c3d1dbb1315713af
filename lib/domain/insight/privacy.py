"""Few accounts: which figures are not shown, so that none of them can be had by subtraction.

A group of fewer than ten accounts is not shown. If the groups that are not shown have fewer than
ten accounts together, or if there is only one of them, then the next smallest is withheld too:
otherwise the total minus what is shown would be that group.
"""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple, TypeVar

from lib.domain.insight import figures
from lib.domain.insight.answers import Line, Table

FEWEST = 10  # accounts of a group that may be shown
K = TypeVar("K", bound=Hashable)
# organisation, street, house: or the first of them
_Key = tuple[int | str, ...]


class HouseCount(NamedTuple):
    """The accounts of a house in one month, and where the house stands."""

    organization: int
    street: str
    house: int
    accounts: int


def find_withheld(counts: Mapping[K, int]) -> set[K]:
    """Return which groups are not shown, given how many accounts each has.

    All groups are parts of one total. A group without accounts hides nothing and is shown.
    The same counts give the same groups whatever their order is.
    """
    used = (name for name in counts if counts[name])
    names = sorted(used, key=lambda name: (counts[name], str(name)))
    withheld = [name for name in names if counts[name] < FEWEST]
    if not withheld:
        return set()
    rest = names[len(withheld) :]
    while rest and (len(withheld) < 2 or sum(counts[name] for name in withheld) < FEWEST):  # noqa: PLR2004
        withheld.append(rest.pop(0))
    return set(withheld)


def find_withheld_shared(counts: Mapping[K, int]) -> set[K]:
    """Return which groups are not shown if an account may be in several of them.

    Those that are withheld may then have fewer accounts than they add up to, and at least as
    many as the largest of them.
    """
    withheld = find_withheld(counts)
    rest = sorted((name for name in counts if name not in withheld), key=lambda name: counts[name])
    while withheld and rest and max(counts[name] for name in withheld) < FEWEST:
        withheld.add(rest.pop(0))
    return withheld


def find_withheld_houses(counts: Iterable[HouseCount]) -> set[int]:
    """Return the houses that are not shown where all of these are.

    The rule holds at each level: houses of a street, streets of an organisation, organisations of
    the city. All houses of a street or of an organisation that is withheld are withheld too. With
    several months, a house of few accounts in one of them is withheld in all.
    """
    fewest: dict[_Key, int] = {}
    for count in counts:
        if count.accounts:
            key = (count.organization, count.street, count.house)
            fewest[key] = min(count.accounts, fewest.get(key, count.accounts))
    withheld: set[_Key] = set()
    for depth in (1, 2, 3):
        withheld |= _find_withheld_parts(fewest, depth)
    return {int(key[2]) for key in fewest if any(key[:depth] in withheld for depth in (1, 2, 3))}


def find_always_withheld(
    counts: Iterable[HouseCount], together: Iterable[Collection[int]]
) -> set[int]:
    """Return the houses that are shown nowhere: on no screen, in no file and no free query.

    They are the same whatever months are asked for: of two answers that withhold different houses
    the one could be subtracted from the other.

    Args:
        counts: of each house in the month in which it has fewest accounts.
        together: the houses of a month, once for all months that have the same.
    """
    known = {count.house: count for count in counts}
    withheld = (
        find_withheld_houses(known[house] for house in houses if house in known)
        for houses in together
    )
    return set().union(*withheld)


def _find_withheld_parts(houses: Mapping[_Key, int], depth: int) -> set[_Key]:
    """Apply the rule to organisations (depth 1), streets (2) or houses (3), part by part."""
    parts: defaultdict[_Key, defaultdict[_Key, int]] = defaultdict(lambda: defaultdict(int))
    for key, count in houses.items():
        parts[key[: depth - 1]][key[:depth]] += count
    return {key for counts in parts.values() for key in find_withheld(counts)}


def withhold_lines(
    table: Table, *, names: Collection[str] = (), word: str = "Остальные, где меньше 10 счетов"
) -> Table:
    """Return the table with its lines of few accounts added up into one.

    Args:
        table: its lines may have any number of accounts.
        names: lines that are withheld in any case.
        word: the name of the line that they become.
    """
    counts = {line.name: line.accounts for line in table.lines}
    withheld = find_withheld(counts) | set(names)
    hidden = [line for line in table.lines if line.name in withheld]
    if not hidden:
        return table
    shown = tuple(line for line in table.lines if line.name not in withheld)
    together = Line(word, add_values(hidden), sum(line.accounts for line in hidden))
    if together.accounts < FEWEST:  # there is nothing that they could be shown with
        return replace(table, lines=shown, withheld=None, total=None if hidden else table.total)
    return replace(table, lines=shown, withheld=together)


def add_values(lines: Sequence[Line]) -> tuple[Decimal | None, ...]:
    """Add up the values of lines, place by place; None where no line has a value."""
    columns = zip(*(line.values for line in lines), strict=True)
    return tuple(figures.add(values) for values in columns)
