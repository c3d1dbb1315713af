"""A few neighbours: one house of another managing company, deterministic to the kopeck.

Every figure follows from the account, the service and the month alone, so that
a month generated today is the same bytes when it is generated next year, and
closing of one month is opening of the next without a chain between them.
"""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from lib.demo import package
from lib.demo.catalogue import (
    GROUPS,
    HEATING_SHARE,
    HOUSE,
    SENDER,
    SERVICES,
    Service,
    organizations,
    service_row,
    tariff_row,
)
from lib.demo.package import Row

_KOPECK = Decimal("0.01")
_MONTHS_SHOWN = 7

_SURNAMES = "Рябинин Кузьмина Снегирёв Вересова Полозов Журавлёва Ольхин Берёзкина".split()  # noqa: SIM905
_NAMES = (
    ("Андрей", "Павлович"),
    ("Марина", "Олеговна"),
    ("Илья", "Ильич"),
    ("Вера", "Сергеевна"),
    ("Олег", None),
    ("Нина", "Кирилловна"),
    ("Пётр", "Андреевич"),
    ("Зоя", "Юрьевна"),
)


@dataclass(frozen=True, slots=True)
class _Neighbour:
    number: int
    area: Decimal
    months_late: int  # how many months of charges stay unpaid at a month's end
    advance: Decimal  # paid ahead, per group's first service

    @property
    def code(self) -> str:
        return f"A{self.number}"


def write_packages(folder: Path, *, today: dt.date) -> Iterator[Path]:
    """Write the house's latest seven months up to the one before ``today``, oldest first."""
    for period in _periods(today):
        target = folder / f"{SENDER}-{period:%Y-%m}"
        package.write(target, organization=SENDER, period=period, files=_files(period))
        yield target


def _periods(today: dt.date) -> list[dt.date]:
    last = today.year * 12 + today.month - 2
    return [dt.date(n // 12, n % 12 + 1, 1) for n in range(last - _MONTHS_SHOWN + 1, last + 1)]


def _files(period: dt.date) -> dict[str, list[Row]]:
    neighbours = _neighbours()
    return {
        "organizations": organizations(),
        "houses": [HOUSE],
        "premises": [_premise(n) for n in neighbours],
        "accounts": [_account(n) for n in neighbours],
        "service_groups": GROUPS,
        "services": [service_row(s) for s in SERVICES],
        "tariffs": [tariff_row(s) for s in SERVICES],
        "accruals": [_line(n, s, period) for n in neighbours for s in SERVICES],
        "payments": [_payment(n, period) for n in neighbours],
        "payment_parts": [p for n in neighbours for p in _parts(n, period)],
        "documents": [_document(n, period) for n in neighbours],
    }


def _neighbours() -> list[_Neighbour]:
    areas = ("44.6", "31.2", "59.8", "38.1", "62.4", "45.0", "30.9", "77.3")
    late = (1, 1, 2, 1, 1, 3, 1, 1)
    advances = ("0", "0", "0", "350.00", "0", "0", "0", "0")
    rows = zip(areas, late, advances, strict=True)
    return [
        _Neighbour(number, Decimal(area), months, Decimal(advance))
        for number, (area, months, advance) in enumerate(rows, start=1)
    ]


def _total(neighbour: _Neighbour, service: Service, period: dt.date) -> tuple[Decimal, Decimal]:
    """Return the month's volume and charge of a service."""
    chance = random.Random(f"{neighbour.code}/{service.code}/{period}")  # noqa: S311 - demonstration data
    if service.basis == "area":
        volume = neighbour.area
    elif service.basis == "house":
        share = HEATING_SHARE.get(period.month, Decimal(0))
        volume = (neighbour.area * Decimal("0.036") * share).quantize(Decimal("0.0001"))
    else:
        volume = service.mean * Decimal(chance.randint(60, 150)) / 100
    volume = volume.quantize(Decimal("0.0001"))
    return volume, (volume * service.price).quantize(_KOPECK, ROUND_HALF_UP)


def _closing(neighbour: _Neighbour, service: Service, period: dt.date) -> Decimal:
    """Return what is owed at a month's end: its charge and those that are paid late."""
    owed = Decimal("0.00")
    month = period
    for _ in range(neighbour.months_late):
        owed += _total(neighbour, service, month)[1]
        month = _before(month)
    return owed - (neighbour.advance if service.code == "heat" else 0)


def _before(month: dt.date) -> dt.date:
    return (month - dt.timedelta(days=1)).replace(day=1)


def _paid(neighbour: _Neighbour, service: Service, period: dt.date) -> Decimal:
    opening = _closing(neighbour, service, _before(period))
    return opening + _total(neighbour, service, period)[1] - _closing(neighbour, service, period)


def _line(neighbour: _Neighbour, service: Service, period: dt.date) -> Row:
    volume, total = _total(neighbour, service, period)
    return {
        "account_id": neighbour.code,
        "service_id": service.code,
        "period": f"{period:%Y-%m}",
        "tariff": service.price,
        "method": {"area": "area", "house": "other"}.get(service.basis, "meter"),
        "volume_ind": None if service.basis == "area" else volume,
        "opening": _closing(neighbour, service, _before(period)),
        "accrued": total,
        "recalculation": None,
        "paid": _paid(neighbour, service, period),
        "total": total,
        "closing": _closing(neighbour, service, period),
    }


def _payment(neighbour: _Neighbour, period: dt.date) -> Row:
    amount = sum((_paid(neighbour, s, period) for s in SERVICES), Decimal("0.00"))
    return {
        "payment_id": f"pay-{neighbour.code}-{period:%Y-%m}",
        "account_id": neighbour.code,
        "paid_on": f"{period:%Y-%m}-{10 + neighbour.number:02}",
        "amount": amount,
        "period": f"{period:%Y-%m}",
        "channel": "bank",
        "is_reversal": 0,
    }


def _parts(neighbour: _Neighbour, period: dt.date) -> list[Row]:
    parts: dict[str, Decimal] = {}
    for service in SERVICES:
        paid = _paid(neighbour, service, period)
        parts[service.group] = parts.get(service.group, Decimal("0.00")) + paid
    return [
        {
            "payment_id": f"pay-{neighbour.code}-{period:%Y-%m}",
            "group_id": group,
            "amount": amount,
        }
        for group, amount in parts.items()
    ]


def _document(neighbour: _Neighbour, period: dt.date) -> Row:
    due = (period + dt.timedelta(days=31)).replace(day=15)
    return {
        "account_id": neighbour.code,
        "period": f"{period:%Y-%m}",
        "number": f"{period:%Y-%m}-{_number(neighbour)}",
        "due_on": due,
    }


def _number(neighbour: _Neighbour) -> str:
    return f"70{neighbour.number:06}"


def _account(neighbour: _Neighbour) -> Row:
    first, middle = _NAMES[neighbour.number - 1]
    return {
        "account_id": neighbour.code,
        "number": _number(neighbour),
        "premise_id": f"p{neighbour.number}",
        "organization_id": SENDER,
        "last_name": _SURNAMES[neighbour.number - 1],
        "first_name": first,
        "middle_name": middle,
        "ownership": "private",
        "registered": 2,
        "residents": 2,
        "area": neighbour.area,
        "opened_on": "2019-04-01",
    }


def _premise(neighbour: _Neighbour) -> Row:
    return {
        "premise_id": f"p{neighbour.number}",
        "house_id": "h1",
        "number": neighbour.number,
        "kind": "flat",
        "total_area": neighbour.area,
        "heated_area": neighbour.area,
    }
