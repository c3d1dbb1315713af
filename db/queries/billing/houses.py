"""Houses: search by address, their premises, and the volumes of their meters."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import ARRAY, Text, all_, bindparam, func, literal, select
from sqlalchemy.orm import Session

from db.models import House, HouseVolume, Premise, Service
from db.rows import read_all


class HouseRow(NamedTuple):
    """A house and its address."""

    id: int
    city: str
    street: str | None
    house: str
    building: str | None


class PremiseRow(NamedTuple):
    """A premise of a house."""

    id: int
    number: str
    kind: str


class VolumeRow(NamedTuple):
    """What a house used of one service in a month, in the service's unit."""

    service: str
    unit: str
    odpu_volume: Decimal | None
    premises_volume: Decimal | None
    common_volume: Decimal | None


_VOLUMES = (
    select(
        Service.name.label("service"),
        Service.unit,
        HouseVolume.odpu_volume,
        HouseVolume.premises_volume,
        HouseVolume.common_volume,
    )
    .join(Service, Service.id == HouseVolume.service_id)
    .where(HouseVolume.house_id == bindparam("house"), HouseVolume.period == bindparam("month"))
    .order_by(Service.name)
)
# the address as words with a space before each, so that LIKE finds beginnings of words
_WORDS = func.translate(
    func.lower(
        literal(" ") + func.concat_ws(" ", House.city, House.street, House.house, House.building)
    ),
    "ё.,-",
    "е   ",
)
_NUMBER = func.lpad(func.substring(House.house, "^[0-9]{1,8}"), 8, "0")
_FOUND = (
    select(House.id, House.city, House.street, House.house, House.building)
    .where(
        House.organization_id == bindparam("organization"),
        _WORDS.like(all_(bindparam("patterns", type_=ARRAY(Text)))),
    )
    .order_by(House.city, House.street, _NUMBER, House.house, House.building)
    .limit(bindparam("limit"))
)
_PREMISES = select(Premise.id, Premise.number, Premise.kind).where(
    Premise.house_id == bindparam("house")
)


def search_houses(
    session: Session, *, organization_id: int, words: Sequence[str], limit: int
) -> list[HouseRow]:
    """Return the organisation's houses whose address has, for each word, a word beginning with it.

    Args:
        session: any role's.
        organization_id: the organisation.
        words: only letters and digits, in lower case and without «ё».
        limit: how many houses at most.
    """
    values = {
        "organization": organization_id,
        "patterns": [f"% {word}%" for word in words],
        "limit": limit,
    }
    return read_all(session.execute(_FOUND, values), HouseRow)


def list_premises(session: Session, *, house_id: int) -> list[PremiseRow]:
    """Return the premises of a house, in no particular order."""
    return read_all(session.execute(_PREMISES, {"house": house_id}), PremiseRow)


def list_volumes(session: Session, *, house_id: int, period: dt.date) -> list[VolumeRow]:
    """Return what a house used in a month, by service."""
    return read_all(session.execute(_VOLUMES, {"house": house_id, "month": period}), VolumeRow)
