"""Tables of a copy that are computed from its other tables, so that a city's screens read less.

Each is computed as a whole whenever the table it comes from has changed: nothing is added up over
time. They are no files: they lie in the copy alone.
"""

from collections.abc import Collection
from dataclasses import dataclass

from lib.domain.insight.debt_ages import OLD_DAYS


@dataclass(frozen=True, slots=True)
class Rollup:
    """A table of a copy: its name, the table that it is computed from, and its rows."""

    name: str
    source: str
    rows: str


_END, _OLD = "last_day(period)", f"(last_day(period) - {OLD_DAYS})"
# what is left of a debt without its overdue part is current, of that without its old part recent
_PARTS = {
    "owed": "due_on IS NOT NULL",
    "overdue": f"due_on < {_END}",
    "old": f"due_on < {_OLD}",
    "overpaid": "due_on IS NULL",
    "current": f"due_on >= {_END}",
    "recent": f"due_on < {_END} AND due_on >= {_OLD}",
}
_LARGEST = ", ".join(
    f"max(accounts) FILTER ({condition}) AS {name}" for name, condition in _PARTS.items()
)

ROLLUPS = (
    # all houses together: a question about a part of them reads «payments_by_house»
    Rollup(
        "payments_by_day",
        "payments_by_house",
        "SELECT period, service_group, paid_on, counted_in, known_on, channel, "
        "sum(amount)::DECIMAL(18, 2) AS amount, sum(payments)::BIGINT AS payments "
        "FROM payments_by_house GROUP BY ALL ORDER BY period",
    ),
    Rollup(
        "payments_by_month",
        "payments_by_house",
        "SELECT period, house, service_group, channel, sum(amount)::DECIMAL(18, 2) AS amount, "
        "sum(payments)::BIGINT AS payments FROM payments_by_house GROUP BY ALL ORDER BY period",
    ),
    # an account belongs to one house: its accounts add up over houses
    Rollup(
        "readings_by_channel",
        "readings",
        "SELECT period, organization, house, source, sum(readings)::BIGINT AS readings, "
        "count(*) AS accounts FROM (SELECT period, organization, house, source, account, "
        "count(*) AS readings FROM readings WHERE coalesce(zone, 1) = 1 GROUP BY ALL) "
        "GROUP BY ALL ORDER BY period",
    ),
    # which debts of a house are those of few accounts
    Rollup(
        "debtors_by_house",
        "account_months",
        "SELECT period, organization, house, count_if(owed > 0) AS owed, "  # noqa: S608 - a number
        "count_if(oldest_due_on < last_day(period)) AS overdue, "
        f"count_if(oldest_due_on < last_day(period) - {OLD_DAYS}) AS old, "
        "count_if(overpaid < 0) AS overpaid FROM account_months GROUP BY ALL ORDER BY period",
    ),
    # at least so many: those who owe for one group and one month
    Rollup(
        "recent_debtors_by_house",
        "balances_by_house",
        "SELECT period, organization, house, "  # noqa: S608 - conditions of ours
        f"max(accounts) FILTER ({_PARTS['current']}) AS current, "
        f"max(accounts) FILTER ({_PARTS['recent']}) AS recent "
        "FROM balances_by_house GROUP BY ALL ORDER BY period",
    ),
    # at least so many: those who owe for one month
    Rollup(
        "debtors_by_group",
        "balances_by_house",
        f"SELECT period, organization, house, service_group, {_LARGEST} "  # noqa: S608 - ours
        "FROM balances_by_house GROUP BY ALL ORDER BY period",
    ),
    # at least so many: those who owe for one group
    Rollup(
        "debtors_by_due_day",
        "balances_by_house",
        "SELECT period, organization, house, due_on, max(accounts) AS accounts "
        "FROM balances_by_house WHERE due_on IS NOT NULL GROUP BY ALL ORDER BY period",
    ),
)


def compose_rollups(changed: Collection[str], known: Collection[str]) -> list[str]:
    """Return the statements that compute what is missing or comes from a changed table.

    Args:
        changed: names of tables.
        known: names of the tables that there are.
    """
    return [
        f"CREATE OR REPLACE TABLE {rollup.name} AS {rollup.rows}"
        for rollup in ROLLUPS
        if rollup.source in changed or rollup.name not in known
    ]
