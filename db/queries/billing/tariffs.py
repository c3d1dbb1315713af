"""Tariffs: prices of services in a house, its own and those of all houses."""

import datetime as dt
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from db.models import House, Service, Tariff
from db.rows import read_all


class TariffRow(NamedTuple):
    """A price of a service, in roubles a unit; ``valid_to`` is None while it is in force."""

    service: str
    unit: str
    valid_from: dt.date
    valid_to: dt.date | None
    price: Decimal


_OF_HOUSE = (
    select(
        Service.name.label("service"),
        Service.unit,
        Tariff.valid_from,
        Tariff.valid_to,
        Tariff.price,
    )
    .join(Service, Service.id == Tariff.service_id)
    .join(House, House.sender_id == Service.sender_id)
    .where(
        House.id == bindparam("house"),
        or_(Tariff.house_id.is_(None), Tariff.house_id == House.id),
    )
    .order_by(Service.name, Tariff.valid_from.desc())
)


def list_tariffs(session: Session, *, house_id: int) -> list[TariffRow]:
    """Return the past and present prices in a house, latest first within a service."""
    return read_all(session.execute(_OF_HOUSE, {"house": house_id}), TariffRow)
