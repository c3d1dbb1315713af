"""Meters with the rules that hold for them, and readings of whoever took them."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Numeric,
    Select,
    Text,
    bindparam,
    cast,
    func,
    literal_column,
    null,
    or_,
    select,
    text,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from db.base import AnyRow
from db.models import (
    Account,
    BillingPeriod,
    House,
    Meter,
    Organization,
    Premise,
    Reading,
    ReadingLimit,
    ReadingWindow,
    Service,
    SubmittedReading,
    Tariff,
)
from db.queries import scope
from db.session import Viewer

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:word, 0))")
_today = bindparam("today", type_=Date)
_KEPT = 30  # of each kind and dial: two years and half a year more

# an organisation's own day for a service goes before its day for all
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
# of this month and those to come
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
# the house's own price comes after that of all houses, and stays
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
        scope.visible(Meter.account_id),
        or_(Meter.removed_on.is_(None), Meter.removed_on >= bindparam("since", type_=Date)),
    )
    .order_by(Meter.account_id, Service.name, Meter.serial)
)


def _latest(
    model: type[Reading | SubmittedReading], order: ColumnElement[Any]
) -> Select[tuple[int]]:
    """Number the readings of each dial, the latest first."""
    age = func.row_number().over(partition_by=(model.meter_id, model.zone), order_by=order)
    return select(age.label("age")).where(scope.visible(model.account_id))


_BILLED = (
    _latest(Reading, Reading.taken_on.desc())
    .add_columns(
        Reading.account_id,
        Reading.meter_id,
        Reading.zone,
        Reading.value,
        Reading.period,
        Reading.taken_on,
        Reading.source,
        func.coalesce(Reading.status, "accepted").label("status"),
        Reading.consumption,
        cast(null(), BigInteger).label("submitted_id"),
        cast(null(), Text).label("reason"),
        cast(null(), Text).label("request_key"),
    )
    .where(or_(Reading.status.is_(None), Reading.status != "rejected"))
    .subquery("billed")
)
_SUBMITTED = (
    _latest(SubmittedReading, SubmittedReading.id.desc())
    .add_columns(
        SubmittedReading.account_id,
        SubmittedReading.meter_id,
        SubmittedReading.zone,
        SubmittedReading.value,
        SubmittedReading.period,
        SubmittedReading.taken_on,
        literal_column("'portal'").label("source"),
        SubmittedReading.status,
        cast(null(), Numeric).label("consumption"),
        SubmittedReading.id.label("submitted_id"),
        SubmittedReading.reason,
        SubmittedReading.request_key,
    )
    .subquery("submitted")
)
_COLUMNS = [column for column in _BILLED.c.keys() if column != "age"]  # noqa: SIM118 - no dict
_READINGS = union_all(
    *(
        select(*(part.c[name] for name in _COLUMNS)).where(part.c.age <= _KEPT)
        for part in (_BILLED, _SUBMITTED)
    )
)
_ALL_READINGS = _READINGS.order_by(
    _READINGS.selected_columns.taken_on, _READINGS.selected_columns.submitted_id.nulls_first()
)


def lock(session: Session, *, account_ids: Sequence[int]) -> None:
    """Let one submission at a time go on for each account; always in the same order."""
    for account_id in sorted(account_ids):
        session.execute(_LOCK, {"word": f"readings {account_id}"})


def meters(session: Session, *, viewer: Viewer, today: dt.date, since: dt.date) -> Sequence[AnyRow]:
    """Return the viewer's meters with their account, window, limits and prices of ``today``.

    Args:
        session: the caller's.
        viewer: who looks.
        today: the business date.
        since: meters that were removed earlier are left out.
    """
    values = {"today": today, "since": since, **scope.values(viewer)}
    return session.execute(_METERS, values).all()


def readings(session: Session, *, viewer: Viewer) -> Sequence[AnyRow]:
    """Return the latest readings of the viewer's meters, of whoever took them, oldest first."""
    return session.execute(_ALL_READINGS, scope.values(viewer)).all()
