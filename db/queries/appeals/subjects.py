"""What an appeal may be written about: a meter or payments of the viewer's accounts."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from db.models import Meter, Payment, Service
from db.queries import scope
from db.rows import read_one
from db.session import Viewer


class MeterRow(NamedTuple):
    """A meter that an appeal is about."""

    account_id: int
    serial: str
    service: str


_METER = (
    select(Meter.account_id, Meter.serial, Service.name.label("service"))
    .join(Service, Service.id == Meter.service_id)
    .where(scope.match_viewer(Meter.account_id), Meter.id == bindparam("meter"))
)
_PAID = (
    select(Payment.amount)
    .where(
        scope.match_viewer(Payment.account_id),
        Payment.account_id == bindparam("account"),
        Payment.paid_on == bindparam("day"),
    )
    .order_by(Payment.id)
    .limit(10)
)


def find_meter(session: Session, *, viewer: Viewer, meter_id: int) -> MeterRow | None:
    """Return a meter of the viewer's accounts, or None."""
    values = {"meter": meter_id} | scope.bind_viewer(viewer)
    return read_one(session.execute(_METER, values), MeterRow)


def list_amounts_paid(
    session: Session, *, viewer: Viewer, account_id: int, day: dt.date
) -> Sequence[Decimal]:
    """Return the first ten amounts in roubles that were paid on a day for a viewer's account."""
    values = {"account": account_id, "day": day} | scope.bind_viewer(viewer)
    return session.scalars(_PAID, values).all()
