"""Merging groups of few accounts in DuckDB, so that each group that is left has ten or more.

The groups of a scope have two levels, a parent and its children, for example a day and the ways of
paying on it. Small children are put together with the next smallest child of their parent. Where
a parent is small as a whole, it is put together with the next smallest of the scope. What is still
small then is dropped. Nothing is ever shown twice, so nothing can be had by subtraction.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from lib.domain.insight.privacy import FEWEST

REST, REST_WORD = -1, "\N{BULLET}"  # stand for «several together» until the table is written


@dataclass(frozen=True, slots=True)
class Division:
    """How the rows of a table are divided.

    Attributes:
        detail: a table with the columns below, «unit» and «n»: how many accounts of the unit are
            in the part. Units, houses or accounts, have no account in common; parts may have.
        scope: what is divided; never NULL.
        parent: the first level.
        child: the second level.
        rest_parent: the value that stands for several parents, as SQL.
        rest_child: the value that stands for several children.
        parents: a table with the scope, the parent and «n»: how many accounts a parent has, for
            parents whose children are all put together; empty: it is not known.
        scopes: the same for a scope that is put together as a whole.
    """

    detail: str
    scope: Sequence[str]
    parent: str
    child: str
    rest_parent: str = str(REST)
    rest_child: str = str(REST)
    parents: str = ""
    scopes: str = ""


def write_merged(division: Division, name: str) -> str:
    """Return the statement that creates a table of the parts that are shown, and as what.

    It has the scope, the parent, the child, «parent_to», «child_to» and «n»: how many accounts
    the group has at least. Parts that are dropped are not in it.
    """
    scope, parent, child = ", ".join(division.scope), division.parent, division.child
    small_child = _is_merged(f"{scope}, {parent}", child)
    small_cell = _is_merged(scope, f"{parent}, child_to")
    known_parent = _know(division.parents, f"{scope}, {parent}")
    known_scope = _know(division.scopes, scope)
    return f"""
    CREATE TEMP TABLE {name} AS
    WITH parts AS ({_count(division.detail, f"{scope}, {parent}, {child}")}),
    children AS (SELECT {scope}, {parent}, {child},
        CASE WHEN {small_child} THEN {division.rest_child} ELSE {child} END AS child_to
        FROM parts),
    joined AS (SELECT c.*, d.unit, d.n FROM {division.detail} d
        JOIN children c USING ({scope}, {parent}, {child})),
    cells AS (SELECT * REPLACE ({known_parent} AS n)
        FROM ({_count("joined", f"{scope}, {parent}, child_to")}) c),
    ranked AS (SELECT {scope}, {parent}, child_to, n AS cell, {small_cell} AS is_merged
        FROM cells),
    finals AS (SELECT {scope}, {parent}, {child}, unit, n, cell,
        CASE WHEN is_merged THEN {division.rest_parent} ELSE {parent} END AS parent_to,
        CASE WHEN is_merged THEN {division.rest_child} ELSE child_to END AS child_to
        FROM joined JOIN ranked USING ({scope}, {parent}, child_to)),
    largest AS (SELECT {scope}, parent_to, child_to, max(cell) AS cell FROM finals
        GROUP BY {scope}, parent_to, child_to),
    least AS (SELECT c.* REPLACE (greatest(n, cell) AS n)
        FROM ({_count("finals", f"{scope}, parent_to, child_to")}) c
        JOIN largest USING ({scope}, parent_to, child_to)),
    counted AS (SELECT * REPLACE ({known_scope} AS n) FROM least c)
    SELECT DISTINCT {scope}, {parent}, {child}, parent_to, child_to, c.n::INTEGER AS n
    FROM finals f JOIN counted c USING ({scope}, parent_to, child_to) WHERE c.n >= {FEWEST}
    """  # noqa: S608 - names of ours


def _know(table: str, keys: str) -> str:
    """Return how many accounts a group has; exactly, if it is all there is under its keys."""
    if not table:
        return "n"
    same = " AND ".join(f"k.{key} = c.{key}" for key in keys.split(", "))
    exact = f"(SELECT max(k.n) FROM {table} k WHERE {same})"  # noqa: S608 - names of ours
    mine = ", ".join(f"c.{key}" for key in keys.split(", "))
    is_whole = f"count(*) OVER (PARTITION BY {mine}) = 1"
    return f"CASE WHEN {is_whole} THEN greatest(n, coalesce({exact}, 0)) ELSE n END"


def _count(rows: str, keys: str) -> str:
    """Count the accounts of groups: of a unit, those of its largest part, as parts may overlap."""
    inner = f"SELECT {keys}, unit, max(n) AS n FROM {rows} GROUP BY {keys}, unit"  # noqa: S608
    return f"SELECT {keys}, sum(n) AS n FROM ({inner}) GROUP BY {keys}"  # noqa: S608


def _is_merged(within: str, order: str) -> str:
    """Tell whether a group is small, or is the next smallest after small ones."""
    small = f"count(*) FILTER (n < {FEWEST}) OVER (PARTITION BY {within})"
    place = f"row_number() OVER (PARTITION BY {within} ORDER BY n, {order})"
    return f"{small} > 0 AND {place} <= {small} + 1"
