"""Analysts who subtract in a free query: no sum of few accounts is had from the open tables.

With KABINET_SOAK=1 all months are looked at, and not only the last.
"""

import datetime as dt
import os
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import duckdb

from lib.facts.free_query import opening
from lib.facts.questions import places
from lib.facts.reader import Facts
from tests.attacks.test_insight_subtraction import AllFew, find_few
from tests.kit.insight.versions import facts, first_version, manifest

__all__ = ["facts", "first_version", "manifest"]
_SOAK = os.environ.get("KABINET_SOAK") == "1"
BOUNDS = {dt.date(2000, 1, 1): (30, 90, 365)}
PARTS = ("recalculation", "privilege", "coefficient", "penalty")
# a charge of nothing is a charge, so rows of «charges» are sums of all who have the service
COLUMNS = (
    ("months", "charged"),
    ("months", "paid"),
    ("months", "owed"),
    ("months", "overpaid"),
    ("debts", "owed"),
    ("debts", "overpaid"),
    ("payments", "amount"),
    ("payments_by_day", "amount"),
)
PAIRS = (
    ("months", "charges", "charged"),
    ("months", "charges", "paid"),
    ("months", "debts", "owed"),
    ("months", "debts", "overpaid"),
    ("payments", "payments_by_day", "amount"),
)
LEVELS = ("period", "period, organization", "period, organization, house")


class Answer(NamedTuple):
    """What an analyst gets: of which figure, how, of which month, and how much."""

    figure: str
    how: str
    period: dt.date
    amount: Decimal


def list_answers(opened: duckdb.DuckDBPyConnection) -> Iterator[Answer]:
    """Yield rows, their sums, what is left of larger sums, and what tables differ by."""
    tables = [(name, column, column) for name, column in COLUMNS]
    tables += [(f"(FROM charge_parts WHERE part = '{part}')", "amount", part) for part in PARTS]
    for table, column, figure in tables:
        yield from ask(opened, figure, f"SELECT period, {column} FROM {table}")
        for by in LEVELS[: 2 if table == "payments_by_day" else 3]:
            sums = f"SELECT {by}, sum({column}) AS s FROM {table} GROUP BY ALL"
            above = by.rpartition(", ")[0] or "period"
            for what in ("s", f"sum(s) OVER (PARTITION BY {above}) - s"):
                yield from ask(opened, figure, f"SELECT period, {what} FROM ({sums})")
    for first, second, column in PAIRS:
        for by in LEVELS[: 2 if first == "payments" else 3]:
            sides = [
                f"(SELECT {by}, sum({column}) AS s FROM {table} GROUP BY ALL)"
                for table in (first, second)
            ]
            same = " AND ".join(f"a.{key} IS NOT DISTINCT FROM b.{key}" for key in by.split(", "))
            question = f"SELECT a.period, a.s - b.s FROM {sides[0]} a JOIN {sides[1]} b ON {same}"
            yield from ask(opened, column, question)


def ask(opened: duckdb.DuckDBPyConnection, figure: str, question: str) -> Iterator[Answer]:
    for period, amount in opened.execute(question).fetchall():
        if amount:
            yield Answer(figure, question, period, abs(amount))


def find_few_of_month(facts: Facts, month: dt.date) -> AllFew:
    figures = (*PARTS, "charged", "paid", "owed", "overpaid", "amount")
    return find_few(facts, figures, [month])


def test_no_sum_and_no_difference_of_open_rows_is_that_of_few_accounts(
    facts: Facts, tmp_path: Path
) -> None:
    path = opening.make_database(facts.manifest, organization=None, bounds=BOUNDS, folder=tmp_path)
    with duckdb.connect(str(path), read_only=True) as opened:
        answers = list(list_answers(opened))
    months = [row.period for row in places.list_months(facts)]
    # of the parts of a charge some months show a sum, of all accounts that have it
    assert {answer.figure for answer in answers} > {"charged", "owed", "amount", "coefficient"}

    found, known = [], 0
    for month in months if _SOAK else months[-1:]:
        few = find_few_of_month(facts, month)
        known += sum(len(few[part]) for part in PARTS)
        found += [
            f"{answer} = {one}"
            for answer in answers
            if answer.period == month
            for one in few[answer.figure].get(answer.amount, ())
            if one.accounts  # nobody is charged in a month that is not closed
        ]
    assert known  # there is something to find
    assert not found, "\n".join(found)
