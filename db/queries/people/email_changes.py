"""A change of e-mail: two tokens made at one moment, one sent to each address."""

import datetime as dt
from typing import NamedTuple

from sqlalchemy import bindparam, exists, func, select, update
from sqlalchemy.orm import Session

from db.models import Login, LoginContact, LoginToken
from db.queries.people.profiles import EMAIL_NEW, EMAIL_OLD
from db.rows import get_one, read_one

_BOTH = (EMAIL_OLD, EMAIL_NEW)
_LOCKED = (
    select(Login.username, LoginContact.first_name, LoginContact.email)
    .join(LoginContact, LoginContact.login_id == Login.id)
    .where(Login.id == bindparam("login"))
    .with_for_update(of=Login)
)
_BEGUN = select(
    func.count().label("begun"),
    func.count()
    .filter(LoginToken.email == bindparam("email"), LoginToken.created_at > bindparam("recent"))
    .label("repeated"),
).where(
    LoginToken.login_id == bindparam("login"),
    LoginToken.purpose == EMAIL_OLD,
    LoginToken.created_at > bindparam("since"),
)
_EXPIRE = update(LoginToken).where(
    LoginToken.login_id == bindparam("login"),
    LoginToken.used_at.is_(None),
    LoginToken.expires_at > bindparam("now"),
    LoginToken.purpose.in_(bindparam("purposes", expanding=True)),
)
_CLAIM = (
    select(
        LoginToken.id,
        LoginToken.login_id,
        LoginToken.purpose,
        LoginToken.email.label("new_email"),
        LoginToken.created_at,
        Login.username,
        LoginContact.first_name,
        LoginContact.email,
    )
    .join(Login, Login.id == LoginToken.login_id)
    .join(LoginContact, LoginContact.login_id == Login.id)
    .where(
        LoginToken.token_hash == bindparam("hash"),
        LoginToken.purpose.in_(_BOTH),
        LoginToken.used_at.is_(None),
        LoginToken.expires_at > bindparam("now"),
        Login.blocked_at.is_(None),
    )
    # the login too, so that the two confirmations of one change wait for each other
    .with_for_update(of=(Login, LoginToken))
)
_USE = update(LoginToken).where(LoginToken.id == bindparam("key")).values(used_at=bindparam("now"))
_OTHER = select(
    exists().where(
        LoginToken.login_id == bindparam("login"),
        LoginToken.created_at == bindparam("begun"),
        LoginToken.email == bindparam("email"),
        LoginToken.purpose.in_(_BOTH),
        LoginToken.purpose != bindparam("purpose"),
        LoginToken.used_at.is_not(None),
        LoginToken.expires_at > bindparam("now"),
    )
)
_TAKEN = select(exists().where(LoginContact.email == bindparam("email")))
_CHANGE = (
    update(LoginContact)
    .where(LoginContact.login_id == bindparam("login"))
    .values(email=bindparam("new_email"))
)


class OwnerRow(NamedTuple):
    """A login with its first name and e-mail."""

    username: str
    first_name: str
    email: str


class BegunCounts(NamedTuple):
    """Changes of a login: begun in a day, and begun just now to the same address."""

    begun: int
    repeated: int


class ChangeRow(NamedTuple):
    """A token of a change, with its login; ``email`` is the present address."""

    id: int
    login_id: int
    purpose: str
    new_email: str
    created_at: dt.datetime
    username: str
    first_name: str
    email: str


def lock_owner(session: Session, *, login: int) -> OwnerRow:
    """Return the login's names and e-mail and lock its row until the transaction ends."""
    return get_one(session.execute(_LOCKED, {"login": login}), OwnerRow)


def count_begun(
    session: Session, *, login: int, email: str, since: dt.datetime, recent: dt.datetime
) -> BegunCounts:
    """Count the changes begun after ``since``, and those to ``email`` begun after ``recent``."""
    values = {"login": login, "email": email, "since": since, "recent": recent}
    return get_one(session.execute(_BEGUN, values), BegunCounts)


def expire_tokens(
    session: Session, *, login: int, purposes: tuple[str, ...], now: dt.datetime
) -> None:
    """Let the login's unused tokens of these purposes expire now."""
    statement = _EXPIRE.values(expires_at=now)
    session.execute(statement, {"login": login, "purposes": purposes, "now": now})


def claim_change(session: Session, *, token_hash: bytes, now: dt.datetime) -> ChangeRow | None:
    """Return the change of an unused token and lock the token and its login.

    A token that another click has just used is not found: its row is read again under the lock.
    """
    return read_one(session.execute(_CLAIM, {"hash": token_hash, "now": now}), ChangeRow)


def use_token(session: Session, *, key: int, now: dt.datetime) -> None:
    """Mark a token as used."""
    session.execute(_USE, {"key": key, "now": now})


def is_confirmed_by_other(session: Session, *, change: ChangeRow, now: dt.datetime) -> bool:
    """Tell whether the other letter of the change has been confirmed."""
    values = {
        "login": change.login_id,
        "begun": change.created_at,
        "email": change.new_email,
        "purpose": change.purpose,
        "now": now,
    }
    return bool(session.scalar(_OTHER, values))


def is_email_taken(session: Session, *, email: str) -> bool:
    """Tell whether some login has the e-mail."""
    return bool(session.scalar(_TAKEN, {"email": email}))


def change_email(session: Session, *, login: int, email: str) -> None:
    """Give the login its new e-mail."""
    session.execute(_CHANGE, {"login": login, "new_email": email})
