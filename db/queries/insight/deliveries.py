"""Letters of subscriptions: who gets which view now, and what became of each occasion.

For the worker, which sees all rows.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.models import InsightDelivery, InsightSubscription, InsightView, Login, LoginContact
from db.rows import read_all


class ActiveRow(NamedTuple):
    """A subscription that is not paused, its view, and its login as it is now."""

    id: int
    occasion: str
    figure: str | None
    is_above: bool | None
    bound: Decimal | None
    since: dt.datetime
    known_month: dt.date | None
    is_beyond: bool | None
    seen: str | None
    pause_key: str
    view_id: int
    view: str
    path: str
    query: Mapping[str, str]
    may_open: bool
    login_id: int
    username: str
    first_name: str
    email: str
    role: str
    organization_id: int | None
    is_open: bool


_ACTIVE = (
    select(
        InsightSubscription.id,
        InsightSubscription.occasion,
        InsightSubscription.figure,
        InsightSubscription.is_above,
        InsightSubscription.bound,
        InsightSubscription.since,
        InsightSubscription.known_month,
        InsightSubscription.is_beyond,
        InsightSubscription.seen,
        InsightSubscription.pause_key,
        InsightView.id.label("view_id"),
        InsightView.name.label("view"),
        InsightView.path,
        InsightView.query,
        # the same rule as row security gives analysts
        or_(
            InsightView.login_id == Login.id,
            InsightView.is_shared
            & InsightView.organization_id.is_not_distinct_from(Login.organization_id),
        ).label("may_open"),
        Login.id.label("login_id"),
        Login.username,
        LoginContact.first_name,
        LoginContact.email,
        Login.role,
        Login.organization_id,
        (Login.activated_at.is_not(None) & Login.blocked_at.is_(None)).label("is_open"),
    )
    .join(InsightView, InsightView.id == InsightSubscription.view_id)
    .join(Login, Login.id == InsightSubscription.login_id)
    .join(LoginContact, LoginContact.login_id == Login.id)
    .where(InsightSubscription.paused_at.is_(None))
    .order_by(InsightSubscription.id)
)
_SETTLED = select(InsightDelivery.id).where(
    InsightDelivery.subscription_id == bindparam("subscription"),
    InsightDelivery.occasion == bindparam("occasion"),
    InsightDelivery.outcome != "waiting",
)
_LOCK = select(InsightSubscription.id).where(
    InsightSubscription.id == bindparam("subscription"), InsightSubscription.paused_at.is_(None)
)
_ADD = insert(InsightDelivery)
_RECORD = _ADD.on_conflict_do_update(
    index_elements=[InsightDelivery.subscription_id, InsightDelivery.occasion],
    set_={
        "happened_at": _ADD.excluded.happened_at,
        "outcome": _ADD.excluded.outcome,
        "reason": _ADD.excluded.reason,
    },
    # what is settled stays, and the same reason is written once
    where=(InsightDelivery.outcome == "waiting")
    & (
        (InsightDelivery.outcome != _ADD.excluded.outcome)
        | (InsightDelivery.reason != _ADD.excluded.reason)
    ),
).returning(InsightDelivery.id)
_REMEMBER = update(InsightSubscription).where(InsightSubscription.id == bindparam("subscription"))


def list_active(session: Session) -> Sequence[ActiveRow]:
    """Return the subscriptions that are not paused."""
    return read_all(session.execute(_ACTIVE), ActiveRow)


def is_settled(session: Session, *, subscription_id: int, occasion: str) -> bool:
    """Tell whether the letter of an occasion was posted or refused for good."""
    values = {"subscription": subscription_id, "occasion": occasion}
    return session.scalar(_SETTLED, values) is not None


def lock_subscription(session: Session, row: ActiveRow) -> bool:
    """Lock a subscription; False if it is not as it was: paused, or seen by another worker.

    A subscription that another worker has locked is at the same occasion and is left to it.
    """
    statement = _LOCK.where(
        InsightSubscription.since == row.since,
        InsightSubscription.seen.is_not_distinct_from(row.seen),
        InsightSubscription.known_month.is_not_distinct_from(row.known_month),
    ).with_for_update(skip_locked=True)
    return session.scalar(statement, {"subscription": row.id}) is not None


def record_delivery(session: Session, **values: object) -> bool:
    """Record what became of an occasion; False if it is settled or recorded so already."""
    return session.execute(_RECORD, values).first() is not None


def remember_look(session: Session, *, subscription_id: int, **values: object) -> None:
    """Keep what the worker has seen of a subscription: its month, its figure, the version."""
    session.execute(_REMEMBER.values(**values), {"subscription": subscription_id})
