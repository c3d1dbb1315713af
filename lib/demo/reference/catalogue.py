"""Catalogue: services, their groups, and which houses have which."""

from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from lib.demo.reference.organizations import Sender


class Basis(StrEnum):
    """What a service is charged by."""

    METER = "meter"
    AREA = "area"
    PERSON = "person"
    FIXED = "fixed"
    HOUSE = "house"


@dataclass(frozen=True, slots=True)
class Service:
    """One service.

    Attributes:
        code: its id.
        group: id of its group.
        name: as printed.
        unit: as printed.
        basis: what it is charged by.
        price: kopecks a unit in July 2012; later prices follow the index path.
        meter_kind: what its meter counts, empty without one.
        interval: years between verifications of its meter.
        decimals: places after the point of its meter.
    """

    code: str
    group: str
    name: str
    unit: str
    basis: Basis
    price: int
    meter_kind: str | None = None
    interval: int = 0
    decimals: int = 0


_LONG = (
    "Содержание и текущий ремонт общедомовых приборов учёта, узла управления "
    "и насосного оборудования теплового пункта"
)
SERVICES = (
    Service("cold", "water", "Холодное водоснабжение", "куб.м", Basis.METER, 1990,
            "cold_water", 6, 3),
    Service("sewer", "water", "Водоотведение", "куб.м", Basis.METER, 1380),
    Service("upkeep", "housing", "Содержание и ремонт", "кв.м", Basis.AREA, 1130),
    Service("lift", "housing", "Лифт", "кв.м", Basis.AREA, 340),
    Service("chute", "housing", "Содержание мусоропроводов", "кв.м", Basis.AREA, 70),
    Service("stove", "housing", "Обслуживание электроплит", "кв.м", Basis.AREA, 15),
    Service("plant", "housing", _LONG, "кв.м", Basis.AREA, 120),
    Service("tko", "housing", "Обращение с ТКО", "чел.", Basis.PERSON, 5517),
    Service("hot", "heating", "Горячее водоснабжение", "куб.м", Basis.METER, 8410,
            "hot_water", 4, 3),
    Service("heat", "heating", "Отопление", "Гкал", Basis.HOUSE, 95160),
    Service("power_day", "power", "Электроэнергия (день)", "кВт·ч", Basis.METER, 211,
            "electricity", 16, 1),
    Service("power_night", "power", "Электроэнергия (ночь)", "кВт·ч", Basis.METER, 105,
            None, 16, 1),
    Service("capital", "capital", "Взнос на капитальный ремонт", "кв.м", Basis.AREA, 640),
    Service("gas", "other", "Газоснабжение", "чел.", Basis.PERSON, 5586),
    Service("intercom", "other", "Домофон", "кв.", Basis.FIXED, 4000),
    Service("antenna", "other", "Телеантенна", "кв.", Basis.FIXED, 6200),
)  # fmt: skip
METERED = tuple(s.code for s in SERVICES if s.interval)

_FLAT = ("cold", "sewer", "upkeep", "tko", "hot", "heat", "power_day", "power_night", "capital")
HOUSE_SERVICES = {
    "high": (*_FLAT, "lift", "chute", "stove", "intercom", "antenna"),
    "five": (*_FLAT, "gas"),
    "low": ("cold", "sewer", "upkeep", "tko", "heat", "power_day", "power_night", "gas"),
    "private": ("cold", "tko", "power_day", "power_night"),
    "plant": (*_FLAT, "lift", "chute", "stove", "plant", "intercom", "antenna"),
}

_GROUPS = (
    ("water", "Вода и стоки", "rso"),
    ("housing", "Жилищные", None),
    ("heating", "Отопление и горячая вода", "rso"),
    ("power", "Электроэнергия", "energo"),
    ("capital", "Капитальный ремонт", "fkr"),
    ("other", "Прочие", None),
)
_PLACES = {service.code: place for place, service in enumerate(SERVICES)}


def place(code: str) -> int:
    """Return a service's place in SERVICES: frames hold it instead of the code."""
    return _PLACES[code]


def group_rows(sender: Sender) -> pl.DataFrame:
    """Return the rows of service_groups.csv; a group without a supplier pays the sender."""
    return pl.DataFrame(
        {
            "group_id": [code for code, _, _ in _GROUPS],
            "name": [name for _, name, _ in _GROUPS],
            "sort": range(1, len(_GROUPS) + 1),
            "recipient_organization_id": [supplier or sender.code for _, _, supplier in _GROUPS],
        }
    )


def make_service_rows(_: Sender) -> pl.DataFrame:
    """Return the rows of services.csv: every sender has the same."""
    return pl.DataFrame(
        {
            "service_id": [s.code for s in SERVICES],
            "group_id": [s.group for s in SERVICES],
            "name": [s.name for s in SERVICES],
            "unit": [s.unit for s in SERVICES],
            "basis": [s.basis.value for s in SERVICES],
            "meter_kind": [s.meter_kind for s in SERVICES],
            "penalty": 1,
        }
    )
