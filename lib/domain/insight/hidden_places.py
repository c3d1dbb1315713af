"""Places whose figure is that of few accounts: they are hidden, and so is what would tell of them.

Organisations, streets and houses are a tree. A place is hidden with everything in it if few
accounts have the figure there, or if it is the next smallest beside such a place. So what is left
of a place without its parts that are shown has ten accounts or none.
"""

from collections.abc import Collection, Hashable, Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple, TypeVar

from lib.domain.insight.privacy import FEWEST

K = TypeVar("K", bound=Hashable)
P = TypeVar("P", bound=Hashable)

# organisation, street, house: or the first of them; () is everything
Key = tuple[int | str, ...]
WITHHELD = 0  # the houses that are shown nowhere are one house together
WITHHELD_STREET = ""


class PlaceCount(NamedTuple):
    """How many accounts of a place have a figure.

    Attributes:
        key: the place.
        accounts: in the month in which fewest have it, of those in which any has.
        months: in how many months any has it.
    """

    key: Key
    accounts: int
    months: int = 1


def find_hidden_places(counts: Iterable[PlaceCount]) -> frozenset[Key]:
    """Return the places that are hidden, given every place of the tree that has the figure."""
    known = {count.key: count for count in counts if count.accounts}
    parts: dict[Key, list[PlaceCount]] = {}
    for key in sorted(known, key=len):
        if key:
            parts.setdefault(key[:-1], []).append(known[key])
    root = known.get(())
    hidden: set[Key] = {()} if root and root.accounts < FEWEST else set()
    for parent, children in parts.items():  # those above come first
        if parent in hidden:
            hidden.update(child.key for child in children)
        else:
            months = known[parent].months if parent in known else 0
            # a place that is missing in a month of the whole hides nothing in that month
            sure = {
                child.key: child.accounts if child.months >= months else 0 for child in children
            }
            hidden |= extend_hidden({c.key: c.accounts for c in children}, (), sure=sure)
    return frozenset(hidden)


def place_houses(
    houses: Mapping[int, tuple[int, str]], withheld: Collection[int]
) -> dict[int, tuple[int, str, int]]:
    """Return where houses stand in the tree.

    Houses that are withheld are one house of their street, or one street, or one organisation.

    Args:
        houses: the organisation and the street of each.
        withheld: those that are shown nowhere.
    """
    streets = {where for house, where in houses.items() if house not in withheld}
    organizations = {organization for organization, _ in streets}
    keys = {}
    for house, (organization, street) in houses.items():
        if house not in withheld:
            keys[house] = (organization, street, house)
        elif (organization, street) in streets:
            keys[house] = (organization, street, WITHHELD)
        elif organization in organizations:
            keys[house] = (organization, WITHHELD_STREET, WITHHELD)
        else:
            keys[house] = (WITHHELD, WITHHELD_STREET, WITHHELD)
    return keys


def extend_hidden(
    counts: Mapping[K, int],
    hidden: Collection[K],
    *,
    sure: Mapping[K, int] | None = None,
    is_shared: bool = False,
    whole: int = 0,
) -> set[K]:
    """Return the parts of a total that are hidden: few accounts, and the next smallest beside them.

    Args:
        counts: how many accounts each part has.
        hidden: parts that are hidden in any case.
        sure: how many accounts each part adds to those that are hidden; as counted if missing.
        is_shared: an account may be in several parts, so they do not add up.
        whole: how many accounts the total has at least; those that no shown part has are hidden.
    """
    sure = counts if sure is None else sure
    used = sorted((key for key in counts if counts[key]), key=lambda key: (counts[key], str(key)))
    found = {key for key in used if counts[key] < FEWEST or key in hidden}
    rest = [key for key in used if key not in found]
    while found and rest:
        known = [sure[key] for key in found]
        together = max(known) if is_shared else sum(known)
        together = max(together, whole - sum(counts[key] for key in rest))
        if len(found) > 1 and together >= FEWEST:
            break
        found.add(rest.pop(0))
    return found | set(hidden)


def find_hidden_parts(
    counts: Mapping[Key, Mapping[P, int]],
    hidden: Collection[Key],
    *,
    is_shared: bool = True,
    together: Collection[Collection[P]] = (),
    known: Mapping[Key, Collection[P]] = MappingProxyType({}),
    whole: Mapping[Key, int] = MappingProxyType({}),
) -> dict[Key, set[P]]:
    """Return the parts, such as groups of services, that are hidden of each place.

    The parts of a place add up to it, and so does one part over the places of another: what is
    hidden must not be had along either.

    Args:
        counts: how many accounts each place has of each part, at least.
        hidden: places of which the whole is hidden.
        is_shared: an account may be in several parts.
        together: parts whose sum is shown, too, such as the services of a group.
        known: parts of places that are hidden in any case.
        whole: how many accounts each place has, where that is known.
    """
    found: dict[Key, set[P]] = {}

    def hide(key: Key, above: Collection[P]) -> set[P]:
        if is_hidden(key, hidden):
            return set(counts[key]) | set(above)
        start = set(above) | set(known.get(key, ()))
        start = extend_hidden(counts[key], start, is_shared=is_shared, whole=whole.get(key, 0))
        return _extend_each(counts[key], start, together, is_shared=is_shared)

    if () in counts:
        found[()] = hide((), ())
    children: dict[Key, list[Key]] = {}
    for key in sorted(counts, key=len):
        if key:
            children.setdefault(key[:-1], []).append(key)
    for parent, keys in children.items():
        above = found.get(parent, set())
        names = {name for key in keys for name in counts[key]} - above
        found |= {key: hide(key, above) for key in keys}
        is_changed = True
        while is_changed:
            before = sum(len(found[key]) for key in keys)
            for name in names:
                column = {key: counts[key].get(name, 0) for key in keys}
                for key in extend_hidden(column, {key for key in keys if name in found[key]}):
                    found[key].add(name)
            found |= {key: hide(key, found[key]) for key in keys}
            is_changed = before != sum(len(found[key]) for key in keys)
    return found


def _extend_each(
    counts: Mapping[P, int],
    hidden: Collection[P],
    together: Collection[Collection[P]],
    *,
    is_shared: bool,
) -> set[P]:
    """Return what is hidden if the sums of some parts are shown too.

    More that is hidden of the total leaves no fewer accounts of it.
    """
    found, before = set(hidden), -1
    while before != len(found):
        before = len(found)
        for names in together:
            part = {name: counts[name] for name in names if name in counts}
            found |= extend_hidden(part, found & part.keys(), is_shared=is_shared)
    return found


def is_hidden(key: Key, hidden: Collection[Key]) -> bool:
    """Tell whether a place is hidden, or one that it is a part of."""
    return any(key[:depth] in hidden for depth in range(len(key) + 1))
