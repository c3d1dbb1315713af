"""Charges in the open tables: by service, and what few accounts have of them by place alone.

What is charged, with the penalty, is a figure of all who are charged. Recalculations, privileges,
surcharges and penalties are of few: of places that would tell of them they are put together. What
was accrued is no column, for the rest of a charge would be its difference.
"""

from collections.abc import Collection
from typing import Any

from lib.facts.free_query import open_hidden
from lib.facts.free_query.open_columns import JOIN_PLACES, PLACE, SHOWN_GROUP
from lib.facts.merging import REST

PARTS = ("recalculation", "privilege", "coefficient", "penalty")
_ROW = "period, place_organization, place, parent_to, child_to"
_KEYS = "period, organization, house, service_group, service"
# of all services together
_WHOLE = "SELECT * FROM copied.charged_by_house WHERE service_group IS NULL"

# of a penalty that is kept apart, those who have one are charged
WRITE_DETAILS = f"""
CREATE TEMP VIEW charges_of_houses AS
    SELECT c.* REPLACE (coalesce(service, 0) AS service) FROM source_charges_by_house c;
CREATE TEMP TABLE counted AS
    SELECT c.* REPLACE (coalesce(service, 0) AS service) FROM copied.charged_by_house c
    WHERE service_group IS NOT NULL;
CREATE TEMP TABLE detail_charges AS
    SELECT period, place_organization, place, service_group, service, house AS unit,
        CASE WHEN service <> 0 THEN c.accounts ELSE coalesce(counted.penalized, 0) END AS n
    FROM charges_of_houses c LEFT JOIN counted USING ({_KEYS}) {JOIN_PLACES};
"""  # noqa: S608 - names of ours


def write_hidden(database: Any, withheld: Collection[int]) -> None:
    """Write as which place the parts of a house's charge are shown, in each month.

    Args:
        database: of the open tables, with the copy of the version attached.
        withheld: houses that are shown nowhere.
    """
    open_hidden.write_levels(
        database,
        withheld,
        f"SELECT period, house, {', '.join(PARTS)} FROM ({_WHOLE})",  # noqa: S608 - ours
        PARTS,
        "part_levels",
    )


def select_charges() -> str:
    """Return the SELECT of charges by service."""
    counts = "is_few(sum(metered)) OR is_few(sum(by_norm)) OR is_few(s.n - sum(metered + by_norm))"
    known = f"child_to <> {REST}"
    return (
        f"SELECT period, {PLACE}, {SHOWN_GROUP}, nullif(child_to, {REST}) AS service, "  # noqa: S608
        "s.n AS accounts, "
        f"CASE WHEN {known} AND NOT ({counts}) THEN sum(metered) END AS metered, "
        f"CASE WHEN {known} AND NOT ({counts}) THEN sum(by_norm) END AS by_norm, "
        f"CASE WHEN {known} THEN sum(volume_own) END AS volume_own, "
        f"CASE WHEN {known} THEN sum(volume_common) END AS volume_common, "
        "sum(CASE WHEN total IS NOT NULL OR penalty IS NOT NULL "
        "THEN coalesce(total, 0) + coalesce(penalty, 0) END) AS charged, sum(c.paid) AS paid "
        f"FROM charges_of_houses c {JOIN_PLACES} JOIN shown_charges s "
        f"USING (period, place_organization, place, service_group, service) GROUP BY {_ROW}, s.n"
    )


def select_parts() -> str:
    """Return the SELECT of recalculations, privileges, surcharges and penalties by place."""
    house = "period, organization, house"
    return (
        f"WITH sums AS (UNPIVOT (SELECT {house}, "  # noqa: S608
        f"{', '.join(f'sum({part}) AS {part}' for part in PARTS)} FROM source_charges_by_house "
        f"GROUP BY {house}) ON {', '.join(PARTS)} INTO NAME part VALUE amount), "
        f"counts AS (UNPIVOT (SELECT {house}, {', '.join(PARTS)} FROM ({_WHOLE})) "
        f"ON {', '.join(PARTS)} INTO NAME part VALUE n) "
        "SELECT period, CASE WHEN level > 0 THEN organization END AS organization, "
        "CASE WHEN level = 3 THEN house END AS house, part, sum(n) AS accounts, "
        "sum(amount) AS amount FROM sums JOIN counts USING (period, organization, house, part) "
        "JOIN (SELECT period, figure AS part, house, level FROM part_levels) "
        "USING (period, house, part) WHERE n > 0 AND level IS NOT NULL GROUP BY 1, 2, 3, 4"
    )
