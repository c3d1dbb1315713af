"""Tariffs: the price of every service on every day, by the index path of DOMAIN §8.1."""

import datetime as dt
from functools import cache

import polars as pl

from lib.demo import months
from lib.demo.amounts import ROUBLE
from lib.demo.reference import oddities
from lib.demo.reference.catalogue import SERVICES, Service
from lib.demo.reference.oddities import Case

_KOPECK = ROUBLE // 100
_START = dt.date(2012, 7, 1)
_STEP_DAY = 16  # of the tariff that changes within a month
# percent of the price before, in tenths
_INDEX = {
    dt.date(2013, 7, 1): 1090, dt.date(2014, 7, 1): 1060, dt.date(2015, 7, 1): 1090,
    dt.date(2016, 7, 1): 1040, dt.date(2017, 7, 1): 1040, dt.date(2018, 7, 1): 1040,
    dt.date(2019, 1, 1): 1017, dt.date(2019, 7, 1): 1020, dt.date(2020, 7, 1): 1040,
    dt.date(2021, 7, 1): 1035, dt.date(2022, 7, 1): 1040, dt.date(2022, 12, 1): 1090,
    dt.date(2024, 7, 1): 1095, dt.date(2025, 7, 1): 1150, dt.date(2026, 1, 1): 1017,
    dt.date(2026, 10, 1): 1140,
}  # fmt: skip
_LATER, _LATER_INDEX = 2027, 1050
_CAPITAL = {2018: 700, 2019: 740, 2021: 920, 2024: 1180, 2025: 1392, 2026: 1545}
_INTERCOM_RISE = 300

Step = tuple[dt.date, int]


def get_price(service: Service, month: int, *, sender: str) -> int:
    """Return the month's price in millionths of a rouble.

    A month in which the price changed has the mean of its days, as billing prints it.
    """
    steps = _steps(service, month, sender=sender)
    current, kopecks = steps[-1]
    if months.number(current) != month or current.day == 1:
        return kopecks * _KOPECK
    days, old = months.count_days(month), current.day - 1
    mean = steps[-2][1] * old + kopecks * (days - old)
    return (mean * _KOPECK * 2 + days) // (2 * days)


def make_rows(houses: pl.DataFrame, month: int) -> pl.DataFrame:
    """Return the month's rows of tariffs.csv: the valid prices, and those that they replaced."""
    rows = pl.DataFrame(
        [
            (sender, *row)
            for (sender,), sender_houses in houses.group_by("sender", maintain_order=True)
            for service in SERVICES
            for row in _rows(service, month, sender=sender, houses=sender_houses)
        ],
        schema={
            "sender": pl.String,
            "service_id": pl.String,
            "house_id": pl.String,
            "valid_from": pl.Date,
            "valid_to": pl.Date,
            "price": pl.Decimal(14, 2),
        },
        orient="row",
    )
    return rows.with_columns(price=pl.col("price") / 100)


def get_house_price(kopecks: int, percent: int) -> int:
    """Return a house's own price of upkeep."""
    return (kopecks * percent * 2 + 100) // 200


def _rows(
    service: Service, month: int, *, sender: str, houses: pl.DataFrame
) -> list[tuple[object, ...]]:
    steps = _steps(service, month, sender=sender)[-2:]
    ends = [start - dt.timedelta(days=1) for start, _ in steps[1:]] + [None]
    spans = [(start, end, kopecks) for (start, kopecks), end in zip(steps, ends, strict=True)]
    if service.code != "upkeep":
        return [(service.code, None, *span) for span in spans]
    return [
        (service.code, house, start, end, get_house_price(kopecks, percent))
        for house, percent in houses.select("house_id", "percent").iter_rows()
        for start, end, kopecks in spans
    ]


@cache
def _steps(service: Service, month: int, *, sender: str) -> tuple[Step, ...]:
    """Return the service's prices in kopecks up to the month's end, oldest first."""
    last = months.get_day(month, months.count_days(month))
    if service.code == "capital":
        steps = _capital(last)
    elif service.code == "intercom":
        steps = _intercom(service.price, last, sender=sender)
    else:
        steps = _indexed(service.price, last)
    return ((_START, service.price), *steps)


def _indexed(kopecks: int, last: dt.date) -> list[Step]:
    later = {dt.date(year, 7, 1): _LATER_INDEX for year in range(_LATER, last.year + 1)}
    steps = []
    for start, percent in (_INDEX | later).items():
        if start <= last:
            kopecks = (kopecks * percent * 2 + 1000) // 2000
            steps.append((start, kopecks))
    return steps


def _capital(last: dt.date) -> list[Step]:
    later = {year: _CAPITAL[2026] + 100 * (year - 2026) for year in range(2027, last.year + 1)}
    return [
        (dt.date(year, 1, 1), kopecks)
        for year, kopecks in (_CAPITAL | later).items()
        if year <= last.year
    ]


def _intercom(first: int, last: dt.date, *, sender: str) -> list[Step]:
    """Raise the price every year, in the middle of a month."""
    place = oddities.get_month(Case.TARIFF_STEP, sender=sender)
    starts = (dt.date(year, place + 1, _STEP_DAY) for year in range(2013, last.year + 1))
    return [
        (start, first + _INTERCOM_RISE * turn)
        for turn, start in enumerate(starts, start=1)
        if start <= last
    ]
