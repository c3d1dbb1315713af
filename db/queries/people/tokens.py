"""Tokens of letters: found by hash, used up by conditional update."""

import datetime as dt

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from db.base import AnyRow
from db.models import Login, LoginContact, LoginToken

_FOUND = (
    select(
        LoginToken.login_id,
        LoginToken.expires_at,
        LoginToken.used_at,
        Login.username,
        Login.activated_at,
    )
    .join(Login, Login.id == LoginToken.login_id)
    .where(
        LoginToken.token_hash == bindparam("hash"),
        LoginToken.purpose == bindparam("asked"),
        Login.blocked_at.is_(None),
    )
)
_USE = (
    update(LoginToken)
    .where(
        LoginToken.token_hash == bindparam("hash"),
        LoginToken.purpose == bindparam("asked"),
        LoginToken.used_at.is_(None),
        LoginToken.expires_at > bindparam("now"),
    )
    .values(used_at=bindparam("now"))
    .returning(LoginToken.login_id)
)
_CANCEL = (
    update(LoginToken)
    .where(
        LoginToken.login_id == bindparam("login"),
        LoginToken.purpose == bindparam("asked"),
        LoginToken.used_at.is_(None),
    )
    .values(used_at=bindparam("now"))
)
_HOLDER = (
    select(
        Login.id,
        Login.username,
        Login.blocked_at,
        LoginContact.first_name,
        LoginContact.middle_name,
        LoginContact.email,
    )
    .join(LoginContact, LoginContact.login_id == Login.id)
    .where(Login.id == bindparam("login"))
)
_OLD = delete(LoginToken).where(LoginToken.expires_at < bindparam("before"))


def add_token(
    session: Session,
    *,
    login_id: int,
    purpose: str,
    token_hash: bytes,
    created_at: dt.datetime,
    expires_at: dt.datetime,
    email: str | None = None,
) -> None:
    """Add a token."""
    session.execute(
        insert(LoginToken).values(
            login_id=login_id,
            purpose=purpose,
            token_hash=token_hash,
            created_at=created_at,
            expires_at=expires_at,
            email=email,
        )
    )


def find_token(session: Session, *, token_hash: bytes, purpose: str) -> AnyRow | None:
    """Return a token, whatever has become of it, and whose it is; None for a blocked login."""
    return session.execute(_FOUND, {"hash": token_hash, "asked": purpose}).one_or_none()


def use_token(session: Session, *, token_hash: bytes, purpose: str, now: dt.datetime) -> int | None:
    """Use a token up and return whose it is; None if it was used or is late."""
    values = {"hash": token_hash, "asked": purpose, "now": now}
    return session.execute(_USE, values).scalar_one_or_none()


def cancel_tokens(session: Session, *, login_id: int, purpose: str, now: dt.datetime) -> None:
    """Make the login's earlier tokens of one purpose worthless."""
    values = {"login": login_id, "asked": purpose, "now": now}
    session.execute(_CANCEL, values)


def get_holder(session: Session, *, login_id: int) -> AnyRow:
    """Return the login to which a letter is written."""
    return session.execute(_HOLDER, {"login": login_id}).one()


def remove_expired(session: Session, *, before: dt.datetime) -> None:
    """Remove the tokens that ran out before a moment."""
    session.execute(_OLD, {"before": before})
