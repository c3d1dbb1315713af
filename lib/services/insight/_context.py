"""What a question of analysts is asked in: the version, the view, the place, what is withheld."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from lib import clock
from lib.domain import formats, periods
from lib.domain.insight import privacy
from lib.domain.insight.answers import Column, Line, Table
from lib.domain.insight.privacy import HouseCount
from lib.domain.insight.view import Place, View
from lib.facts.questions import places
from lib.facts.questions.places import HouseRow
from lib.facts.questions.scope import Scope
from lib.facts.reader import Facts

_TOTAL = "Всего"
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


class Level(NamedTuple):
    """The part of the place that a table goes down to: its heading and its Russian name."""

    name: str
    heading: str


ORGANIZATION = Level("organization", "Организация")
STREET = Level("street", "Улица")
HOUSE = Level("house", "Дом")


def make_context(facts: Facts, view: View, *, latest: dt.date) -> Context:
    """Put together what the questions of a screen share."""
    everything = {row.house: row for row in places.list_houses(facts)}
    inside = {key: row for key, row in everything.items() if _is_inside(row, view.place)}
    counts = _count_accounts(facts, view)
    return Context(
        facts=facts,
        view=view,
        today=clock.today(),
        latest=latest,
        houses=inside,
        organizations={row.key: row.name for row in places.list_organizations(facts)},
        withheld=frozenset(privacy.find_withheld_houses(counts)),
        accounts=_find_last(facts, view),
    )


def _count_accounts(facts: Facts, view: View) -> list[HouseCount]:
    """Return the accounts of houses in the months of the view and in those compared with."""
    spans = [(view.since, view.until), view.span_before]
    return [
        count
        for span in spans
        if span
        for count in places.count_accounts(facts, Scope(since=span[0], until=span[1]))
    ]


def _find_last(facts: Facts, view: View) -> dict[int, int]:
    """Return the accounts of each house in the last month of the view that has any."""
    counts: dict[int, int] = {}
    for back in range(min(view.months, 3)):
        month = periods.add_months(view.until, -back)
        for count in places.count_accounts(facts, Scope(since=month, until=month)):
            counts.setdefault(count.house, count.accounts)
    return counts


def _is_inside(row: HouseRow, place: Place) -> bool:
    return (
        place.organization in {None, row.organization}
        and place.street in {None, row.street}
        and place.house in {None, row.house}
    )


def find_level(context: Context) -> Level | None:
    """Return what a table by place is divided by; None: the view is a house already.

    A level with one part is skipped: a city of one organisation begins with its streets.
    """
    place = context.view.place
    if place.house is not None:
        return None
    if place.street is not None:
        return HOUSE
    if place.organization is not None or context.facts.organization is not None:
        return STREET
    return ORGANIZATION


def divide_by_place(
    context: Context,
    columns: Sequence[Column],
    values: Mapping[int, tuple[Decimal | None, ...]],
) -> Table | None:
    """Return a table of the parts of the place, made of values of houses.

    Houses of few accounts are added up into one line that is not told apart, at every level.

    Args:
        context: of the screen.
        columns: of the table.
        values: additive values by house; houses outside the place are left out.

    Returns:
        None if the view is a house already.
    """
    level = find_level(context)
    if level is None:
        return None
    shown: dict[str, list[int]] = {}
    hidden: list[int] = []
    for house in values:
        if house not in context.houses:
            continue
        if house in context.withheld:
            hidden.append(house)
        else:
            shown.setdefault(_name(context, house, level), []).append(house)
    lines = tuple(
        Line(
            name,
            _add(values, houses),
            sum(context.accounts.get(house, 0) for house in houses),
            leads=lead_to(context, houses[0], level),
        )
        for name, houses in shown.items()
    )
    together = sum(context.accounts.get(house, 0) for house in hidden)
    withheld = None
    if hidden and together >= privacy.FEWEST:
        count = formats.format_count(len(hidden), "дом", "дома", "домов")
        withheld = Line(f"{count}, где мало счетов", _add(values, hidden), together)
    every = [house for house in values if house in context.houses]
    is_whole = not hidden or withheld is not None
    total = Line(_TOTAL, _add(values, every), context.all_accounts) if is_whole else None
    return Table(level.heading, tuple(columns), lines, withheld, total)


def lead_to(context: Context, house: int, level: Level) -> View:
    """Return the view of the part of the place that a house is in."""
    row, view = context.houses[house], context.view
    place = {
        ORGANIZATION: Place(row.organization),
        STREET: Place(row.organization, row.street),
        HOUSE: Place(row.organization, row.street, row.house),
    }[level]
    return view.change(place=place, sort=None)


def _name(context: Context, house: int, level: Level) -> str:
    row = context.houses[house]
    if level is ORGANIZATION:
        return context.organizations.get(row.organization, str(row.organization))
    return row.street if level is STREET else row.name


def _add(
    values: Mapping[int, tuple[Decimal | None, ...]], houses: Iterable[int]
) -> tuple[Decimal | None, ...]:
    return privacy.add_values([Line("", values[house], 0) for house in houses])


def join_values(
    houses: Collection[int], *parts: Mapping[int, tuple[Decimal | None, ...]]
) -> dict[int, tuple[Decimal | None, ...]]:
    """Put values of houses side by side; a house without values of a part has None there."""
    widths = [len(next(iter(part.values()), ())) for part in parts]
    return {
        house: tuple(
            value
            for part, width in zip(parts, widths, strict=True)
            for value in part.get(house, (None,) * width)
        )
        for house in houses
        if any(house in part for part in parts)
    }
