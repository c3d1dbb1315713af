"""Subscriptions to saved views: the login's own, in the analysts' role."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.models import InsightDelivery, InsightSubscription, InsightView
from db.rows import read_all


class SubscriptionRow(NamedTuple):
    """A subscription with the name of its view; None if the view is not shared any more."""

    id: int
    view_id: int
    view: str | None
    occasion: str
    figure_name: str | None
    figure_unit: str | None
    is_above: bool | None
    bound: Decimal | None
    created_at: dt.datetime
    paused_at: dt.datetime | None


class DeliveryRow(NamedTuple):
    """What became of an occasion."""

    subscription_id: int
    occasion: str
    happened_at: dt.datetime
    outcome: str
    reason: str


_LOGIN = InsightSubscription.login_id == bindparam("login")
_LIST = (
    select(
        InsightSubscription.id,
        InsightSubscription.view_id,
        InsightView.name.label("view"),
        InsightSubscription.occasion,
        InsightSubscription.figure_name,
        InsightSubscription.figure_unit,
        InsightSubscription.is_above,
        InsightSubscription.bound,
        InsightSubscription.created_at,
        InsightSubscription.paused_at,
    )
    .outerjoin(InsightView, InsightView.id == InsightSubscription.view_id)
    .where(_LOGIN)
    .order_by(InsightSubscription.id)
)
_DELIVERIES = (
    select(
        InsightDelivery.subscription_id,
        InsightDelivery.occasion,
        InsightDelivery.happened_at,
        InsightDelivery.outcome,
        InsightDelivery.reason,
    )
    .where(InsightDelivery.login_id == bindparam("login"))
    .order_by(InsightDelivery.happened_at.desc(), InsightDelivery.id.desc())
    .limit(bindparam("limit"))
)
_BY_REQUEST = select(InsightSubscription.id).where(
    _LOGIN, InsightSubscription.request_key == bindparam("request")
)
_BY_PAUSE_KEY = select(InsightSubscription.id).where(
    _LOGIN, InsightSubscription.pause_key == bindparam("pause")
)
_COUNT = select(func.count()).where(_LOGIN)
_OWN = (_LOGIN, InsightSubscription.id == bindparam("key"))
_PAUSE = (
    update(InsightSubscription)
    .where(*_OWN, InsightSubscription.paused_at.is_(None))
    .values(paused_at=bindparam("now"))
    .returning(InsightSubscription.id)
)
# what happened in the pause is not told: the next look begins anew
_RESUME = (
    update(InsightSubscription)
    .where(*_OWN, InsightSubscription.paused_at.is_not(None))
    .values(paused_at=None, since=bindparam("now"), known_month=None, is_beyond=None, seen=None)
    .returning(InsightSubscription.id)
)
_DELETE = delete(InsightSubscription).where(*_OWN).returning(InsightSubscription.id)


def list_subscriptions(session: Session, *, login_id: int) -> Sequence[SubscriptionRow]:
    """Return the login's subscriptions, the oldest first."""
    return read_all(session.execute(_LIST, {"login": login_id}), SubscriptionRow)


def list_deliveries(session: Session, *, login_id: int, limit: int) -> Sequence[DeliveryRow]:
    """Return what became of the latest occasions of the login."""
    return read_all(session.execute(_DELIVERIES, {"login": login_id, "limit": limit}), DeliveryRow)


def find_by_request(session: Session, *, login_id: int, request_key: str) -> int | None:
    """Return the subscription that was made with the key of a form."""
    return session.scalar(_BY_REQUEST, {"login": login_id, "request": request_key})


def find_by_pause_key(session: Session, *, login_id: int, pause_key: str) -> int | None:
    """Return the login's subscription whose letters have this key in their link."""
    return session.scalar(_BY_PAUSE_KEY, {"login": login_id, "pause": pause_key})


def count_subscriptions(session: Session, *, login_id: int) -> int:
    """Return how many subscriptions the login has."""
    return session.scalar(_COUNT, {"login": login_id}) or 0


def add_subscription(session: Session, **values: object) -> int:
    """Add a subscription and return its key."""
    statement = insert(InsightSubscription).values(**values).returning(InsightSubscription.id)
    return session.scalars(statement).one()


def pause_subscription(
    session: Session, *, login_id: int, subscription_id: int, now: dt.datetime
) -> bool:
    """Pause the login's subscription; False if it is paused already or not there."""
    values = {"login": login_id, "key": subscription_id, "now": now}
    return session.scalar(_PAUSE, values) is not None


def resume_subscription(
    session: Session, *, login_id: int, subscription_id: int, now: dt.datetime
) -> bool:
    """Resume the login's subscription; False if it is not paused or not there."""
    values = {"login": login_id, "key": subscription_id, "now": now}
    return session.scalar(_RESUME, values) is not None


def delete_subscription(session: Session, *, login_id: int, subscription_id: int) -> bool:
    """Delete the login's subscription; False if it is not there."""
    values = {"login": login_id, "key": subscription_id}
    return session.scalar(_DELETE, values) is not None
