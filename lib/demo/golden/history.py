"""History: the months before the golden one, joined to it line by line.

Closing of September 2014 is opening of October as the golden package has it. From
there the balances are computed backwards: every month pays the charge of the month
before. For each service one payment settles the difference, so that the balances join.
"""

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files

import polars as pl

from lib.demo import months
from lib.demo.amounts import to_roubles, to_volumes
from lib.demo.golden.history_charges import AREA_LINES, GROUPS, charge, get_dial, make_tariff_rows
from lib.demo.package import Package

SENDER, MONTHS = "kamal", 23
_ACCOUNT, _NUMBER = "A1", "0000012345"
_GOLDEN = months.number(dt.date(2014, 10, 1))
_LAST = _GOLDEN - 1
_SUMMER, _WINTER = months.number(dt.date(2014, 6, 1)), months.number(dt.date(2014, 2, 1))
# the month whose payment settles a service's balance; later months pay nothing,
# because they were paid ahead
_SETTLED = {
    **dict.fromkeys(AREA_LINES, _SUMMER),
    **dict.fromkeys(("cold", "sewer", "power_day"), _LAST),
    **dict.fromkeys(("hot", "heat"), _WINTER),
}
# the golden package has this payment of September too: both must agree
_KNOWN_PAYMENT, _KNOWN_AMOUNT, _KNOWN_GROUP, _TAKES_REST = "pay-1", 12_345, "housing", "lift"
_REFERENCES = (
    "organizations", "houses", "premises", "accounts", "service_groups", "services", "meters",
)  # fmt: skip
_METERS = {"cold": "m1", "hot": "m2", "power_day": "m3"}
_CHANNELS = ("bank", "cash", "bank", "online")


@dataclass(frozen=True, slots=True)
class _Line:
    """One service in one month, in kopecks."""

    opening: int
    accrued: int
    paid: int
    closing: int


def make_packages(count: int = MONTHS, *, known: Collection[dt.date] = ()) -> Iterator[Package]:
    """Make the last ``count`` months before the golden one, oldest first.

    Args:
        count: how many months.
        known: periods to skip; the first package that is made has the references.
    """
    wanted = [m for m in range(_GOLDEN - count, _GOLDEN) if months.get_day(m) not in known]
    for month in wanted:
        references = _references() if month == wanted[0] else {}
        yield Package(
            SENDER, months.get_day(month), is_closed=True, files=references | _facts(month)
        )


def _golden(stem: str) -> pl.DataFrame:
    content = (files("lib.demo") / "golden" / "2014-10" / f"{stem}.csv").read_bytes()
    return pl.read_csv(content, separator=";", infer_schema=False)


def _references() -> dict[str, pl.DataFrame]:
    return {stem: _golden(stem) for stem in _REFERENCES} | {"tariffs": make_tariff_rows()}


@cache
def _first_openings() -> dict[str, int]:
    """Return the opening balances of October, in kopecks, in the order of the bill."""
    lines = _golden("accruals").select("service_id", "opening").iter_rows()
    return {service: int(Decimal(opening) * 100) for service, opening in lines}


def _line(service: str, month: int) -> _Line:
    """Return the line; its closing is the next month's opening."""
    following = _first_openings()[service] if month == _LAST else _opening(service, month + 1)
    accrued = charge(service, month).accrued
    paid = _paid(service, month, closing=following)
    return _Line(following - accrued + paid, accrued, paid, following)


@cache
def _opening(service: str, month: int) -> int:
    return _line(service, month).opening


def _paid(service: str, month: int, *, closing: int) -> int:
    before = charge(service, month - 1).accrued
    if month < _SETTLED[service]:
        return before
    if month == _SETTLED[service]:
        return before + charge(service, month).accrued - closing
    if month == _LAST and service == _TAKES_REST:
        power = _line("power_day", month).paid
        return _KNOWN_AMOUNT - power
    return 0


def _facts(month: int) -> dict[str, pl.DataFrame]:
    lines = {service: _line(service, month) for service in _first_openings()}
    paid = _payments(lines, month)
    return {
        "accruals": _accruals(lines, month),
        "payments": _payment_rows(paid, month),
        "payment_parts": pl.DataFrame(
            [
                {"payment_id": payment, "group_id": group, "amount": amount}
                for payment, parts in paid.items()
                for group, amount in parts.items()
            ]
        ).with_columns(amount=to_roubles(pl.col("amount"))),
        "readings": _readings(month),
        "documents": _document(month),
    }


def _accruals(lines: dict[str, _Line], month: int) -> pl.DataFrame:
    rows = []
    for service, line in lines.items():
        charged = charge(service, month)
        rows.append(
            {
                "account_id": _ACCOUNT,
                "service_id": service,
                "period": months.format_label(month),
                "tariff": charged.price,
                "method": charged.method,
                "volume_ind": charged.volume,
                "opening": line.opening,
                "accrued": line.accrued,
                "recalculation": None,
                "paid": line.paid,
                "total": line.accrued,
                "closing": line.closing,
            }
        )
    money = ("tariff", "opening", "accrued", "paid", "total", "closing")
    return pl.DataFrame(rows, infer_schema_length=None).with_columns(
        *(to_roubles(pl.col(name)) for name in money), volume_ind=to_volumes(pl.col("volume_ind"))
    )


def _payments(lines: dict[str, _Line], month: int) -> dict[str, dict[str, int]]:
    """Return the month's payments: the amount of each group, by payment."""
    parts: dict[str, int] = {}
    for service, line in lines.items():
        group = GROUPS[service]
        parts[group] = parts.get(group, 0) + line.paid
    parts = {group: amount for group, amount in parts.items() if amount}
    paid = {f"pay-{months.format_label(month)}": parts}
    if month == _LAST:
        known = {_KNOWN_GROUP: parts.pop(_KNOWN_GROUP)}
        paid = {_KNOWN_PAYMENT: known} | paid
    return paid


def _payment_rows(paid: dict[str, dict[str, int]], month: int) -> pl.DataFrame:
    day = 8 + month % 9
    rows = [
        {
            "payment_id": payment,
            "account_id": _ACCOUNT,
            "paid_on": months.get_day(month, day),
            "posted_on": months.get_day(month, day + 1),
            "amount": sum(parts.values()),
            "period": months.format_label(month),
            "channel": _CHANNELS[month % len(_CHANNELS)],
            "source": None,
            "registry_no": f"R-{month % 100}",
            "is_reversal": 0,
        }
        for payment, parts in paid.items()
        if payment != _KNOWN_PAYMENT
    ]
    payments = pl.DataFrame(rows, infer_schema_length=None).with_columns(
        amount=to_roubles(pl.col("amount"))
    )
    texts = payments.cast(pl.String)
    if _KNOWN_PAYMENT in paid:
        texts = pl.concat([_golden("payments").cast(pl.String), texts])
    return texts


def _readings(month: int) -> pl.DataFrame:
    rows = [
        {
            "meter_id": meter,
            "taken_on": months.get_day(month, 24),
            "zone": 1,
            "value": get_dial(service, month),
            "period": months.format_label(month),
            "source": "resident",
            "status": "accepted",
        }
        for service, meter in _METERS.items()
    ]
    return pl.DataFrame(rows).with_columns(value=to_volumes(pl.col("value")))


def _document(month: int) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "account_id": [_ACCOUNT],
            "period": [months.format_label(month)],
            "number": [f"{months.format_label(month)}-{_NUMBER}"],
            "due_on": [months.get_day(month + 1, 10)],
        }
    )
