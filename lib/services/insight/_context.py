"""What a question of analysts is asked in: the version, the view, the place, what is withheld."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from lib import clock
from lib.domain import formats, periods
from lib.domain.insight import privacy
from lib.domain.insight.hidden_places import Key, is_hidden
from lib.domain.insight.privacy import HouseCount
from lib.domain.insight.view import Place, View
from lib.facts.questions import filter_counts, places
from lib.facts.questions.place_counts import Tree
from lib.facts.questions.places import HouseRow
from lib.facts.questions.scope import Scope
from lib.facts.reader import Facts
from lib.services.insight._hidden_filters import find_few_of_filters
from lib.services.insight._tree import find_hidden, get_key, make_tree

FEW = (
    "В этой выборке меньше 10 лицевых счетов или её можно получить вычитанием: такие цифры "
    "не показываются. Уберите один из фильтров."
)
NO_DATA = "За эти месяцы данных нет."


@dataclass(frozen=True, slots=True)
class Context:
    """Everything that the questions of a screen share.

    Attributes:
        facts: the version that is read.
        view: the filters.
        today: the day of the centre.
        latest: the latest month that all organisations have closed.
        houses: the houses of the place, by key.
        organizations: names of the organisations that the analyst may see, by key.
        withheld: houses that are shown on no screen.
        accounts: accounts of each house in the last month of the view.
        tree: where all houses stand, whatever the place is; down to the parts of the place.
        few_with_filter: places that the filters leave few accounts of, and what would tell them.
        unlike: houses whose months are not those of the compared period; None among them: the
            place has other months then and now, and is not compared as a whole.
    """

    facts: Facts
    view: View
    today: dt.date
    latest: dt.date
    houses: Mapping[int, HouseRow]
    organizations: Mapping[int, str]
    withheld: frozenset[int]
    accounts: Mapping[int, int]
    tree: Tree
    few_with_filter: frozenset[Key] = frozenset()
    unlike: frozenset[int | None] = frozenset()

    @property
    def scope(self) -> Scope:
        """Return the filters of the view, for questions."""
        view, place = self.view, self.view.place
        return Scope(
            since=view.since,
            until=view.until,
            houses=tuple(self.houses) if place != Place() else None,
            group=view.group,
            service=view.service,
            channel=view.channel,
        )

    @property
    def scope_before(self) -> Scope | None:
        """Return the same filters over the compared months; None if nothing is compared.

        Sums are compared like with like: each month has its own in both periods, or none has.
        """
        return None if None in self.unlike else self.scope_by_month

    @property
    def scope_by_month(self) -> Scope | None:
        """Return the filters over the compared months where month stands against month.

        Some of them may be missing in the data.
        """
        span = self.view.span_before
        return self.scope.change(since=span[0], until=span[1]) if span else None

    @property
    def spans(self) -> Sequence[tuple[dt.date, dt.date]]:
        """Return the months of the view and, if there are any, the compared ones."""
        span, before = (self.view.since, self.view.until), self.view.span_before
        return [span, before] if before else [span]

    @property
    def all_accounts(self) -> int:
        """Return how many accounts the place has in the last month of the view."""
        return sum(self.accounts.get(house, 0) for house in self.houses)

    def find_refusal(self) -> str:
        """Return why nothing of this view may be shown; empty if it may."""
        place = self.view.place
        if not any(self.accounts.values()):
            return self._tell_months()
        if place.house is not None and place.house in self.withheld:
            return FEW
        if place != Place() and not set(self.houses) - self.withheld:
            return FEW
        if is_hidden(get_key(place), self.few_with_filter):
            return FEW
        if self.all_accounts < privacy.FEWEST or self._has_small_month():
            return FEW
        return FEW if self._has_few() else ""

    def _tell_months(self) -> str:
        """Return that nobody has data for the months of the view, and which months have any."""
        first, last = places.find_span(self.facts, self.scope.change(houses=None))
        if first is None or last is None:
            return NO_DATA
        return (
            f"{NO_DATA} Данные есть с {formats.format_period_genitive(first)} по "
            f"{formats.format_period(last)}. Выберите эти месяцы."
        )

    def _has_small_month(self) -> bool:
        """Tell whether the place has few accounts in a month of the view, or of those before."""
        scopes = [scope for scope in (self.scope, self.scope_by_month) if scope]
        fewest = [places.count_fewest(self.facts, scope) for scope in scopes]
        return any(0 < count < privacy.FEWEST for count in fewest)

    def _has_few(self) -> bool:
        """Tell whether a filter of the view leaves few accounts, or leaves few out."""
        view, scope = self.view, self.scope
        if view.channel:
            counts = {row.name: row.accounts for row in places.count_payers(self.facts, scope)}
            if view.channel in privacy.find_withheld(counts):
                return True
        for chosen, by in ((view.group, "groups"), (view.service, "services")):
            if chosen:
                users = places.count_users(self.facts, scope, by=by)
                if chosen in privacy.find_withheld({row.name: row.accounts for row in users}):
                    return True
        return False


def make_context(facts: Facts, view: View, *, latest: dt.date) -> Context:
    """Put together what the questions of a screen share.

    Which houses are withheld does not depend on the months of the view: two views never show a
    house between them. A house without anything in these months is not shown either.
    """
    everything = {row.house: row for row in places.list_houses(facts)}
    inside = {key: row for key, row in everything.items() if _is_inside(row, view.place)}
    fewest = {count.house: count for count in places.list_fewest(facts)}
    span = (view.since, view.until)
    active = {row.house for row in places.list_active(facts, [span, view.span_before or span])}
    counts = [
        # people pay and write from houses, too, that no closed month tells of yet
        fewest.get(house) or HouseCount(row.organization, row.street, house, 1)
        for house, row in everything.items()
    ]
    together = [row.houses for row in places.list_together(facts)]
    always = privacy.find_always_withheld(counts, together)
    depth = len(get_key(view.place)) or (facts.organization is not None)
    context = Context(
        facts=facts,
        view=view,
        today=clock.today(),
        latest=latest,
        houses=inside,
        organizations={row.key: row.name for row in places.list_organizations(facts)},
        withheld=frozenset(always | (set(everything) - active)),
        accounts=dict(places.count_accounts(facts, view.since, view.until)),
        tree=make_tree(everything, always, _find_place(facts, view), depth=min(depth + 1, 3)),
    )
    few = _find_few_with_filter(context)
    return replace(context, unlike=_find_unlike(context), few_with_filter=few)


def _find_place(facts: Facts, view: View) -> Place:
    """Return the place of the view; all that an analyst of one organisation sees is that."""
    return view.place if view.place.organization else Place(facts.organization)


def _find_few_with_filter(context: Context) -> frozenset[Key]:
    rows = filter_counts.count_filtered(
        context.facts, context.tree, context.scope, latest=context.latest
    )
    few = find_few_of_filters(context.facts, context.tree, context.scope, context.spans)
    return few.union(*find_hidden(rows).values())


def _find_unlike(context: Context) -> frozenset[int | None]:
    before = context.scope_by_month
    if before is None:
        return frozenset()
    back = periods.count_months(before.since, context.view.since)
    rows = places.compare_months(context.facts, context.scope, before, back=back)
    return frozenset(row.house for row in rows if not row.is_same)


def _is_inside(row: HouseRow, place: Place) -> bool:
    return (
        place.organization in {None, row.organization}
        and place.street in {None, row.street}
        and place.house in {None, row.house}
    )
