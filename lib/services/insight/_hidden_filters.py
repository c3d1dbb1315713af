"""Parts of charges and of payments that are hidden of a place: groups, services, channels.

What is left of a place without all the parts that are shown must not be that of few accounts, nor
what is left of a group without its services. It is decided for each month by itself, and a view
hides what one of its months hides: whatever views are subtracted, they tell of a month no more
than its own view does.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType

from lib.domain.insight.hidden_places import Key, find_hidden_parts
from lib.facts.questions import filter_counts
from lib.facts.questions.filter_counts import PartOf, Spans
from lib.facts.questions.place_counts import CountRow, Tree
from lib.facts.questions.scope import Scope
from lib.facts.reader import Facts

# the parts that are hidden of each place
Parts = dict[Key, set[str]]
_REST = ""  # what has no name
_NOTHING: Mapping[Key, Collection[str]] = MappingProxyType({})


def find_few_of_filters(facts: Facts, tree: Tree, scope: Scope, spans: Spans) -> frozenset[Key]:
    """Return the places that the group, the service or the channel of a view is hidden of.

    Args:
        facts: the version.
        tree: the places.
        scope: the filters.
        spans: the months of the view, and those that they are compared with.
    """
    found: frozenset[Key] = frozenset()
    if scope.group or scope.service:
        found |= _find_few_of_charges(facts, tree, scope, spans)
    if scope.channel:
        found |= list_hiding(find_hidden_channels(facts, tree, scope, spans), scope.channel)
    return found


def find_hidden_channels(facts: Facts, tree: Tree, scope: Scope, spans: Spans) -> Parts:
    """Return the channels that are hidden of each place: few accounts pay so for the group."""
    rows = filter_counts.count_payers_by_channel(facts, tree, scope, spans)
    return _find_in_any_month(rows, has_whole=True)


def find_hidden_groups_paid(facts: Facts, tree: Tree, scope: Scope, spans: Spans) -> Parts:
    """Return the groups that are hidden of each place: few accounts pay for them.

    What is not allocated is hidden everywhere, under an empty name.
    """
    rows = filter_counts.count_payers_by_group(facts, tree, scope, spans)
    apart = {row.key: {_REST} for row in rows if row.part is None}
    return _find_in_any_month(rows, known=apart)


def list_hiding(parts: Parts, name: str | None) -> frozenset[Key]:
    """Return the places that a part is hidden of."""
    return frozenset(key for key, names in parts.items() if name in names)


def _find_few_of_charges(facts: Facts, tree: Tree, scope: Scope, spans: Spans) -> frozenset[Key]:
    purposes = _gather(filter_counts.list_groups_of_purposes(facts))
    counts = filter_counts.count_groups(facts, tree, spans)
    groups = _find_in_any_month(counts, together=purposes.values())
    found = list_hiding(groups, scope.group)
    if scope.service is None:
        return found
    services = _gather(filter_counts.list_services_of_groups(facts))
    # everything in a hidden group is hidden: its services add up to it
    inside: Parts = {
        key: {service for name in names for service in services.get(name, ())}
        for key, names in groups.items()
    }
    counts = filter_counts.count_services(facts, tree, spans)
    parts = _find_in_any_month(counts, together=services.values(), known=inside)
    return found | list_hiding(parts, scope.service)


def _find_in_any_month(
    rows: Iterable[CountRow],
    *,
    together: Collection[Collection[str]] = (),
    known: Mapping[Key, Collection[str]] = _NOTHING,
    has_whole: bool = False,
) -> Parts:
    """Return the parts that are hidden of each place in a month or another.

    Args:
        rows: how many accounts of a place have a part in a month, at least.
        together: parts whose sum is shown, too.
        known: parts that are hidden in any case.
        has_whole: rows without a part are the accounts of the whole place.
    """
    months: dict[dt.date | None, dict[Key, dict[str, int]]] = {}
    for row in rows:
        months.setdefault(row.period, {}).setdefault(row.key, {})[row.part or _REST] = row.accounts
    # months that have the same counts hide the same
    different = {
        frozenset((key, part, n) for key, parts in counts.items() for part, n in parts.items()): (
            counts
        )
        for counts in months.values()
    }
    found: Parts = {key: set(names) for key, names in known.items()}
    for counts in different.values():
        whole = {key: parts.pop(_REST, 0) for key, parts in counts.items()} if has_whole else {}
        parts = find_hidden_parts(counts, (), together=together, known=known, whole=whole)
        for key, names in parts.items():
            found.setdefault(key, set()).update(names)
    return found


def _gather(rows: Iterable[PartOf]) -> dict[str, set[str]]:
    parts: dict[str, set[str]] = {}
    for row in rows:
        parts.setdefault(row.whole, set()).add(row.name)
    return parts
