"""Debts as the books stood on a day: lines of account, group and due date, as a part of a question.

At a month's end they are the balances of billing. On another day they are those of the last month
that was closed by then, less the payments that were known by the day and that billing counts
later or not yet: each in its group, the oldest debt first.
"""

import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple

from lib.domain.insight.debt_ages import Ages
from lib.facts.questions.scope import Scope
from lib.facts.reader import Facts

NOTHING_OWED = -1  # the age of an overpayment
_FIELDS = "organization, house, account, service_group, due_on, amount"


class _Month(NamedTuple):
    period: dt.date


@dataclass(frozen=True, slots=True)
class DebtDay:
    """A day that debts are asked for.

    Attributes:
        day: the day.
        month: the last month that was closed by then.
        due_on: until when that month's charge is to be paid.
        is_end: the day is the month's end.
    """

    day: dt.date
    month: dt.date
    due_on: dt.date
    is_end: bool


def compose_lines(facts: Facts, scope: Scope, at: DebtDay) -> str:
    """Return the SELECT of the debts and overpayments (without a due date) of a place on a day."""
    kept = f"WHERE {match_group(scope)}"
    balances = facts.select_lines("balances", [at.month])
    if at.is_end:
        return f"SELECT {_FIELDS} FROM {balances} {kept} AND {scope.match_place()}"
    place = scope.match_place("$month")
    payments = facts.select_lines("payments", list_months(facts, at))
    return f"""
WITH closed AS (SELECT {_FIELDS} FROM {balances} WHERE {scope.match_place()}),
known AS (
    SELECT any_value(organization) AS organization, any_value(house) AS house, account,
        service_group, sum(amount) AS paid
    FROM {payments}
    WHERE period <= $day AND known_on <= $day AND {place}
        AND (counted_in IS NULL OR counted_in > $month)
    GROUP BY account, service_group HAVING sum(amount) <> 0),
in_group AS (SELECT * FROM known WHERE service_group IS NOT NULL),
unassigned AS (SELECT * FROM known WHERE service_group IS NULL),
paid_in_group AS ({_settle("closed", "in_group", "account, service_group", merge=True)})
SELECT * FROM ({_settle("paid_in_group", "unassigned", "account", merge=False)}) {kept}
"""


def list_months(facts: Facts, at: DebtDay) -> list[dt.date]:
    """Return the months of paying with payments that were known and that billing counts later."""
    question = (
        "SELECT DISTINCT period FROM payments_by_day WHERE period <= $day "
        "AND known_on <= $day AND (counted_in IS NULL OR counted_in > $month) ORDER BY 1"
    )
    return [row.period for row in facts.ask(question, _Month, {"day": at.day, "month": at.month})]


def match_group(scope: Scope) -> str:
    """Return the condition on ``service_group``; a service stands for its whole group."""
    if scope.service is None:
        return scope.match_group()
    named = "SELECT s.service_group FROM services s WHERE s.name = $service_name"
    return f"service_group IN ({named}) AND {scope.match_group()}"


def _settle(lines: str, payments: str, key: str, *, merge: bool) -> str:
    """Return the SELECT of lines after payments, each against its key, the oldest debt first.

    Args:
        lines: a table of lines.
        payments: a table with ``paid`` for each key; less than nothing is a return of money.
        key: columns that a payment and the debts that it settles have in common.
        merge: an overpayment of the key is part of the sum; otherwise it stays as it is.
    """
    columns = "l.organization, l.house, l.account, l.service_group, l.due_on"
    group = "p.service_group"
    spare = "least(l.amount, 0)" if merge else "0"
    overpaid = f"SELECT {columns}, l.amount FROM {lines} l SEMI JOIN {payments} USING ({key})"
    stays = "" if merge else f"UNION ALL {overpaid} WHERE l.amount < 0"
    return f"""
SELECT {columns}, l.amount FROM {lines} l ANTI JOIN {payments} USING ({key})
{stays}
UNION ALL
SELECT {columns}, l.amount - greatest(least(l.paid - l.earlier, l.amount), 0) FROM (
    SELECT l.*, p.paid, sum(l.amount) OVER (
        PARTITION BY {_prefix(key)} ORDER BY l.due_on, l.service_group
        ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) - l.amount AS earlier
    FROM {lines} l JOIN {payments} p USING ({key}) WHERE l.amount > 0) l
WHERE l.paid - l.earlier < l.amount
UNION ALL
SELECT organization, house, account, service_group,
    CASE WHEN rest > 0 THEN coalesce(oldest, $due_on) END, rest FROM (
    SELECT p.organization, p.house, p.account, {group} AS service_group, l.oldest,
        coalesce(l.spare, 0) - p.paid + least(greatest(p.paid, 0), coalesce(l.owed, 0)) AS rest
    FROM {payments} p LEFT JOIN (
        SELECT {key}, sum(greatest(l.amount, 0)) AS owed, sum({spare}) AS spare,
            min(l.due_on) AS oldest FROM {lines} l GROUP BY {key}) l USING ({key}))
WHERE rest <> 0
"""


def _prefix(key: str) -> str:
    return ", ".join(f"l.{name}" for name in key.split(", "))


def bind_day(scope: Scope, statement: str, at: DebtDay, **others: object) -> dict[str, object]:
    """Return the parameters of a statement about a day."""
    named = {"day": at.day, "month": at.month, "due_on": at.due_on} | others
    asked = {name: value for name, value in named.items() if f"${name}" in statement}
    return scope.change(since=at.month, until=at.month).bind(statement, **asked)


def compose_age(ages: Ages, due_on: str, prefix: str) -> str:
    """Return the number of a debt's age; −1 without a due date."""
    older = " + ".join(f"({due_on} < ${prefix}{place})::INTEGER" for place in range(len(ages.cuts)))
    return f"CASE WHEN {due_on} IS NULL THEN {NOTHING_OWED} ELSE {older} END"


def name_cuts(ages: Ages, prefix: str) -> dict[str, object]:
    """Return the parameters of ``compose_age``."""
    return {f"{prefix}{place}": cut for place, cut in enumerate(ages.cuts)}
