"""What the neighbours' managing company serves: its house, services, recipients."""

from dataclasses import dataclass
from decimal import Decimal

from lib.demo.package import Row
from lib.domain import requisites

SENDER = "uyut"
_BIC = "047599999"
_CORR = "30101810300000000999"


def _m(*numbers: str) -> tuple[Decimal, ...]:
    return tuple(map(Decimal, numbers))


@dataclass(frozen=True, slots=True)
class Service:
    """One service with its price (₽ a unit) and mean use (units a month)."""

    code: str
    group: str
    name: str
    unit: str
    basis: str
    price: Decimal
    mean: Decimal  # m³ a month, or share of the area charged


SERVICES = (
    Service("cold", "water", "Холодное водоснабжение", "куб.м", "meter", *_m("44.87", "4.2")),
    Service("sewer", "water", "Водоотведение", "куб.м", "meter", *_m("31.15", "6.9")),
    Service("upkeep", "housing", "Содержание и ремонт", "кв.м", "area", *_m("33.12", "1")),
    Service("tko", "housing", "Обращение с ТКО", "кв.м", "area", *_m("2.86", "1")),
    Service("heat", "heating", "Отопление", "Гкал", "house", *_m("2148.63", "0.9")),
)
HEATING_SHARE = dict(
    zip(
        (1, 2, 3, 4, 5, 10, 11, 12),
        _m("1.35", "1.2", "1", "0.6", "0.1", "0.55", "0.9", "1.2"),
        strict=True,
    )
)


def service_row(service: Service) -> Row:
    """Return the service's row of services.csv."""
    return {
        "service_id": service.code,
        "group_id": service.group,
        "name": service.name,
        "unit": service.unit,
        "basis": service.basis,
        "penalty": 1,
    }


def tariff_row(service: Service) -> Row:
    """Return the service's row of tariffs.csv."""
    return {"service_id": service.code, "valid_from": "2025-07-01", "price": service.price}


HOUSE: Row = {
    "house_id": "h1",
    "organization_id": SENDER,
    "city": "Магнитогорск",
    "street": "пр-т Солнечный",
    "house": "12/1",
    "building": "2А",
    "floors": 5,
}
GROUPS: list[Row] = [
    {"group_id": "water", "name": "Вода и стоки", "sort": 1, "recipient_organization_id": "rso"},
    {"group_id": "housing", "name": "Жилищные", "sort": 2, "recipient_organization_id": SENDER},
    {"group_id": "heating", "name": "Отопление", "sort": 3, "recipient_organization_id": "rso"},
]


def organizations() -> list[Row]:
    """Return the rows of organizations.csv."""
    return [
        _organization(SENDER, "ООО «УК «Уютный дом»", "uk", 101),
        _organization("rso", "МУП «Пример-Ресурс»", "rso", 102),
    ]


def _organization(code: str, name: str, kind: str, number: int) -> Row:
    return {
        "organization_id": code,
        "name": name,
        "kind": kind,
        "inn": _inn(number),
        "address": "г. Магнитогорск, ул. Примерная, 20",
        "phone": "+7 3519 00-00-20",
        "ads_phone": "+7 3519 00-00-21",
        "email": f"{code}@example.org",
        "work_hours": "пн–пт 8:00–17:00",
        "bank_name": "АО «БАНК ДЛЯ ПРИМЕРОВ»",
        "bic": _BIC,
        "account": _settlement_account(number),
        "corr_account": _CORR,
        "qr_encoding": 2,
    }


def _settlement_account(number: int) -> str:
    """Return a fictional account whose key is right; its bank does not exist."""
    drafts = (f"40702810{key}{number:011}" for key in range(10))
    return next(draft for draft in drafts if requisites.is_account_key_valid(_BIC, draft))


def _inn(number: int) -> str:
    drafts = (f"74000{number:04}{digit}" for digit in range(10))
    return next(draft for draft in drafts if requisites.is_inn_valid(draft))
