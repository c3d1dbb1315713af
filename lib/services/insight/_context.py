"""What a question of analysts is asked in: the version, the view, the place, what is withheld."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from lib import clock
from lib.domain.insight import privacy
from lib.domain.insight.privacy import HouseCount
from lib.domain.insight.view import Place, View
from lib.facts.questions import places
from lib.facts.questions.places import HouseRow
from lib.facts.questions.scope import Scope
from lib.facts.reader import Facts

FEW = (
    "В этой выборке меньше 10 лицевых счетов или её можно получить вычитанием: такие цифры "
    "не показываются. Уберите один из фильтров."
)


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
    """

    facts: Facts
    view: View
    today: dt.date
    latest: dt.date
    houses: Mapping[int, HouseRow]
    organizations: Mapping[int, str]
    withheld: frozenset[int]
    accounts: Mapping[int, int]

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
        """Return the same filters over the compared months; None if nothing is compared."""
        span = self.view.span_before
        return self.scope.change(since=span[0], until=span[1]) if span else None

    @property
    def all_accounts(self) -> int:
        """Return how many accounts the place has in the last month of the view."""
        return sum(self.accounts.get(house, 0) for house in self.houses)

    def find_refusal(self) -> str:
        """Return why nothing of this view may be shown; empty if it may."""
        place = self.view.place
        if place.house is not None and place.house in self.withheld:
            return FEW
        if place != Place() and not set(self.houses) - self.withheld:
            return FEW
        if self.all_accounts < privacy.FEWEST:
            return FEW
        return FEW if self._has_few() else ""

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

    Which houses are withheld depends on no filter: two views never show a house between them.
    """
    everything = {row.house: row for row in places.list_houses(facts)}
    inside = {key: row for key, row in everything.items() if _is_inside(row, view.place)}
    counts = places.list_fewest(facts)
    # people pay and write from houses, too, that no closed month tells of yet
    known = {count.house for count in counts}
    unknown = [
        HouseCount(row.organization, row.street, row.house, 1)
        for row in everything.values()
        if row.house not in known
    ]
    return Context(
        facts=facts,
        view=view,
        today=clock.today(),
        latest=latest,
        houses=inside,
        organizations={row.key: row.name for row in places.list_organizations(facts)},
        withheld=frozenset(privacy.find_withheld_houses([*counts, *unknown])),
        accounts=dict(places.count_accounts(facts, view.since, view.until)),
    )


def _is_inside(row: HouseRow, place: Place) -> bool:
    return (
        place.organization in {None, row.organization}
        and place.street in {None, row.street}
        and place.house in {None, row.house}
    )
