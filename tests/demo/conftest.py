"""A small city of four months, made once for all tests that only read it."""

import datetime as dt

import polars as pl
import pytest

from lib.demo import months
from lib.demo.city import City
from lib.demo.package import Package
from lib.demo.reference.organizations import SENDERS

UNTIL = months.number(dt.date(2026, 10, 1))


def make_packages(*, accounts: int, count: int, until: int) -> list[Package]:
    city = City(seed=7, accounts=accounts)
    return [
        city.package(sender, month, is_latest=month == until)
        for month in range(until - count + 1, until + 1)
        for sender in SENDERS
    ]


@pytest.fixture(scope="session")
def packages() -> list[Package]:
    return make_packages(accounts=60, count=4, until=UNTIL)


@pytest.fixture(scope="session")
def delivered(packages: list[Package]) -> dict[str, pl.DataFrame]:
    """All rows of all packages by file, each with its package's sender and period."""
    stems = {stem for package in packages for stem in package.files}
    return {
        stem: pl.concat(
            [
                package.files[stem].with_columns(
                    of_sender=pl.lit(package.sender), of_period=pl.lit(package.period)
                )
                for package in packages
            ],
            how="vertical_relaxed",
        )
        for stem in stems
    }
