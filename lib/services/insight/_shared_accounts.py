"""Tables whose lines share accounts: who sent by two channels or wrote on two topics."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from typing import Protocol

from lib.domain.insight import privacy
from lib.domain.insight.answers import Table
from lib.domain.insight.view import Compared
from lib.services.insight._context import Context

COMPARED = {Compared.YEAR: "год назад", Compared.BEFORE: "в предыдущем периоде"}


class _Users(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def organization(self) -> int: ...
    @property
    def accounts(self) -> int: ...


def withhold_shared(
    table: Table,
    count: Callable[[Collection[str]], int],
    *,
    names: Collection[str] = (),
) -> Table:
    """Return the table without its lines of few accounts.

    Lines share accounts, so the lines that are withheld may have fewer accounts than they add up
    to: more lines are withheld until they have enough.

    Args:
        table: its lines may have any number of accounts.
        count: returns how many accounts some lines have together.
        names: lines that are withheld in any case.
    """
    hidden = set(names)
    while True:
        found = privacy.withhold_lines(table, names=hidden)
        shown = {line.name for line in found.lines}
        hidden = {line.name for line in table.lines} - shown
        if not hidden or count(hidden) >= privacy.FEWEST:
            return found
        if not shown:
            return replace(found, withheld=None, total=None)
        hidden.add(min(found.lines, key=lambda line: line.accounts).name)


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
