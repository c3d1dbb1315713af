"""Houses: what their meters counted."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from db.base import AnyRow
from db.models import HouseVolume, Service

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


def volumes(session: Session, *, house_id: int, period: dt.date) -> Sequence[AnyRow]:
    """Return what a house used in a month, by service."""
    return session.execute(_VOLUMES, {"house": house_id, "month": period}).all()
