"""Senders, the months that they delivered, and the packages that were imported."""

import datetime as dt

from sqlalchemy import bindparam, insert, select, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from db.models import BillingPeriod, Package, Sender

_SENDER = select(Sender.id).where(Sender.code == bindparam("code"))
_LATEST_DIGEST = (
    select(Package.digest)
    .where(Package.sender_id == bindparam("sender"), Package.period == bindparam("period"))
    .order_by(Package.id.desc())
    .limit(1)
)
_LATEST_MARK = text(
    "SELECT concat_ws(' ', sender_id, period, id, digest, extract(epoch FROM imported_at)) "
    "FROM package WHERE sender_id = :sender AND period = :period ORDER BY id DESC LIMIT 1"
)
_STATUS = select(BillingPeriod.status).where(
    BillingPeriod.sender_id == bindparam("sender"), BillingPeriod.period == bindparam("period")
)


def find_sender(session: Session, *, code: str) -> int | None:
    """Return the key of a sender; None if it has sent nothing yet."""
    return session.scalars(_SENDER, {"code": code}).one_or_none()


def get_or_add_sender(session: Session, *, code: str) -> int:
    """Return the key of a sender, which is added if it is new."""
    session.execute(upsert(Sender).values(code=code).on_conflict_do_nothing())
    return session.scalars(_SENDER, {"code": code}).one()


def find_latest_digest(session: Session, *, sender_id: int, period: dt.date) -> str | None:
    """Return the digest of a sender's latest package of a month; None if there was no package."""
    values = {"sender": sender_id, "period": period}
    return session.scalars(_LATEST_DIGEST, values).one_or_none()


def find_latest_mark(session: Session, *, sender_id: int, period: dt.date) -> str | None:
    """Return what tells a sender's latest package of a month apart from every other package.

    The moment is part of it: after a restored backup, another package may have the same key.
    """
    return session.scalars(_LATEST_MARK, {"sender": sender_id, "period": period}).one_or_none()


def find_status(session: Session, *, sender_id: int, period: dt.date) -> str | None:
    """Return whether a sender's month is open or closed; None if it was not delivered yet."""
    return session.scalars(_STATUS, {"sender": sender_id, "period": period}).one_or_none()


def set_status(
    session: Session,
    *,
    sender_id: int,
    period: dt.date,
    status: str,
    closed_at: dt.datetime | None,
) -> None:
    """Open or close a sender's month."""
    changes = {"status": status, "closed_at": closed_at}
    session.execute(
        upsert(BillingPeriod)
        .values(sender_id=sender_id, period=period, **changes)
        .on_conflict_do_update(index_elements=["sender_id", "period"], set_=changes)
    )


def add_package(
    session: Session,
    *,
    sender_id: int,
    period: dt.date,
    mode: str,
    digest: str,
    imported_at: dt.datetime,
    row_count: int,
) -> None:
    """Record an imported package; ``row_count`` is of all its files."""
    values = {
        "sender_id": sender_id,
        "period": period,
        "mode": mode,
        "digest": digest,
        "imported_at": imported_at,
        "row_count": row_count,
    }
    session.execute(insert(Package).values(values))
