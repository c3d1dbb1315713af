"""Tables of a copy that are computed from its other tables, so that a city's screens read less.

Each is computed as a whole whenever the table it comes from has changed: nothing is added up over
time. They are no files: they lie in the copy alone.
"""

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rollup:
    """A table of a copy: its name, the table that it is computed from, and its rows."""

    name: str
    source: str
    rows: str


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
