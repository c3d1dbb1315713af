"""The golden account's history leads to October 2014 line by line."""

import csv
from decimal import Decimal
from pathlib import Path

import polars as pl

from lib.demo.golden import history


def test_twenty_three_months_connect_up_to_the_golden_one(golden_folder: Path) -> None:
    lines = [package.files["accruals"] for package in history.make_packages()]
    with (golden_folder / "accruals.csv").open() as file:
        golden = {
            row["service_id"]: Decimal(row["opening"])
            for row in csv.DictReader(file, delimiter=";")
        }

    closings = [dict(month.select("service_id", "closing").iter_rows()) for month in lines]
    openings = [dict(month.select("service_id", "opening").iter_rows()) for month in lines]

    assert len(lines) == 23
    assert closings == [*openings[1:], golden]
    assert golden["cold"] == Decimal("8.25")


def test_prices_are_those_of_their_month() -> None:
    prices = [
        package.files["accruals"].filter(service_id="cold")["tariff"].item()
        for package in history.make_packages()
    ]

    assert [*dict.fromkeys(prices)] == [Decimal("21.12"), Decimal("23.13"), Decimal("24.52")]


def test_september_and_october_agree_about_the_payment(golden_folder: Path) -> None:
    *_, september = history.make_packages()

    texts = september.files["payments"].filter(payment_id="pay-1").write_csv(separator=";")
    assert texts == (golden_folder / "payments.csv").read_text()
    parts = september.files["payment_parts"].filter(payment_id="pay-1")
    assert parts["amount"].to_list() == [Decimal("123.45")]


def test_months_already_imported_are_not_made() -> None:
    known = [package.period for package in history.make_packages()][:-2]

    packages = list(history.make_packages(known=known))

    assert [f"{package.period:%Y-%m}" for package in packages] == ["2014-08", "2014-09"]
    assert "accounts" in packages[0].files
    assert "accounts" not in packages[1].files
    assert all(isinstance(rows, pl.DataFrame) for rows in packages[1].files.values())
