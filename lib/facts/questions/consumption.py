"""Questions of «Потребление»: how much of a service was used, where, and how it was measured."""

import datetime as dt
from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import NamedTuple

from lib.facts.questions.scope import Scope
from lib.facts.reader import Facts


class ServiceUse(NamedTuple):
    """A service over the months of the scope; what follows ``accrued`` adds up over months.

    ``fewest`` is how many accounts had it in its weakest month.
    """

    service: int
    name: str
    unit: str
    accrued: Decimal
    own: Decimal | None
    residents: Decimal | None
    accounts: Decimal
    unread: Decimal
    fewest: int


class HouseUsers(NamedTuple):
    """How many accounts of a house had a service in its weakest month."""

    name: str
    unit: str
    organization: int
    house: int
    accounts: int


class Use(NamedTuple):
    """A house or a month: what was used, by how many people, on what area, and how measured.

    Residents, areas and accounts are those of each month, added up.
    """

    house: int | None
    period: dt.date | None
    own: Decimal | None
    residents: Decimal | None
    area: Decimal | None
    accounts: Decimal
    metered: Decimal
    averaged: Decimal
    by_norm: Decimal


class Balance(NamedTuple):
    """A house or a month: the meter of the house against its flats, where both are known."""

    house: int | None
    period: dt.date | None
    metered: Decimal
    premises: Decimal
    common: Decimal | None


class Sent(NamedTuple):
    """A channel or a day of the month: how many readings, and from how many accounts at least."""

    name: str
    readings: Decimal
    accounts: int


class Senders(NamedTuple):
    """How many accounts sent readings."""

    accounts: int


class OrganizationUsers(NamedTuple):
    """A channel or a day in an organisation: from how many accounts at least."""

    name: str
    organization: int
    accounts: int


_USED = "basis IN ('meter', 'house')"  # what is charged by area or person is not used up
_COUNT = "::DECIMAL(18, 0)"
_JOINED = "charges_by_house c JOIN house_months m USING (period, organization, house)"
_LEAST = "min(accounts)::INTEGER"
# a channel needs its accounts in each month; a day of the month has them from all months
_BY = {
    "channel": "source AS name, period AS part FROM readings WHERE coalesce(zone, 1) = 1",
    "taken": "day(taken_on)::VARCHAR AS name, NULL AS part FROM readings "
    "WHERE coalesce(zone, 1) = 1",
    "submitted": "day(submitted_on)::VARCHAR AS name, NULL AS part FROM submissions "
    "WHERE status <> 'superseded'",
}


def list_services(facts: Facts, scope: Scope) -> list[ServiceUse]:
    """Return the services that are used up, the largest sum first."""
    question = (
        "SELECT service, any_value(s.name) AS name, any_value(s.unit) AS unit, "
        "sum(accrued) AS accrued, sum(own) AS own, "
        f"sum(residents){_COUNT} AS residents, sum(accounts){_COUNT} AS accounts, "
        f"sum(unread){_COUNT} AS unread, min(accounts)::INTEGER AS fewest "
        "FROM (SELECT period, c.service, sum(c.accrued) AS accrued, sum(volume_own) AS own, "
        "sum(m.residents) AS residents, sum(c.accounts) AS accounts, "
        f"sum(averaged) + sum(by_norm) AS unread FROM {_JOINED} "
        f"WHERE {scope.match_place()} AND {scope.match_group()} GROUP BY 1, 2) "
        f"JOIN services s USING (service) WHERE {_USED} GROUP BY 1 ORDER BY 4 DESC, 1"
    )
    return facts.ask(question, ServiceUse, scope.bind(question))


def count_users_by_house(facts: Facts, scope: Scope, *, fewest: int) -> list[HouseUsers]:
    """Return the accounts by house of the services that some house has few accounts of.

    Args:
        facts: the version.
        scope: its months alone count, and all houses.
        fewest: fewer accounts are few.
    """
    question = (
        "SELECT s.name, s.unit, organization, house, accounts FROM (SELECT service, organization, "
        "house, min(accounts)::INTEGER AS accounts FROM charges_by_house "
        "WHERE period BETWEEN $since AND $until AND accounts > 0 GROUP BY 1, 2, 3) "
        f"JOIN services s USING (service) WHERE {_USED} "
        "QUALIFY min(accounts) OVER (PARTITION BY s.name) < $fewest ORDER BY 1, 2, 3, 4"
    )
    return facts.ask(question, HouseUsers, scope.bind(question, fewest=fewest))


