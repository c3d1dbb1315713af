"""Consents to the processing of personal data, and to the user agreement."""

import datetime as dt

from sqlalchemy import bindparam, exists, insert, select, update
from sqlalchemy.orm import Session

from db.models import Consent

_VALID = (
    Consent.login_id == bindparam("login"),
    Consent.purpose == bindparam("purpose_name"),
    Consent.withdrawn_at.is_(None),
)
_HAS = select(exists().where(*_VALID))
_WITHDRAW = update(Consent).where(*_VALID).values(withdrawn_at=bindparam("now"))


def has_consent(session: Session, *, login_id: int, purpose: str) -> bool:
    """Tell whether the login has given this consent and not withdrawn it."""
    return bool(session.scalar(_HAS, {"login": login_id, "purpose_name": purpose}))


def add_consent(
    session: Session,
    *,
    login_id: int,
    purpose: str,
    text_version: str,
    now: dt.datetime,
    address: str | None,
) -> None:
    """Add a consent."""
    session.execute(
        insert(Consent).values(
            login_id=login_id,
            purpose=purpose,
            text_version=text_version,
            given_at=now,
            address=address,
        )
    )


def withdraw_consent(session: Session, *, login_id: int, purpose: str, now: dt.datetime) -> None:
    """Mark the login's valid consents of this purpose as withdrawn."""
    session.execute(_WITHDRAW, {"login": login_id, "purpose_name": purpose, "now": now})
