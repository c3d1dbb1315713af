"""Meters with the account, reading window, limits and prices that apply to them."""

import datetime as dt
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import Date, bindparam, func, or_, select, true
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from db.models import (
    Account,
    BillingPeriod,
    House,
    Meter,
    Organization,
    Premise,
    ReadingLimit,
    ReadingWindow,
    Service,
    Tariff,
)
from db.queries import scope
from db.rows import read_all
from db.session import Viewer


class MeterRow(NamedTuple):
    """A meter with its account, reading window, limits and prices.

    A meter without a window has None from ``first_day`` to ``accepts_expired``, one without
    limits from ``per_day`` to ``places``. ``price_zones`` and ``prices`` are in the same order.
    """

    account_id: int
    id: int
    service_id: int
    serial: str
    place: str | None
    capacity: int
    decimals: int
    zones: int
    verified_on: dt.date | None
    next_verification_on: dt.date | None
    status: str
    removed_on: dt.date | None
    number: str
    organization_id: int
    closed_on: dt.date | None
    organization: str
    street: str | None
    house: str
    building: str | None
    premise: str
    premise_kind: str
    service: str
    unit: str
    meter_kind: str | None
    first_day: int | None
    last_day: int | None
    outside: str | None
    accepts_expired: bool | None
    per_day: Decimal | None
    soft: Decimal | None
    hard: Decimal | None
    places: int | None
    closed: list[dt.date] | None
    price_zones: list[int | None] | None
    prices: list[Decimal] | None


_today = bindparam("today", type_=Date)

# an organisation's window for one service takes precedence over its window for all
_WINDOW = (
    select(
        ReadingWindow.first_day,
        ReadingWindow.last_day,
        ReadingWindow.outside,
        ReadingWindow.accepts_expired,
    )
    .where(
        ReadingWindow.organization_id == Account.organization_id,
        or_(ReadingWindow.service_id.is_(None), ReadingWindow.service_id == Meter.service_id),
        ReadingWindow.valid_from <= _today,
    )
    .order_by(ReadingWindow.service_id.is_(None), ReadingWindow.valid_from.desc())
    .limit(1)
    .correlate(Account, Meter)
    .lateral("opening")
)
_LIMIT = (
    select(
        ReadingLimit.per_day,
        ReadingLimit.soft,
        ReadingLimit.hard,
        ReadingLimit.decimals.label("places"),
    )
    .where(ReadingLimit.resource == Service.meter_kind, ReadingLimit.valid_from <= _today)
    .order_by(ReadingLimit.valid_from.desc())
    .limit(1)
    .correlate(Service)
    .lateral("most")
)
# closed periods from this month on
_CLOSED = (
    select(func.array_agg(BillingPeriod.period))
    .where(
        BillingPeriod.sender_id == Account.sender_id,
        BillingPeriod.status == "closed",
        BillingPeriod.period >= func.date_trunc("month", _today),
    )
    .correlate(Account)
    .scalar_subquery()
)
# callers take the last price of a zone, so a house's own price follows that of all houses
_CLOSEST_LAST = (Tariff.house_id.nulls_first(), Tariff.valid_from)
_PRICES = (
    select(
        func.array_agg(aggregate_order_by(Tariff.zone, *_CLOSEST_LAST)).label("price_zones"),
        func.array_agg(aggregate_order_by(Tariff.price, *_CLOSEST_LAST)).label("prices"),
    )
    .where(
        Tariff.service_id == Meter.service_id,
        Meter.removed_on.is_(None),
        or_(Tariff.house_id.is_(None), Tariff.house_id == Premise.house_id),
        Tariff.valid_from <= _today,
        or_(Tariff.valid_to.is_(None), Tariff.valid_to >= _today),
    )
    .correlate(Meter, Premise)
    .lateral("price")
)
_METERS = (
    select(
        Meter.account_id,
        Meter.id,
        Meter.service_id,
        Meter.serial,
        Meter.place,
        Meter.capacity,
        Meter.decimals,
        Meter.zones,
        Meter.verified_on,
        Meter.next_verification_on,
        Meter.status,
        Meter.removed_on,
        Account.number,
        Account.organization_id,
        Account.closed_on,
        Organization.name.label("organization"),
        House.street,
        House.house,
        House.building,
        Premise.number.label("premise"),
        Premise.kind.label("premise_kind"),
        Service.name.label("service"),
        Service.unit,
        Service.meter_kind,
        _WINDOW.c.first_day,
        _WINDOW.c.last_day,
        _WINDOW.c.outside,
        _WINDOW.c.accepts_expired,
        _LIMIT.c.per_day,
        _LIMIT.c.soft,
        _LIMIT.c.hard,
        _LIMIT.c.places,
        _CLOSED.label("closed"),
        _PRICES.c.price_zones,
        _PRICES.c.prices,
    )
    .select_from(Meter)
    .join(Account, Account.id == Meter.account_id)
    .join(Organization, Organization.id == Account.organization_id)
    .join(Premise, Premise.id == Account.premise_id)
    .join(House, House.id == Premise.house_id)
    .join(Service, Service.id == Meter.service_id)
    .outerjoin(_WINDOW, true())
    .outerjoin(_LIMIT, true())
    .join(_PRICES, true())
    .where(
        scope.match_viewer(Meter.account_id),
        or_(Meter.removed_on.is_(None), Meter.removed_on >= bindparam("since", type_=Date)),
    )
    .order_by(Meter.account_id, Service.name, Meter.serial)
)


def list_meters(
    session: Session, *, viewer: Viewer, today: dt.date, since: dt.date
) -> list[MeterRow]:
    """Return the viewer's meters with their account, window, limits and prices of ``today``.

    Args:
        session: the caller's.
        viewer: whose accounts are read.
        today: the business date.
        since: meters removed before this day are left out.
    """
    values = {"today": today, "since": since, **scope.bind_viewer(viewer)}
    return read_all(session.execute(_METERS, values), MeterRow)