def sum_uses(facts: Facts, scope: Scope, services: Sequence[int]) -> list[Use]:
    """Return what was used in each house and in each month, the oldest month first."""
    question = (
        f"SELECT house, period, sum(own) AS own, sum(residents){_COUNT} AS residents, "
        f"sum(area) AS area, sum(accounts){_COUNT} AS accounts, sum(metered){_COUNT} AS metered, "
        f"sum(averaged){_COUNT} AS averaged, sum(by_norm){_COUNT} AS by_norm FROM (SELECT period, house, sum(volume_own) AS own, "
        "any_value(m.residents) AS residents, any_value(m.area) AS area, "
        "sum(c.accounts) AS accounts, sum(metered) AS metered, sum(averaged) AS averaged, "
        f"sum(by_norm) AS by_norm FROM {_JOINED} "
        f"WHERE {scope.match_place()} AND service IN (SELECT unnest($services)) "
        "GROUP BY period, organization, house) GROUP BY GROUPING SETS ((house), (period)) "
        "ORDER BY 2, 1"
    )
    return facts.ask(question, Use, scope.bind(question, services=list(services)))


def sum_balances(facts: Facts, scope: Scope, services: Sequence[int]) -> list[Balance]:
    """Return the meter of the house and its flats, by house and by month, the oldest first."""
    question = (
        "SELECT house, period, sum(metered) AS metered, sum(premises) AS premises, "
        f"sum(common) AS common FROM house_volumes WHERE {scope.match_place()} "
        "AND service IN (SELECT unnest($services)) AND metered IS NOT NULL "
        "AND premises IS NOT NULL GROUP BY GROUPING SETS ((house), (period)) ORDER BY 2, 1"
    )
    return facts.ask(question, Balance, scope.bind(question, services=list(services)))


def count_sent(
    facts: Facts, scope: Scope, services: Sequence[int] | None, *, by: str
) -> list[Sent]:
    """Return how many readings came; those of two zones of a dial are one.

    Args:
        facts: the version.
        scope: the place and the months.
        services: keys; None means all.
        by: «channel», «taken» or «submitted»: the last two are days of the month.
    """
    question = (
        f"SELECT name, sum(readings){_COUNT} AS readings, {_LEAST} AS accounts FROM "
        "(SELECT name, part, count(*) AS readings, count(DISTINCT account) AS accounts "
        f"FROM {_select_sent(scope, services, by)} GROUP BY 1, 2) GROUP BY 1 ORDER BY 1"
    )
    return facts.ask(question, Sent, scope.bind(question, services=list(services or ())))


def count_senders(
    facts: Facts, scope: Scope, services: Sequence[int] | None, *, by: str, names: Collection[str]
) -> int:
    """Return from how many accounts the readings of some channels or days came at least."""
    question = (
        f"SELECT coalesce({_LEAST}, 0) AS accounts FROM (SELECT part, "
        "count(DISTINCT account) AS accounts "
        f"FROM {_select_sent(scope, services, by)} WHERE name IN (SELECT unnest($names)) "
        "GROUP BY 1)"
    )
    parameters = scope.bind(question, services=list(services or ()), names=sorted(names))
    return facts.ask(question, Senders, parameters)[0].accounts


def count_senders_by_organization(
    facts: Facts, scope: Scope, services: Sequence[int] | None, *, by: str
) -> list[OrganizationUsers]:
    """Return from how many accounts of each organisation the readings came at least."""
    question = (
        f"SELECT name, organization, {_LEAST} AS accounts FROM (SELECT name, organization, "
        "part, count(DISTINCT account) AS accounts "
        f"FROM {_select_sent(scope, services, by)} GROUP BY 1, 2, 3) GROUP BY 1, 2 ORDER BY 1, 2"
    )
    parameters = scope.bind(question, services=list(services or ()))
    return facts.ask(question, OrganizationUsers, parameters)


def _select_sent(scope: Scope, services: Sequence[int] | None, by: str) -> str:
    of_services = "" if services is None else " AND service IN (SELECT unnest($services))"
    return f"(SELECT organization, account, {_BY[by]} AND {scope.match_place()}{of_services})"
