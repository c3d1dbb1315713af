"""Open tables of charges: what few accounts have of them is put together with other places."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from lib.facts.free_query import opening
from tests.kit.insight.made_facts import write_facts

MONTH = dt.date(2026, 9, 1)
BOUNDS = {dt.date(2000, 1, 1): (30, 90, 365)}
NOTHING = {"owed": 0, "overpaid": 0}
# accounts that have a recalculation, by organisation and house; each house has thirty accounts
HAVING = {1: {1: 1, 2: 12, 3: 15}, 2: {4: 14, 5: 20}}


def make_rows(having: Mapping[int, Mapping[int, int]]) -> dict[str, list[dict[str, Any]]]:
    """Make houses of thirty accounts, whose recalculation is a rouble for the account 1, 2, ..."""
    rows: dict[str, list[dict[str, Any]]] = {
        name: []
        for name in ("charges", "charges_by_house", "house_months", "houses", "account_months")
    }
    for organization, houses in having.items():
        for house, some in houses.items():
            where = {"period": MONTH, "organization": organization, "house": house}
            service = {"service_group": 1, "service": 1}
            lines = [
                where
                | service
                | {"account": house * 100 + number, "recalculation": house if number < some else 0}
                for number in range(30)
            ]
            rows["charges"] += [line | {"accrued": 10, "total": 10} for line in lines]
            whole = {"accounts": 30, "accrued": 300, "total": 300, "recalculation": house * some}
            rows["charges_by_house"].append(where | service | whole)
            rows["house_months"].append(where | {"accounts": 30, "charged": 300})
            rows["account_months"].append(where | {"account": house * 100, "charged": 10} | NOTHING)
            name = {"house": house, "organization": organization}
            rows["houses"].append(name | {"street": "Садовая", "name": f"Садовая, {house}"})
    return rows


def test_the_recalculation_of_one_account_is_in_no_row_and_no_difference(tmp_path: Path) -> None:
    facts = write_facts(make_rows(HAVING))
    path = opening.make_database(facts.manifest, organization=None, bounds=BOUNDS, folder=tmp_path)
    with duckdb.connect(str(path), read_only=True) as opened:
        rows = opened.execute(
            "SELECT organization, house, part, accounts, amount FROM charge_parts ORDER BY ALL"
        ).fetchall()
        columns = {str(name) for (name, *_) in opened.execute("DESCRIBE charges").fetchall()}

    # house 2 is the next smallest beside house 1; the recalculations of all add up
    assert rows == [
        (1, 3, "recalculation", 15, Decimal(45)),
        (1, None, "recalculation", 13, Decimal(25)),
        (2, 4, "recalculation", 14, Decimal(56)),
        (2, 5, "recalculation", 20, Decimal(100)),
    ]
    # nothing is left of a charge without what was accrued
    assert not columns & {"accrued", "total", "opening", "closing", "recalculation", "penalty"}
    assert {"charged", "paid"} <= columns


def test_recalculations_of_few_accounts_of_the_city_are_nowhere(tmp_path: Path) -> None:
    facts = write_facts(make_rows({1: {1: 2, 2: 3}, 2: {4: 0, 5: 4}}))
    path = opening.make_database(facts.manifest, organization=None, bounds=BOUNDS, folder=tmp_path)
    with duckdb.connect(str(path), read_only=True) as opened:
        assert opened.execute("SELECT sum(charged) FROM charges").fetchall() == [(Decimal(1200),)]
        assert opened.execute("FROM charge_parts").fetchall() == []
