"""Questions of «Обзор»: the main figures month by month."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from lib.facts.questions.scope import Scope
from lib.facts.reader import Facts


class MonthReceived(NamedTuple):
    """A month of paying.

    Attributes:
        period: the month.
        by_day: what came by a day of it, by the way of paying that was chosen.
        whole: what came in all, by this way.
        online: what came online.
        every: what came by all ways.
    """

    period: dt.date
    by_day: Decimal
    whole: Decimal
    online: Decimal
    every: Decimal


class GroupCharged(NamedTuple):
    """A month and a group: charged with penalties, and paid, as billing counted it.

    ``paid`` is None if billing names no payments.
    """

    period: dt.date
    group: str
    charged: Decimal
    paid: Decimal | None


class GroupOwed(NamedTuple):
    """The end of a month and a group: the debt, and what of it is past its due date."""

    period: dt.date
    group: str
    owed: Decimal
    overdue: Decimal


class OpenLate(NamedTuple):
    """A day: how many appeals were open past their date at its end."""

    day: dt.date
    late: int


def sum_receipts(facts: Facts, scope: Scope, *, day: int) -> list[MonthReceived]:
    """Return what came in each month, the oldest first.

    Args:
        facts: the version.
        scope: the months of paying and the filters; the channel does not act on «online» and
            «every».
        day: of the month.
    """
    amount = f"sum(amount) FILTER ({scope.match_channel()})"
    question = (
        f"SELECT period, coalesce(sum(amount) FILTER ({scope.match_channel()} "
        f"AND day(paid_on) <= $day), 0) AS by_day, coalesce({amount}, 0) AS whole, "
        "coalesce(sum(amount) FILTER (channel = 'online'), 0) AS online, sum(amount) AS every "
        f"FROM {scope.choose_payments()} WHERE {scope.match_place()} AND {scope.match_group()} "
        "GROUP BY 1 ORDER BY 1"
    )
    return facts.ask(question, MonthReceived, scope.bind(question, day=day))


def sum_charges(facts: Facts, scope: Scope) -> list[GroupCharged]:
    """Return what was charged and paid in each month by group, the oldest first."""
    question = (
        'SELECT c.period, g.name AS "group", coalesce(sum(c.total), 0) + '
        "coalesce(sum(c.penalty), 0) AS charged, sum(c.paid) AS paid "
        f"FROM (SELECT * FROM charges_by_house WHERE {scope.match_place()} "
        f"AND {scope.match_service()}) c JOIN groups g USING (service_group) "
        "GROUP BY 1, 2 ORDER BY 1, 2"
    )
    return facts.ask(question, GroupCharged, scope.bind(question))


def sum_debts(facts: Facts, scope: Scope) -> list[GroupOwed]:
    """Return the debt at the end of each month by group, the oldest first."""
    question = (
        'SELECT b.period, g.name AS "group", coalesce(sum(b.owed), 0) AS owed, '
        "coalesce(sum(b.owed) FILTER (b.due_on < last_day(b.period)), 0) AS overdue "
        f"FROM (SELECT * FROM balances_by_house WHERE {scope.match_place()} "
        f"AND {scope.match_group()}) b JOIN groups g USING (service_group) "
        "GROUP BY 1, 2 ORDER BY 1, 2"
    )
    return facts.ask(question, GroupOwed, scope.bind(question))


def count_late(facts: Facts, scope: Scope, days: Sequence[dt.date]) -> list[OpenLate]:
    """Return how many appeals were open past their date at the end of some days.

    Args:
        facts: the version.
        scope: the place.
        days: ascending.
    """
    place = "true" if scope.houses is None else "a.house IN (SELECT unnest($houses))"
    question = (
        "SELECT d.day, count(a.appeal) AS late FROM (SELECT unnest($days::DATE[]) AS day) d "
        "LEFT JOIN appeals a ON a.sent_at::DATE <= d.day AND a.due_on < d.day "
        "AND (a.ended_at IS NULL OR a.ended_at::DATE > d.day) AND a.kind = 'appeal' "
        f"AND {place} GROUP BY 1 ORDER BY 1"
    )
    return facts.ask(question, OpenLate, scope.bind(question, days=list(days)))
