"""Questions of «Обращения»: how many there are, about what, and how soon they are answered.

Orders of paid services are not among them. An account that wrote several times counts once.
"""

import datetime as dt
from collections.abc import Collection
from decimal import Decimal
from typing import NamedTuple

from lib.facts.questions.scope import Scope
from lib.facts.reader import Facts


class HouseAppeals(NamedTuple):
    """A house and how many appeals came from it."""

    house: int
    appeals: Decimal


class Pace(NamedTuple):
    """Appeals of a month, or of all months: how many, from how many accounts, how soon answered.

    Attributes:
        period: the month; None: all months.
        appeals: how many.
        writers: accounts that wrote.
        answered: appeals with a first answer; ``askers``: accounts that have one.
        answer_half: days in which half of them were answered; ``answer_most``: nine of ten.
        ended: appeals that are closed or declined; ``enders``: their accounts.
        end_half: days in which half of them were ended; ``end_most``: nine of ten.
        dated: appeals with a date; ``late``: answered after it, or not answered until today.
        reopened: appeals that were opened again.
        rated: appeals with a rating; ``raters``: their accounts; ``stars``: the sum of ratings.
    """

    period: dt.date | None
    appeals: Decimal
    writers: int
    answered: Decimal
    askers: int
    answer_half: Decimal | None
    answer_most: Decimal | None
    ended: Decimal
    enders: int
    end_half: Decimal | None
    end_most: Decimal | None
    dated: Decimal
    late: Decimal
    reopened: Decimal
    rated: Decimal
    raters: int
    stars: Decimal | None


class Part(NamedTuple):
    """Appeals of a topic, a rating or an answering organisation; accounts of the weakest month."""

    name: str
    appeals: Decimal
    dated: Decimal
    late: Decimal
    reopened: Decimal
    rated: Decimal
    stars: Decimal | None
    accounts: int


class OrganizationWriters(NamedTuple):
    """Who wrote about a topic, or rated so, from the houses of an organisation."""

    name: str
    organization: int
    accounts: int


class Writers(NamedTuple):
    """How many accounts wrote in the weakest month."""

    accounts: int


_COUNT = "::DECIMAL(18, 0)"
_LATE = "due_on IS NOT NULL AND coalesce(answered_at::DATE, ended_at::DATE, $today) > due_on"
_ANSWER = "date_diff('second', sent_at, answered_at) / 86400.0"
_END = "date_diff('second', sent_at, ended_at) / 86400.0"
_STATES = (
    f"count(due_on){_COUNT} AS dated, count(*) FILTER ({_LATE}){_COUNT} AS late, "
    f"count(*) FILTER (reopened > 0){_COUNT} AS reopened, count(rating){_COUNT} AS rated"
)
_STARS = f"sum(rating){_COUNT} AS stars"
_BY = {
    "all": "''",
    "topic": "topic",
    "rating": "rating::VARCHAR",
    "organization": "coalesce((SELECT any_value(o.name) FROM organizations o "
    "WHERE o.organization = appeals.organization), 'организация ' || organization)",
}


def _measure(days: str, share: str) -> str:
    return f"quantile_cont({days}, {share})::DECIMAL(14, 2)"


def _match(scope: Scope) -> str:
    return f"kind = 'appeal' AND {scope.match_place()}"


def count_by_house(facts: Facts, scope: Scope) -> list[HouseAppeals]:
    """Return how many appeals came from each house."""
    question = (
        f"SELECT house, count(*){_COUNT} AS appeals FROM appeals WHERE {_match(scope)} "
        "GROUP BY 1 ORDER BY 1"
    )
    return facts.ask(question, HouseAppeals, scope.bind(question))


def measure_pace(facts: Facts, scope: Scope, *, today: dt.date) -> list[Pace]:
    """Return the appeals of all months together, then of each month."""
    question = (
        f"SELECT period, count(*){_COUNT} AS appeals, count(DISTINCT account) AS writers, "
        f"count(answered_at){_COUNT} AS answered, "
        "count(DISTINCT account) FILTER (answered_at IS NOT NULL) AS askers, "
        f"{_measure(_ANSWER, '0.5')} AS answer_half, {_measure(_ANSWER, '0.9')} AS answer_most, "
        f"count(ended_at){_COUNT} AS ended, "
        "count(DISTINCT account) FILTER (ended_at IS NOT NULL) AS enders, "
        f"{_measure(_END, '0.5')} AS end_half, {_measure(_END, '0.9')} AS end_most, {_STATES}, "
        f"count(DISTINCT account) FILTER (rating IS NOT NULL) AS raters, {_STARS} "
        f"FROM appeals WHERE {_match(scope)} GROUP BY GROUPING SETS ((), (period)) "
        "ORDER BY period NULLS FIRST"
    )
    return facts.ask(question, Pace, scope.bind(question, today=today))


def divide_appeals(facts: Facts, scope: Scope, *, by: str, today: dt.date) -> list[Part]:
    """Return the appeals divided by «topic», «rating» or answering «organization»."""
    question = (
        f"SELECT name, sum(appeals){_COUNT} AS appeals, sum(dated){_COUNT} AS dated, "
        f"sum(late){_COUNT} AS late, sum(reopened){_COUNT} AS reopened, "
        f"sum(rated){_COUNT} AS rated, sum(stars){_COUNT} AS stars, "
        f"min(accounts)::INTEGER AS accounts FROM (SELECT {_BY[by]} AS name, period, "
        f"count(*) AS appeals, {_STATES}, {_STARS}, count(DISTINCT account) AS accounts "
        f"FROM appeals WHERE {_match(scope)} GROUP BY 1, 2) WHERE name IS NOT NULL "
        "GROUP BY 1 ORDER BY 2 DESC, 1"
    )
    return facts.ask(question, Part, scope.bind(question, today=today))


def count_writers(facts: Facts, scope: Scope, *, by: str, names: Collection[str]) -> int:
    """Return how many accounts wrote in the weakest month about some topics together."""
    question = (
        "SELECT coalesce(min(accounts), 0)::INTEGER AS accounts FROM "
        "(SELECT period, count(DISTINCT account) AS accounts FROM "
        f"(SELECT period, account, {_BY[by]} AS name FROM appeals WHERE {_match(scope)}) "
        "WHERE name IN (SELECT unnest($names)) GROUP BY 1)"
    )
    return facts.ask(question, Writers, scope.bind(question, names=sorted(names)))[0].accounts


def count_writers_by_organization(
    facts: Facts, scope: Scope, *, by: str
) -> list[OrganizationWriters]:
    """Return how many accounts wrote in the weakest month, by topic and organisation of houses."""
    question = (
        "SELECT name, organization, min(accounts)::INTEGER AS accounts FROM "
        "(SELECT name, h.organization, period, count(DISTINCT account) AS accounts FROM "
        f"(SELECT period, house, account, {_BY[by]} AS name FROM appeals WHERE {_match(scope)}) "
        "JOIN (SELECT house, min(organization) AS organization FROM houses GROUP BY 1) h "
        "USING (house) WHERE name IS NOT NULL GROUP BY 1, 2, 3) GROUP BY 1, 2 ORDER BY 1, 2"
    )
    return facts.ask(question, OrganizationWriters, scope.bind(question))
