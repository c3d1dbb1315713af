"""Tokens in the links of letters: found by hash, used up by a conditional update."""

import datetime as dt
from typing import NamedTuple

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from db.models import Login, LoginContact, LoginToken
from db.rows import get_one, read_one

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
        LoginToken.purpose == bindparam("purpose_name"),
        Login.blocked_at.is_(None),
    )
)
_USE = (
    update(LoginToken)
    .where(
        LoginToken.token_hash == bindparam("hash"),
        LoginToken.purpose == bindparam("purpose_name"),
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
        LoginToken.purpose == bindparam("purpose_name"),
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


class TokenRow(NamedTuple):
    """A token with its login."""

    login_id: int
    expires_at: dt.datetime
    used_at: dt.datetime | None
    username: str
    activated_at: dt.datetime | None


class HolderRow(NamedTuple):
    """A login as letters address it."""

    id: int
    username: str
    blocked_at: dt.datetime | None
    first_name: str
    middle_name: str | None
    email: str


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


def find_token(session: Session, *, token_hash: bytes, purpose: str) -> TokenRow | None:
    """Return a token, used or not, with its login; None for a blocked login."""
    values = {"hash": token_hash, "purpose_name": purpose}
    return read_one(session.execute(_FOUND, values), TokenRow)


def use_token(session: Session, *, token_hash: bytes, purpose: str, now: dt.datetime) -> int | None:
    """Use up a token and return its login; None if it is used or expired."""
    values = {"hash": token_hash, "purpose_name": purpose, "now": now}
    return session.execute(_USE, values).scalar_one_or_none()


def cancel_tokens(session: Session, *, login_id: int, purpose: str, now: dt.datetime) -> None:
    """Make the login's earlier tokens of one purpose invalid."""
    values = {"login": login_id, "purpose_name": purpose, "now": now}
    session.execute(_CANCEL, values)


def get_holder(session: Session, *, login_id: int) -> HolderRow:
    """Return the login with its contact."""
    return get_one(session.execute(_HOLDER, {"login": login_id}), HolderRow)


def remove_expired(session: Session, *, before: dt.datetime) -> None:
    """Remove the tokens that expired before a moment."""
    session.execute(_OLD, {"before": before})
