"""Questions of «Собираемость»: what part of what was charged has been paid."""

import datetime as dt
from decimal import Decimal
from typing import NamedTuple

from lib.facts.questions.debt_lines import match_group
from lib.facts.questions.scope import Scope
from lib.facts.reader import Facts


class HousePaid(NamedTuple):
    """A house: charged with penalties, and paid, over the months of the scope.

    ``paid`` is None, here and below, if billing names no payments.
    """

    house: int
    charged: Decimal
    paid: Decimal | None


class MonthPaid(NamedTuple):
    """A month of an organisation: charged with penalties, and paid."""

    organization: int
    period: dt.date
    charged: Decimal
    paid: Decimal | None


class PurposePaid(NamedTuple):
    """What groups are for, or «penalty»: how many accounts have it at least, charged and paid.

    An account whose penalties are all zero has none.
    """

    purpose: str
    accounts: int
    charged: Decimal
    paid: Decimal | None


class MonthArrived(NamedTuple):
    """What has come for a month in the month after it: by the due day, and altogether."""

    period: dt.date
    by_due: Decimal
    altogether: Decimal


_SUMS = "coalesce(sum(total), 0) + coalesce(sum(penalty), 0) AS charged, sum(paid) AS paid"


def sum_by_house(facts: Facts, scope: Scope) -> list[HousePaid]:
    """Return what was charged and paid in each house."""
    question = (
        f"SELECT house, {_SUMS} FROM charges_by_house "
        f"WHERE {scope.match_place()} AND {scope.match_service()} GROUP BY 1"
    )
    return facts.ask(question, HousePaid, scope.bind(question))


def sum_by_month(facts: Facts, scope: Scope) -> list[MonthPaid]:
    """Return what was charged and paid in each month of each organisation, the oldest first."""
    question = (
        f"SELECT organization, period, {_SUMS} FROM charges_by_house "
        f"WHERE {scope.match_place()} AND {scope.match_service()} GROUP BY 1, 2 ORDER BY 2, 1"
    )
    return facts.ask(question, MonthPaid, scope.bind(question))


def sum_by_purpose(facts: Facts, scope: Scope) -> list[PurposePaid]:
    """Return what was charged and paid for housing, utilities, capital repair and penalties.

    A penalty that billing keeps apart has payments of its own; one that is part of a service's
    line has none: they are among those of the service. With such a one among them nobody knows
    what was paid of the penalties.
    """
    question = f"""
WITH lines AS (
    SELECT c.*, g.purpose FROM charges_by_house c
    JOIN (SELECT DISTINCT service_group, purpose FROM groups) g USING (service_group)
    WHERE {scope.match_place("c.period")} AND {scope.match_service()}),
parts AS (
    SELECT period, house, purpose, accounts, total AS charged, paid, NULL AS is_apart FROM lines
    WHERE service IS NOT NULL
    UNION ALL
    SELECT period, house, 'penalty', penalized, penalty, paid, service IS NULL FROM lines
    WHERE penalized > 0)
SELECT purpose, (
        SELECT coalesce(min(accounts), 0) FROM (SELECT sum(accounts) AS accounts FROM (
            SELECT period, house, max(accounts) AS accounts FROM parts u
            WHERE u.purpose = p.purpose GROUP BY 1, 2) GROUP BY period))::INTEGER AS accounts,
    coalesce(sum(charged), 0) AS charged,
    CASE WHEN purpose <> 'penalty' OR bool_and(is_apart) THEN sum(paid) END AS paid
FROM parts p GROUP BY purpose ORDER BY 1
"""
    return facts.ask(question, PurposePaid, scope.bind(question))


def sum_arrived(facts: Facts, scope: Scope, *, due_day: int) -> list[MonthArrived]:
    """Return what has come for each month: the payments that are counted in the month after it.

    A payment that billing has not counted yet belongs to the month in which it was made.

    Args:
        facts: the version.
        scope: the months that were charged, and the place; services and ways are not told apart.
        due_day: the day of the next month until which a charge is to be paid.
    """
    place = scope.match_place("charged_in")
    question = f"""
SELECT charged_in AS period,
    coalesce(sum(amount) FILTER (
        paid_on < charged_in + INTERVAL 1 MONTH + to_days($due_day::INTEGER)), 0) AS by_due,
    coalesce(sum(amount), 0) AS altogether
FROM (SELECT *, (coalesce(counted_in, period) - INTERVAL 1 MONTH)::DATE AS charged_in
    FROM {scope.choose_payments()})
WHERE {place} AND {match_group(scope)} GROUP BY 1 ORDER BY 1
"""
    return facts.ask(question, MonthArrived, scope.bind(question, due_day=due_day))
