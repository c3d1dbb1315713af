"""Houses: reference data about them that everybody may read."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from db import session as database
from db.queries.billing import houses as queries
from db.queries.billing import tariffs
from db.session import DatabaseRole, Viewer

_EVERYBODY = Viewer(DatabaseRole.APP)


@dataclass(frozen=True, slots=True)
class HouseVolume:
    """What a house used of one service in one month, in the service's unit.

    Attributes:
        service: its name.
        unit: its unit.
        metered: by the house meter; None if there is no meter.
        premises: the part used in the premises.
        common: the part used for the common property.
    """

    service: str
    unit: str
    metered: Decimal | None
    premises: Decimal | None
    common: Decimal | None


@dataclass(frozen=True, slots=True)
class TariffStep:
    """A price of a service; ``valid_to`` is None while it is in force."""

    service: str
    unit: str
    valid_from: dt.date
    valid_to: dt.date | None
    price: Decimal


def list_volumes(*, house_id: int, period: dt.date) -> tuple[HouseVolume, ...]:
    """Return what the house used in a month, by service."""
    with database.transaction(_EVERYBODY) as session:
        rows = queries.list_volumes(session, house_id=house_id, period=period)
    return tuple(
        HouseVolume(
            service=row.service,
            unit=row.unit,
            metered=row.odpu_volume,
            premises=row.premises_volume,
            common=row.common_volume,
        )
        for row in rows
    )


def list_tariffs(*, house_id: int) -> tuple[TariffStep, ...]:
    """Return the present and past prices in the house, latest first within a service."""
    with database.transaction(_EVERYBODY) as session:
        rows = tariffs.list_tariffs(session, house_id=house_id)
    return tuple(
        TariffStep(row.service, row.unit, row.valid_from, row.valid_to, row.price) for row in rows
    )
