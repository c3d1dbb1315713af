"""Houses: how they are found, what is in them, what their meters counted."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import ARRAY, Text, all_, bindparam, func, literal, select
from sqlalchemy.orm import Session

from db.base import AnyRow
from db.models import House, HouseVolume, Premise, Service

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
# every word that is asked for begins a word of the address
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


def found(
    session: Session, *, organization_id: int, words: Sequence[str], limit: int
) -> Sequence[AnyRow]:
    """Return the organisation's first houses whose addresses have words that begin so.

    Args:
        session: anybody's.
        organization_id: the organisation.
        words: letters and digits alone, in lower case and without «ё».
        limit: how many houses at most.
    """
    values = {
        "organization": organization_id,
        "patterns": [f"% {word}%" for word in words],
        "limit": limit,
    }
    return session.execute(_FOUND, values).all()


def premises(session: Session, *, house_id: int) -> Sequence[AnyRow]:
    """Return the premises of a house, in no order."""
    return session.execute(_PREMISES, {"house": house_id}).all()


def volumes(session: Session, *, house_id: int, period: dt.date) -> Sequence[AnyRow]:
    """Return what a house used in a month, by service."""
    return session.execute(_VOLUMES, {"house": house_id, "month": period}).all()
