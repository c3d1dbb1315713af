"""Questions of «Платежи»: what came in, when, how and where."""

import datetime as dt
from decimal import Decimal
from typing import NamedTuple

from lib.facts.questions.scope import Scope
from lib.facts.reader import Facts


class DayPaid(NamedTuple):
    """A day of paying: the sum, and how many payments there were."""

    paid_on: dt.date
    amount: Decimal
    payments: int


class PartPaid(NamedTuple):
    """A house, a channel or a group: the sum, the payments, and the sum of the compared months.

    Exactly one of the three is named. A group without a name are the payments that are not
    allocated yet. None: nothing was paid.
    """

    by: str
    house: int | None
    channel: str | None
    group: str | None
    amount: Decimal | None
    payments: int | None
    before: Decimal | None


class PayerCount(NamedTuple):
    """How many accounts paid in a month: by a channel, for a group; None means any."""

    period: dt.date
    channel: str | None
    group: str | None
    accounts: int


class MonthCharged(NamedTuple):
    """A month: charged with penalties."""

    period: dt.date
    charged: Decimal


def sum_by_day(facts: Facts, scope: Scope) -> list[DayPaid]:
    """Return what was paid on each day, the earliest first."""
    question = (
        "SELECT paid_on, sum(amount) AS amount, sum(payments)::BIGINT AS payments "
        f"FROM {scope.choose_payments()} WHERE {_match(scope)} GROUP BY 1 ORDER BY 1"
    )
    return facts.ask(question, DayPaid, scope.bind(question))


def sum_by_part(facts: Facts, scope: Scope, before: Scope | None) -> list[PartPaid]:
    """Return what was paid by house, by channel and by group, the largest sums first.

    Args:
        facts: the version.
        scope: the months and the filters.
        before: the compared months; None: nothing is compared.
    """
    spans = [scope, before or scope]
    wide = scope.change(
        since=min(span.since for span in spans), until=max(span.until for span in spans)
    )
    is_now = "FILTER (period BETWEEN $now_since AND $now_until)"
    is_before = "FILTER (period BETWEEN $before_since AND $before_until)"
    question = (
        "SELECT CASE WHEN grouping(p.house) = 0 THEN 'house' WHEN grouping(p.channel) = 0 "
        "THEN 'channel' ELSE 'group' END AS by, p.house, p.channel, g.name AS \"group\", "
        "sum(p.amount) AS amount, sum(p.payments)::BIGINT AS payments, sum(p.before) AS before "
        f"FROM (SELECT house, channel, service_group, sum(amount) {is_now} AS amount, "
        f"sum(payments) {is_now} AS payments, sum(amount) {is_before} AS before "
        f"FROM payments_by_month WHERE {_match(wide)} GROUP BY 1, 2, 3) p "
        "LEFT JOIN groups g USING (service_group) "
        "GROUP BY GROUPING SETS ((p.house), (p.channel), (g.name)) "
        "ORDER BY 1, amount DESC NULLS LAST, 2, 3, 4"
    )
    parameters = wide.bind(
        question,
        now_since=scope.since,
        now_until=scope.until,
        before_since=before.since if before else None,
        before_until=before.until if before else None,
    )
    return facts.ask(question, PartPaid, parameters)


def count_payers(facts: Facts, scope: Scope) -> list[PayerCount]:
    """Return how many accounts paid in each month, by channel and group, by each, by neither."""
    question = (
        'SELECT p.period, p.channel, g.name AS "group", sum(p.accounts)::BIGINT AS accounts '
        "FROM (SELECT period, channel, service_group, sum(accounts) AS accounts "
        f"FROM payers_by_house WHERE {scope.match_place()} GROUP BY 1, 2, 3) p "
        "LEFT JOIN groups g USING (service_group) GROUP BY 1, 2, 3"
    )
    return facts.ask(question, PayerCount, scope.bind(question))


def sum_charges(facts: Facts, scope: Scope) -> list[MonthCharged]:
    """Return what was charged in each month, the oldest first."""
    question = (
        "SELECT period, coalesce(sum(total), 0) + coalesce(sum(penalty), 0) AS charged "
        f"FROM charges_by_house WHERE {scope.match_place()} AND {scope.match_group()} "
        "GROUP BY 1 ORDER BY 1"
    )
    return facts.ask(question, MonthCharged, scope.bind(question))


def _match(scope: Scope) -> str:
    return f"{scope.match_place()} AND {scope.match_group()} AND {scope.match_channel()}"
