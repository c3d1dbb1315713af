"""Places whose debt, its overdue or old part, or overpayments are those of few accounts.

It is decided for each month's end by itself, so no two views hide different places of a month.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lib.domain.insight import hidden_places
from lib.domain.insight.hidden_places import Key
from lib.facts.questions import debtors, places
from lib.facts.questions.debt_lines import DebtDay
from lib.facts.questions.debtors import CURRENT, OLD, OVERDUE, OVERPAID, OWED, RECENT
from lib.facts.questions.place_counts import CountRow, Tree
from lib.services.insight._context import Context
from lib.services.insight._tree import Figure, find_hidden, get_key, move_tree

# places by the month and the figure that is hidden of them
Hidden = Mapping[Figure, frozenset[Key]]
# the groups or ages that are hidden of each place
Parts = dict[Figure, dict[Key, set[str]]]
_NOWHERE: frozenset[Key] = frozenset()
# with a part of a debt, what is left of the debt without it is hidden, and so on
_WITH = {
    OWED: (OWED,),
    OVERDUE: (OWED, OVERDUE, CURRENT),
    OLD: (OWED, OVERDUE, CURRENT, OLD, RECENT),
    OVERPAID: (OVERPAID,),
}


@dataclass(frozen=True, slots=True)
class HiddenDebts:
    """Places by the month and the figure that is hidden of them; ``key`` is the view's place."""

    places: Hidden
    key: Key

    def list_places(self, figure: str, month: dt.date | None) -> frozenset[Key]:
        """Return the places that a figure of a month is hidden of."""
        return self.places.get((month, figure), _NOWHERE)

    def hides(self, figure: str, month: dt.date) -> bool:
        """Tell whether a figure of the view's place is hidden at the end of a month."""
        return hidden_places.is_hidden(self.key, self.list_places(figure, month))


def find_hidden_debts(
    context: Context, months: Iterable[dt.date], *, is_divided: bool = False
) -> HiddenDebts:
    """Return which debts are hidden at the end of some months.

    Args:
        context: of the screen.
        months: each for itself.
        is_divided: of the parts of the place too.
    """
    key = get_key(context.view.place)
    tree = move_tree(context.tree, context.tree.depth if is_divided else len(key))
    wanted = sorted(set(months))
    found = _close(find_hidden(debtors.count_debtors(context.facts, tree, context.scope, wanted)))
    if context.view.group or context.view.service:
        names = places.list_chosen_groups(context.facts, context.scope)
        for figure, parts in find_hidden_groups(context, tree, wanted).items():
            few = {place for place, hidden in parts.items() if hidden & names}
            found[figure] = found.get(figure, _NOWHERE) | few
    return HiddenDebts(found, key)


def find_hidden_on(context: Context, at: DebtDay) -> HiddenDebts:
    """Return which debts of the place and of its parts are hidden on a day within a month."""
    rows = debtors.count_debtors_on(context.facts, context.tree, context.scope, at)
    return HiddenDebts(_close(find_hidden(rows)), get_key(context.view.place))


def find_hidden_groups(
    context: Context, tree: Tree, months: list[dt.date], whole: Hidden | None = None
) -> Parts:
    """Return of which groups a figure of a place is hidden, whatever group is chosen.

    Args:
        context: of the screen.
        tree: the places.
        months: the end of each for itself.
        whole: places of which a figure of all groups is hidden; None: not known yet.
    """
    if whole is None:
        everything = context.scope.change(group=None, service=None)
        rows = debtors.count_debtors(context.facts, tree, everything, months)
        whole = _close(find_hidden(rows))
    parts = find_hidden_parts(debtors.count_groups(context.facts, tree, months), whole)
    closed: Parts = {}
    for month in months:
        for figure, others in _WITH.items():
            cells: dict[Key, set[str]] = {}
            for other in others:
                for key, names in parts.get((month, other), {}).items():
                    cells.setdefault(key, set()).update(names)
            closed[month, figure] = cells
    return closed


def find_hidden_parts(rows: Iterable[CountRow], whole: Hidden) -> Parts:
    """Return the hidden parts of places, given the places of which the whole is hidden."""
    counts: dict[Figure, dict[Key, dict[str, int]]] = {}
    for row in rows:
        of_figure = counts.setdefault((row.period, row.figure), {})
        of_figure.setdefault(row.key, {})[row.part or ""] = row.accounts
    return {
        figure: hidden_places.find_hidden_parts(known, whole.get(figure, _NOWHERE))
        for figure, known in counts.items()
    }


def _close(found: Hidden) -> dict[Figure, frozenset[Key]]:
    return {
        (month, figure): frozenset().union(*(found.get((month, one), ()) for one in others))
        for month in {month for month, _ in found}
        for figure, others in _WITH.items()
    }
