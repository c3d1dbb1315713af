"""Tables whose lines share accounts: who sent by two channels or wrote on two topics."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Protocol

from lib.domain.insight import privacy
from lib.domain.insight.answers import Table
from lib.domain.insight.view import Compared
from lib.facts.questions.spans import Spans
from lib.services.insight._context import Context

Part = tuple[bool, dt.date | None]  # the compared months or not, and the month
OTHERS = "Остальные, где мало счетов"
COMPARED = {Compared.YEAR: "год назад", Compared.BEFORE: "в предыдущем периоде"}


class _Users(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def organization(self) -> int: ...
    @property
    def accounts(self) -> int: ...


def get_spans(context: Context) -> Spans:
    """Return the filters of a view and those of its compared months."""
    return Spans(context.scope, context.scope_before)


def withhold_shared(
    table: Table, counts: Mapping[str, Mapping[Part, int]], *, names: Collection[str] = ()
) -> Table:
    """Return the table without its lines of few accounts.

    Lines share accounts, so those that are withheld may have fewer accounts than they add up to:
    together they have at least as many as the largest of them. In each month there must be
    enough, or the figures of the month could be had from two views that differ in it.

    Args:
        table: its lines may have any number of accounts.
        counts: the accounts of each line by month.
        names: lines that are withheld in any case.
    """
    hidden = set(names) & {line.name for line in table.lines}
    while True:
        found = privacy.withhold_lines(table, names=hidden, word=OTHERS)
        shown = {line.name for line in found.lines}
        hidden = {line.name for line in table.lines} - shown
        if not hidden or _count_together(counts, hidden) >= privacy.FEWEST:
            return found
        if not shown:
            return replace(found, withheld=None, total=None)
        hidden.add(min(found.lines, key=lambda line: line.accounts).name)


def _count_together(counts: Mapping[str, Mapping[Part, int]], names: Collection[str]) -> int:
    """Return how many accounts some lines have together at least, in the weakest month."""
    most: dict[Part, int] = {}
    for name in names:
        for part, count in counts.get(name, {}).items():
            most[part] = max(count, most.get(part, 0))
    return min(most.values(), default=0)


def find_few_in_organization(context: Context, users: Iterable[_Users]) -> set[str]:
    """Return the lines of an organisation's table that the city's table would tell of few.

    The same line of another organisation may be withheld; the city's line minus this one would
    be it.
    """
    chosen = context.view.place.organization
    counts: dict[str, dict[int, int]] = {}
    for row in users:
        counts.setdefault(row.name, {})[row.organization] = row.accounts
    return {name for name, parts in counts.items() if chosen in privacy.find_withheld(parts)}


def is_below_organization(context: Context) -> bool:
    """Tell whether the view is a street or a house."""
    return context.view.place.street is not None


def needs_organizations(context: Context) -> bool:
    """Tell whether the view is one of several organisations."""
    return context.view.place.organization is not None and context.facts.organization is None
