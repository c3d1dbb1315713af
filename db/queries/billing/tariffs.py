"""Tariffs: prices of services, of one house before those of all."""

from collections.abc import Sequence

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from db.base import AnyRow
from db.models import House, Service, Tariff

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


def of_house(session: Session, *, house_id: int) -> Sequence[AnyRow]:
    """Return the prices that hold or held in a house, latest first within a service."""
    return session.execute(_OF_HOUSE, {"house": house_id}).all()
