"""Groups of services and ages of which a place has few debtors, and what would tell of them."""

from dataclasses import dataclass

from lib.domain.insight import hidden_places
from lib.domain.insight.debt_ages import Ages
from lib.domain.insight.hidden_places import Key
from lib.facts.questions import debtors, places
from lib.facts.questions.debt_lines import DebtDay
from lib.facts.questions.debtors import OWED
from lib.facts.questions.place_counts import Tree
from lib.services.insight import _hidden_debts
from lib.services.insight._context import Context
from lib.services.insight._hidden_debts import Hidden, HiddenDebts
from lib.services.insight._tree import get_key, move_tree


@dataclass(frozen=True, slots=True)
class HiddenParts:
    """What is hidden of the view's place on a day.

    Attributes:
        groups: names of groups by the figure.
        groups_before: those whose debt is hidden on the compared day.
        ages: numbers of ages; None: none is shown.
        ages_before: those that are hidden on the compared day.
    """

    groups: dict[str, set[str]]
    groups_before: set[str]
    ages: set[int] | None
    ages_before: set[int] | None


def find_hidden_parts(
    context: Context, at: DebtDay, before: DebtDay | None, ages: Ages, hidden: HiddenDebts
) -> HiddenParts:
    """Return the groups and the ages that are hidden.

    Within a month, where all places are shown together, their own counts decide.

    Args:
        context: of the screen.
        at: the day.
        before: the compared day.
        ages: on the day.
        hidden: places of which the whole debt is hidden on these days.
    """
    key = get_key(context.view.place)
    tree = move_tree(context.tree, len(key))
    ends = [day.month for day in (at, before) if day and day.is_end]
    is_filtered = bool(context.view.group or context.view.service)
    whole = None if is_filtered else hidden.places
    found = _hidden_debts.find_hidden_groups(context, tree, ends, whole)
    then = found.get((before.month if before else None, OWED), {}).get(key, set())
    groups = {
        figure: parts.get(key, set())
        for (month, figure), parts in found.items()
        if at.is_end and month == at.month
    }
    of_ages = (
        _find_ages(context, tree, day, Ages(day.day, ages.bounds), whole)
        if day and day.is_end
        else set()
        for day in (at, before)
    )
    return HiddenParts(groups, then, *of_ages)


def _find_ages(
    context: Context, tree: Tree, at: DebtDay, ages: Ages, whole: Hidden | None
) -> set[int] | None:
    if whole is None:  # ages of a group
        return None if tree.depth else _find_ages_of_group(context, at, ages)
    rows = debtors.count_ages(context.facts, tree, at.month, ages)
    parts = _hidden_debts.find_hidden_parts(rows, whole).get((at.month, OWED), {})
    return {int(name) for name in parts.get(get_key(context.view.place), ())}


def _find_ages_of_group(context: Context, at: DebtDay, ages: Ages) -> set[int]:
    """Return the hidden ages of the chosen group: those of all groups add up to the whole."""
    chosen = places.list_chosen_groups(context.facts, context.scope)
    counts: dict[Key, dict[str, int]] = {(): {}}
    for row in debtors.count_ages_by_group(context.facts, at.month, ages):
        name = "" if row.group in chosen else row.group
        known = counts.setdefault((name,), {})
        known[str(row.age)] = known.get(str(row.age), 0) + row.accounts
        counts[()][str(row.age)] = counts[()].get(str(row.age), 0) + row.accounts
    found = hidden_places.find_hidden_parts(counts, ())
    return {int(name) for name in found.get(("",), ())}
