"""Questions of «Обращения»: how many there are, about what, and how soon they are answered.

Orders of paid services are not among them. ``is_now`` tells the months of the view from those
that they are compared with.
"""

import datetime as dt
from decimal import Decimal
from typing import NamedTuple

from lib.facts.questions.spans import Spans
from lib.facts.reader import Facts


class HouseAppeals(NamedTuple):
    """A house and how many appeals came from it."""

    is_now: bool
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

    is_now: bool
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
    """Appeals of a month with a topic, a rating or an answering organisation, and who wrote."""

    is_now: bool
    name: str
    period: dt.date
    appeals: Decimal
    dated: Decimal
    late: Decimal
    reopened: Decimal
    rated: Decimal
    stars: Decimal | None
    accounts: int


class OrganizationWriters(NamedTuple):
    """Who wrote about a topic, or rated so, from the houses of an organisation, at least."""

    name: str
    organization: int
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
    "WHERE o.organization = appeals.organization), 'без названия')",
}


def _measure(days: str, share: str) -> str:
    return f"quantile_cont({days}, {share})::DECIMAL(14, 2)"


def _match(spans: Spans) -> str:
    return f"kind = 'appeal' AND {spans.match()}"


def count_by_house(facts: Facts, spans: Spans) -> list[HouseAppeals]:
    """Return how many appeals came from each house."""
    question = (
        f"SELECT is_now, house, count(*){_COUNT} AS appeals FROM appeals {spans.join()} "
        f"WHERE {_match(spans)} GROUP BY 1, 2 ORDER BY 1, 2"
    )
    return facts.ask(question, HouseAppeals, spans.bind(question))


def measure_pace(facts: Facts, spans: Spans, *, today: dt.date) -> list[Pace]:
    """Return the appeals of all months together, then of each month."""
    question = (
        f"SELECT is_now, period, count(*){_COUNT} AS appeals, "
        f"count(DISTINCT account) AS writers, count(answered_at){_COUNT} AS answered, "
        "count(DISTINCT account) FILTER (answered_at IS NOT NULL) AS askers, "
        f"{_measure(_ANSWER, '0.5')} AS answer_half, {_measure(_ANSWER, '0.9')} AS answer_most, "
        f"count(ended_at){_COUNT} AS ended, "
        "count(DISTINCT account) FILTER (ended_at IS NOT NULL) AS enders, "
        f"{_measure(_END, '0.5')} AS end_half, {_measure(_END, '0.9')} AS end_most, {_STATES}, "
        f"count(DISTINCT account) FILTER (rating IS NOT NULL) AS raters, {_STARS} "
        f"FROM appeals {spans.join()} WHERE {_match(spans)} "
        "GROUP BY GROUPING SETS ((is_now), (is_now, period)) ORDER BY 1, 2 NULLS FIRST"
    )
    return facts.ask(question, Pace, spans.bind(question, today=today))


def divide_appeals(facts: Facts, spans: Spans, *, by: str, today: dt.date) -> list[Part]:
    """Return the appeals of each month divided by «topic», «rating» or «organization»."""
    question = (
        f"SELECT is_now, {_BY[by]} AS name, period, count(*){_COUNT} AS appeals, {_STATES}, "
        f"{_STARS}, count(DISTINCT account) AS accounts FROM appeals {spans.join()} "
        f"WHERE {_match(spans)} AND {_BY[by]} IS NOT NULL GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
    )
    return facts.ask(question, Part, spans.bind(question, today=today))


def count_writers(facts: Facts, spans: Spans, *, by: str) -> list[OrganizationWriters]:
    """Return how many accounts wrote in the weakest month, by topic and organisation of houses."""
    question = (
        "SELECT name, organization, min(accounts)::INTEGER AS accounts FROM "
        f"(SELECT is_now, {_BY[by]} AS name, h.organization, period, "
        f"count(DISTINCT account) AS accounts FROM appeals {spans.join()} "
        "JOIN (SELECT house, min(organization) AS organization FROM houses GROUP BY 1) h "
        f"USING (house) WHERE {_match(spans.change(houses=None))} GROUP BY 1, 2, 3, 4) "
        "WHERE name IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2"
    )
    return facts.ask(question, OrganizationWriters, spans.bind(question))
