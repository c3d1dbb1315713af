"""Captchas: each belongs to one browser visit and is used up by a conditional update."""

import datetime as dt
from uuid import UUID

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from db.models import Captcha

_LIVE = (
    Captcha.id == bindparam("key"),
    Captcha.visit_hash == bindparam("visit"),
    Captcha.used_at.is_(None),
    Captcha.expires_at > bindparam("now"),
)
_DIGITS = select(Captcha.digits).where(*_LIVE)
_USE = update(Captcha).where(*_LIVE).values(used_at=bindparam("now")).returning(Captcha.digits)
_RENEW = (
    update(Captcha)
    .where(*_LIVE)
    .values(digits=bindparam("fresh"), expires_at=bindparam("until"))
    .returning(Captcha.id)
)
_OLD = delete(Captcha).where(Captcha.expires_at < bindparam("before"))


def add_captcha(
    session: Session, *, visit_hash: bytes, digits: str, expires_at: dt.datetime
) -> UUID:
    """Add a captcha and return its key."""
    statement = insert(Captcha).values(visit_hash=visit_hash, digits=digits, expires_at=expires_at)
    return session.execute(statement.returning(Captcha.id)).scalar_one()


def find_digits(session: Session, *, key: UUID, visit_hash: bytes, now: dt.datetime) -> str | None:
    """Return the digits of an unused, unexpired captcha of this visit."""
    values = {"key": key, "visit": visit_hash, "now": now}
    return session.execute(_DIGITS, values).scalar_one_or_none()


def use_captcha(session: Session, *, key: UUID, visit_hash: bytes, now: dt.datetime) -> str | None:
    """Use up a captcha and return its digits; None if it is used, expired or another visit's."""
    values = {"key": key, "visit": visit_hash, "now": now}
    return session.execute(_USE, values).scalar_one_or_none()


def renew_captcha(
    session: Session,
    *,
    key: UUID,
    visit_hash: bytes,
    now: dt.datetime,
    digits: str,
    until: dt.datetime,
) -> bool:
    """Give an unused captcha new digits; False where there is no such captcha."""
    values = {"key": key, "visit": visit_hash, "now": now, "fresh": digits, "until": until}
    return session.execute(_RENEW, values).scalar_one_or_none() is not None


def remove_expired(session: Session, *, before: dt.datetime) -> None:
    """Remove the captchas that expired before a moment."""
    session.execute(_OLD, {"before": before})
