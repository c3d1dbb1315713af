"""Rows of statements as typed values."""

from decimal import Decimal
from typing import NamedTuple

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import NoResultFound

from db.rows import get_one, read_all, read_one, read_pair


class Sum(NamedTuple):
    name: str
    amount: Decimal


SUMS = text("SELECT * FROM (VALUES ('a', 1.50), ('b', 2.25)) AS sums (name, amount)")


def test_reads_each_row_as_its_type(db: Connection) -> None:
    assert read_all(db.execute(SUMS), Sum) == [
        Sum("a", Decimal("1.50")),
        Sum("b", Decimal("2.25")),
    ]


def test_returns_one_row_or_none(db: Connection) -> None:
    found = db.execute(text("SELECT 'a' AS name, 1.50 AS amount"))
    none = db.execute(text("SELECT 'a' AS name, 1.50 AS amount WHERE false"))

    assert read_one(found, Sum) == Sum("a", Decimal("1.50"))
    assert read_one(none, Sum) is None


def test_a_missing_required_row_raises(db: Connection) -> None:
    with pytest.raises(NoResultFound):
        get_one(db.execute(text("SELECT 'a' AS name, 1.50 AS amount WHERE false")), Sum)


def test_columns_in_another_order_are_refused(db: Connection) -> None:
    turned = db.execute(text("SELECT 1.50 AS amount, 'a' AS name"))

    with pytest.raises(TypeError, match="Sum has"):
        read_all(turned, Sum)


class Place(NamedTuple):
    city: str


PAIR = "SELECT 'a' AS name, 1.50 AS amount, 'Пенза' AS city"


def test_one_row_may_be_two_values(db: Connection) -> None:
    assert read_pair(db.execute(text(PAIR)), Sum, Place) == (
        Sum("a", Decimal("1.50")),
        Place("Пенза"),
    )
    assert read_pair(db.execute(text(f"{PAIR} WHERE false")), Sum, Place) is None


def test_two_values_need_the_columns_of_both_in_their_order(db: Connection) -> None:
    with pytest.raises(TypeError, match="Place and Sum have"):
        read_pair(db.execute(text(PAIR)), Place, Sum)
