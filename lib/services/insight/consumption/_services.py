"""The service that «Потребление» is about, and the houses that have few accounts with it."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from lib.domain.insight import privacy
from lib.domain.insight.privacy import HouseCount
from lib.facts.questions import consumption as questions
from lib.facts.questions import places
from lib.facts.questions.consumption import ServiceUse
from lib.services.insight._context import Context
from lib.services.insight._shared_accounts import get_spans

# units as billing centres write them
_UNITS = {"куб": "м³", "м3": "м³", "м³": "м³", "квт": "кВт·ч", "гкал": "Гкал"}
_Name = tuple[str, str]


@dataclass(frozen=True, slots=True)
class UsedService:
    """A service that is used up; services of several senders with one name and unit are one.

    Attributes:
        name: as billing names it.
        unit: in which all its volumes are.
        keys: of the services in the facts.
        accrued: what was charged for it in the months of the view.
        values: used, residents, accounts, accounts without readings or by norm; over all months.
        fewest: its accounts in the weakest month.
    """

    name: str
    unit: str
    keys: tuple[int, ...]
    accrued: Decimal
    values: tuple[Decimal | None, ...]
    fewest: int

    @property
    def title(self) -> str:
        """Return its name with the unit."""
        return f"{self.name}, {self.unit}"


@dataclass(frozen=True, slots=True)
class FewUsers:
    """A service that some houses have few accounts of: the houses with it, and those withheld."""

    users: frozenset[int]
    withheld: frozenset[int]


def list_used(context: Context) -> tuple[list[UsedService], list[UsedService]]:
    """Return the services that are used up, now and before, the largest sum first."""
    rows = questions.list_services(context.facts, get_spans(context))
    return _join_senders([row for row in rows if row.is_now]), _join_senders(
        [row for row in rows if not row.is_now]
    )


def _join_senders(rows: Sequence[ServiceUse]) -> list[UsedService]:
    joined: defaultdict[_Name, list[ServiceUse]] = defaultdict(list)
    for row in rows:
        joined[row.name, _name_unit(row.unit)].append(row)
    found = [_join(name, rows) for name, rows in joined.items()]
    return sorted(found, key=lambda service: -service.accrued)


def _join(name: _Name, rows: Sequence[ServiceUse]) -> UsedService:
    columns = zip(
        *((row.own, row.residents, row.accounts, row.unread) for row in rows), strict=True
    )
    return UsedService(
        *name,
        keys=tuple(sorted(row.service for row in rows)),
        accrued=sum((row.accrued for row in rows), Decimal(0)),
        values=tuple(_add(values) for values in columns),
        fewest=sum(row.fewest for row in rows),
    )


def _add(values: Sequence[Decimal | None]) -> Decimal | None:
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) if known else None


def _name_unit(unit: str) -> str:
    lower = unit.strip().lower()
    return next((sign for word, sign in _UNITS.items() if re.match(word, lower)), unit)


def find_few_users(context: Context) -> dict[_Name, FewUsers]:
    """Return the services that some houses have few accounts of.

    A house may have many accounts and few of a service. What is asked of all houses holds for
    every place, so nothing can be had by going up or down.
    """
    rows = {(row.organization, row.house): row for row in places.list_houses(context.facts)}
    counts: defaultdict[_Name, list[HouseCount]] = defaultdict(list)
    found = questions.count_users_by_house(context.facts, get_spans(context), fewest=privacy.FEWEST)
    for row in found:
        house = rows.get((row.organization, row.house))
        if house is not None:
            counts[row.name, _name_unit(row.unit)].append(
                HouseCount(row.organization, house.street, row.house, row.accounts)
            )
    return {
        name: FewUsers(
            frozenset(count.house for count in known),
            frozenset(privacy.find_withheld_houses(known)),
        )
        for name, known in counts.items()
    }


def is_shown(context: Context, service: UsedService, few: Mapping[_Name, FewUsers]) -> bool:
    """Tell whether anything of a service may be shown in the place of the view."""
    houses = set(context.houses) - context.withheld
    found = few.get((service.name, service.unit))
    if found is not None:
        houses &= found.users - found.withheld
    return service.fewest >= privacy.FEWEST and bool(houses)


def narrow(context: Context, service: UsedService, few: Mapping[_Name, FewUsers]) -> Context:
    """Return the context in which houses with few accounts of a service are withheld."""
    found = few.get((service.name, service.unit))
    if found is None:
        return context
    return replace(context, withheld=context.withheld | found.withheld)
