"""Questions of «Потребление»: how much of a service was used, where, and how it was measured.

``is_now`` tells the months of the view from those that they are compared with.
"""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from lib.facts.questions.spans import Spans
from lib.facts.reader import Facts


class ServiceUse(NamedTuple):
    """A service over a span; what follows ``accrued`` adds up over months.

    ``fewest`` is how many accounts had it in its weakest month.
    """

    is_now: bool
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

    Residents, areas and accounts are those of each month, added up: residents and areas, of the
    months whose volume is known.
    """

    is_now: bool
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

    is_now: bool
    house: int | None
    period: dt.date | None
    metered: Decimal
    premises: Decimal
    common: Decimal | None


class Sent(NamedTuple):
    """A channel in a month, or a day of the month in all months: readings and their accounts."""

    is_now: bool
    name: str
    part: dt.date | None
    readings: Decimal
    accounts: int


class OrganizationSenders(NamedTuple):
    """A channel or a day in an organisation: from how many accounts at least."""

    name: str
    organization: int
    accounts: int


_USED = "basis IN ('meter', 'house')"  # what is charged by area or person is not used up
_COUNT = "::DECIMAL(18, 0)"
# a month whose volume is not known has no people who have used nothing
_IS_KNOWN = "FILTER (volume_own IS NOT NULL)"
_JOINED = "charges_by_house c JOIN house_months m USING (period, organization, house)"
# a dial of two zones is one reading; a channel needs its accounts in each month, a day of the
# month has them from all months
_BY = {
    "channel": "source AS name, period AS part FROM readings WHERE coalesce(zone, 1) = 1",
    "taken": "day(taken_on) AS name, NULL::DATE AS part FROM readings WHERE coalesce(zone, 1) = 1",
    "submitted": "day(submitted_on) AS name, NULL::DATE AS part FROM submissions "
    "WHERE status <> 'superseded'",
}


def list_services(facts: Facts, spans: Spans) -> list[ServiceUse]:
    """Return the services that are used up, the largest sum first."""
    question = (
        "SELECT is_now, service, any_value(s.name) AS name, any_value(s.unit) AS unit, "
        "sum(accrued) AS accrued, sum(own) AS own, "
        f"sum(residents){_COUNT} AS residents, sum(accounts){_COUNT} AS accounts, "
        f"sum(unread){_COUNT} AS unread, min(accounts)::INTEGER AS fewest "
        "FROM (SELECT is_now, period, c.service, sum(c.accrued) AS accrued, "
        f"sum(volume_own) AS own, sum(m.residents) {_IS_KNOWN} AS residents, "
        "sum(c.accounts) AS accounts, "
        f"sum(averaged) + sum(by_norm) AS unread FROM {_JOINED} {spans.join()} "
        f"WHERE {spans.match()} AND {spans.now.match_group()} GROUP BY 1, 2, 3) "
        f"JOIN services s USING (service) WHERE {_USED} GROUP BY 1, 2 ORDER BY 5 DESC, 2"
    )
    return facts.ask(question, ServiceUse, spans.bind(question))


def count_users_by_house(facts: Facts, spans: Spans, *, fewest: int) -> list[HouseUsers]:
    """Return the accounts by house of the services that some house has few accounts of.

    Args:
        facts: the version.
        spans: their months alone count, and all houses.
        fewest: fewer accounts are few.
    """
    everywhere = spans.change(houses=None)
    question = (
        "SELECT s.name, s.unit, organization, house, accounts FROM (SELECT service, organization, "
        f"house, min(accounts)::INTEGER AS accounts FROM charges_by_house {spans.join()} "
        f"WHERE {everywhere.match()} AND accounts > 0 GROUP BY 1, 2, 3) "
        f"JOIN services s USING (service) WHERE {_USED} "
        "QUALIFY min(accounts) OVER (PARTITION BY s.name) < $fewest ORDER BY 1, 2, 3, 4"
    )
    return facts.ask(question, HouseUsers, everywhere.bind(question, fewest=fewest))


def sum_uses(facts: Facts, spans: Spans, services: Sequence[int]) -> list[Use]:
    """Return what was used in each house and in each month, the oldest month first."""
    question = (
        f"SELECT is_now, house, period, sum(own) AS own, sum(residents){_COUNT} AS residents, "
        f"sum(area) AS area, sum(accounts){_COUNT} AS accounts, sum(metered){_COUNT} AS metered, "
        f"sum(averaged){_COUNT} AS averaged, sum(by_norm){_COUNT} AS by_norm "
        "FROM (SELECT is_now, period, house, sum(volume_own) AS own, "
        f"any_value(m.residents) {_IS_KNOWN} AS residents, any_value(m.area) {_IS_KNOWN} AS area, "
        "sum(c.accounts) AS accounts, sum(metered) AS metered, sum(averaged) AS averaged, "
        f"sum(by_norm) AS by_norm FROM {_JOINED} {spans.join()} "
        f"WHERE {spans.match()} AND service IN (SELECT unnest($services)) "
        "GROUP BY is_now, period, organization, house) "
        "GROUP BY GROUPING SETS ((is_now, house), (is_now, period)) ORDER BY 1, 3, 2"
    )
    return facts.ask(question, Use, spans.bind(question, services=list(services)))


def sum_balances(facts: Facts, spans: Spans, services: Sequence[int]) -> list[Balance]:
    """Return the meter of the house and its flats, by house and by month, the oldest first."""
    question = (
        "SELECT is_now, house, period, sum(metered) AS metered, sum(premises) AS premises, "
        f"sum(common) AS common FROM house_volumes {spans.join()} WHERE {spans.match()} "
        "AND service IN (SELECT unnest($services)) AND metered IS NOT NULL "
        "AND premises IS NOT NULL GROUP BY GROUPING SETS ((is_now, house), (is_now, period)) "
        "ORDER BY 1, 3, 2"
    )
    return facts.ask(question, Balance, spans.bind(question, services=list(services)))


def count_sent(
    facts: Facts, spans: Spans, services: Sequence[int] | None, *, by: str
) -> list[Sent]:
    """Return how many readings came; those of two zones of a dial are one.

    Args:
        facts: the version.
        spans: the place and the months.
        services: keys; None means all.
        by: «channel», «taken» or «submitted»: the last two are days of the month.
    """
    if by == "channel" and services is None:
        question = (
            f"SELECT is_now, source AS name, period AS part, sum(readings){_COUNT} AS readings, "
            f"sum(accounts)::BIGINT AS accounts FROM readings_by_channel {spans.join()} "
            f"WHERE {spans.match()} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
        )
        return facts.ask(question, Sent, spans.bind(question))
    question = (
        f"SELECT is_now, name::VARCHAR AS name, part, sum(readings){_COUNT} AS readings, "
        "count(*) AS accounts FROM (SELECT is_now, name, part, account, count(*) AS readings "
        f"FROM {_select_sent(spans, services, by)} GROUP BY 1, 2, 3, 4) "
        "GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
    )
    return facts.ask(question, Sent, spans.bind(question, services=list(services or ())))


def count_senders(
    facts: Facts, spans: Spans, services: Sequence[int] | None, *, by: str
) -> list[OrganizationSenders]:
    """Return from how many accounts of each organisation the readings came at least."""
    if by == "channel" and services is None:
        everywhere = spans.change(houses=None)
        question = (
            "SELECT name, organization, min(accounts)::INTEGER AS accounts FROM (SELECT is_now, "
            "source AS name, organization, period, sum(accounts) AS accounts "
            f"FROM readings_by_channel {spans.join()} WHERE {everywhere.match()} "
            "GROUP BY 1, 2, 3, 4) GROUP BY 1, 2 ORDER BY 1, 2"
        )
        return facts.ask(question, OrganizationSenders, everywhere.bind(question))
    question = (
        "SELECT name::VARCHAR AS name, organization, min(accounts)::INTEGER AS accounts "
        "FROM (SELECT is_now, name, "
        "organization, part, count(DISTINCT account) AS accounts "
        f"FROM {_select_sent(spans.change(houses=None), services, by)} GROUP BY 1, 2, 3, 4) "
        "GROUP BY 1, 2 ORDER BY 1, 2"
    )
    parameters = spans.bind(question, services=list(services or ()))
    return facts.ask(question, OrganizationSenders, parameters)


def _select_sent(spans: Spans, services: Sequence[int] | None, by: str) -> str:
    of_services = "" if services is None else " AND service IN (SELECT unnest($services))"
    return (
        f"(SELECT is_now, organization, account, name, part FROM (SELECT period, organization, "
        f"account, {_BY[by]} AND {spans.match()}{of_services}) {spans.join()})"
    )
