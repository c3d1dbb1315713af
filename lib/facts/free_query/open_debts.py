"""Debts in the open tables: of a house, they leave out what the screens hide of it."""

from collections.abc import Collection
from typing import Any

from lib.domain.insight.privacy import FEWEST
from lib.facts.free_query import open_ages, open_hidden
from lib.facts.free_query.open_columns import JOIN_PLACES, MERGED, PLACE, SHOWN_GROUP

_FIGURES = ("owed", "overpaid")


def write_hidden(database: Any, withheld: Collection[int]) -> None:
    """Write of which houses the debt or the overpayment of a month is hidden.

    It is decided like on the screens: few accounts owe it, or it would tell of such a house.

    Args:
        database: of the open tables, with the copy of the version attached.
        withheld: houses that are shown nowhere.
    """
    open_hidden.write_levels(
        database,
        withheld,
        "SELECT period, house, owed, overpaid FROM copied.debtors_by_house",
        _FIGURES,
        "debt_levels",
    )


def select_months() -> str:
    """Return the SELECT of the months of houses; a debt that is hidden is left out."""
    sums = ", ".join(
        f"sum(m.{name}) AS {name}" for name in ("accounts", "residents", "area", "charged", "paid")
    )
    owed, overpaid = (f"count({name}.house) > 0" for name in ("o", "v"))
    return (
        f"SELECT period, {PLACE}, {sums}, "  # noqa: S608
        f"CASE WHEN NOT {owed} THEN sum(m.owed) END AS owed, "
        f"CASE WHEN NOT {overpaid} THEN sum(m.overpaid) END AS overpaid, "
        f"CASE WHEN NOT {owed} THEN mask(sum(m.owing), sum(m.accounts)) END AS owing "
        f"FROM source_house_months m {JOIN_PLACES} {_join_hidden('o', 'owed', 'house')} "
        f"{_join_hidden('v', 'overpaid', 'house')} GROUP BY period, place_organization, place "
        f"HAVING sum(m.accounts) >= {FEWEST}"
    )


def _join_hidden(name: str, figure: str, house: str) -> str:
    """Return the join that finds a row for each house of which the figure is hidden."""
    rows = f"SELECT period, house FROM debt_levels WHERE is_hidden AND figure = '{figure}'"  # noqa: S608
    return f"LEFT JOIN ({rows}) {name} USING (period, {house})"


def select_debts() -> str:
    """Return the SELECT of debts by group and age.

    A sum of few accounts is left out, and with it such sums of the whole house.
    """
    whose = "PARTITION BY period, place_organization, place"
    return f"""
WITH units AS (
    SELECT period, place_organization, place, parent_to, child_to, unit AS house, max(s.n) AS n,
        max(a.n) FILTER (age <> '{open_ages.OVERPAID}') AS owing, sum(owed) AS owed,
        max(a.n) FILTER (age = '{open_ages.OVERPAID}') AS overpaying, sum(overpaid) AS overpaid
    FROM aged a JOIN shown_debts s USING (period, place_organization, place, service_group, age)
    GROUP BY 1, 2, 3, 4, 5, 6),
parts AS (
    SELECT period, place_organization, place, parent_to, child_to, max(n) AS n,
        coalesce(is_few(sum(owing)), false) OR count(o.house) > 0 AS few_owing,
        coalesce(is_few(sum(overpaying)), false) OR count(v.house) > 0 AS few_overpaying,
        sum(owed) AS owed, sum(overpaid) AS overpaid
    FROM units {_join_hidden("o", "owed", "house")} {_join_hidden("v", "overpaid", "house")}
    GROUP BY 1, 2, 3, 4, 5)
SELECT period, {PLACE}, {SHOWN_GROUP}, nullif(child_to, {MERGED}) AS age, n AS accounts,
    CASE WHEN NOT bool_or(few_owing) OVER ({whose}) THEN owed END AS owed,
    CASE WHEN NOT bool_or(few_overpaying) OVER ({whose}) THEN overpaid END AS overpaid
FROM parts
"""  # noqa: S608 - names of ours
