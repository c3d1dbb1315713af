"""Charges of the golden account's history: prices by DOMAIN §8.1, use by chance."""

import datetime as dt
from dataclasses import dataclass
from functools import cache

import polars as pl

from lib.demo import chance, months
from lib.demo.amounts import UNIT
from lib.demo.billing.consumption import HEATING

AREA_LINES = ("tko", "lift", "stove", "upkeep", "chute")
GROUPS = {
    **dict.fromkeys(("sewer", "cold"), "water"),
    **dict.fromkeys((*AREA_LINES, "power_day"), "housing"),
    **dict.fromkeys(("hot", "heat"), "heating"),
}
# kopecks from July 2012, July 2013 and July 2014; October charges the last
_PRICES = {
    "sewer": (1800, 1973, 2095),
    "cold": (2112, 2313, 2452),
    "tko": (90, 96, 103),
    "lift": (345, 371, 398),
    "stove": (13, 14, 15),
    "upkeep": (1148, 1221, 1298),
    "chute": (66, 71, 76),
    "power_day": (206, 220, 235),
    "hot": (111_825, 117_940, 124_065),
    "heat": (111_825, 117_940, 124_065),
}
_HOT = (9065, 9744, 10160)  # what a cubic metre of hot water costs
_STEPS = (dt.date(2012, 7, 1), dt.date(2013, 7, 1), dt.date(2014, 7, 1))
_AREA = 381  # tenths of a square metre
_HEATING_NORM = 36
# dials on 24 September 2014, in ten-thousandths: the golden package continues them
_DIALS = {"cold": 1_000_000, "hot": 571_500, "power_day": 42_100_000}
_DIALS_MONTH = months.number(dt.date(2014, 9, 1))
# least, most and step of a month's use, in ten-thousandths
_USE = {
    "cold": (9_000, 21_000, 10),
    "hot": (1_000, 3_000, 10),
    "power_day": (130_000, 210_000, 1000),
}


@dataclass(frozen=True, slots=True)
class Charge:
    """What a service costs in a month: kopecks a unit, ten-thousandths of a unit, kopecks."""

    price: int
    method: str
    volume: int | None
    accrued: int


@cache
def charge(service: str, month: int) -> Charge:
    """Return the charge of a service in a month."""
    price = _PRICES[service][_step(month)]
    if service in AREA_LINES:
        return Charge(price, "area", None, _cost(price, _AREA * UNIT // 10))
    if service == "heat":
        volume = _AREA * _HEATING_NORM * HEATING[month % 12] // 100
        return Charge(price, "other", volume, _cost(price, volume))
    if service == "hot":  # printed with the price of a Gcal and no volume, as in October
        return Charge(price, "other", None, _cost(_HOT[_step(month)], use("hot", month)))
    volume = use("cold", month) + use("hot", month) if service == "sewer" else use(service, month)
    return Charge(price, "meter", volume, _cost(price, volume))


def use(service: str, month: int) -> int:
    """Return what the meter of a service counted in a month, in ten-thousandths."""
    least, most, grain = _USE[service]
    return (least + chance.pick("golden", service, month, below=most - least)) // grain * grain


def get_dial(service: str, month: int) -> int:
    """Return the dial at a month's end, in ten-thousandths."""
    since = range(month + 1, _DIALS_MONTH + 1)
    return _DIALS[service] - sum(use(service, later) for later in since)


def make_tariff_rows() -> pl.DataFrame:
    """Return the rows of tariffs.csv for the time before the golden package's tariffs."""
    return pl.DataFrame(
        [
            {
                "service_id": service,
                "valid_from": start,
                "valid_to": after - dt.timedelta(days=1),
                "price": price,
            }
            for service, prices in _PRICES.items()
            for start, after, price in zip(_STEPS, _STEPS[1:], prices, strict=False)
        ]
    ).with_columns(price=pl.col("price").cast(pl.Decimal(14, 2)) / 100)


def _step(month: int) -> int:
    return sum(1 for start in _STEPS[1:] if months.number(start) <= month)


def _cost(price: int, volume: int) -> int:
    return (price * volume * 2 + UNIT) // (2 * UNIT)
