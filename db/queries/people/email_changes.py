"""A change of e-mail: two tokens of one moment, one sent to each address."""

import datetime as dt

from sqlalchemy import bindparam, exists, func, select, update
from sqlalchemy.orm import Session

from db.base import AnyRow
from db.models import Login, LoginContact, LoginToken
from db.queries.people.profiles import EMAIL_NEW, EMAIL_OLD

_BOTH = (EMAIL_OLD, EMAIL_NEW)
_LOCKED = (
    select(Login.username, LoginContact.first_name, LoginContact.email)
    .join(LoginContact, LoginContact.login_id == Login.id)
    .where(Login.id == bindparam("login"))
    .with_for_update(of=Login)
)
_BEGUN = select(
    func.count(),
    func.count().filter(
        LoginToken.email == bindparam("email"), LoginToken.created_at > bindparam("recent")
    ),
).where(
    LoginToken.login_id == bindparam("login"),
    LoginToken.purpose == EMAIL_OLD,
    LoginToken.created_at > bindparam("since"),
)
_VOID = update(LoginToken).where(
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
    # the login too: the two confirmations of one change stand in line
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
_MOVE = (
    update(LoginContact)
    .where(LoginContact.login_id == bindparam("login"))
    .values(email=bindparam("new_email"))
)


def lock_contact(session: Session, *, login: int) -> AnyRow:
    """Return the login's names and address, holding its row until the transaction ends."""
    return session.execute(_LOCKED, {"login": login}).one()


def count_begun(
    session: Session, *, login: int, email: str, since: dt.datetime, recent: dt.datetime
) -> tuple[int, bool]:
    """Return how many changes began after ``since``, and whether one to ``email`` just has."""
    values = {"login": login, "email": email, "since": since, "recent": recent}
    count, just = session.execute(_BEGUN, values).one()
    return count, just > 0


def expire_tokens(
    session: Session, *, login: int, purposes: tuple[str, ...], now: dt.datetime
) -> None:
    """Let the login's unused tokens of these purposes run out now."""
    statement = _VOID.values(expires_at=now)
    session.execute(statement, {"login": login, "purposes": purposes, "now": now})


def claim_change(session: Session, *, token_hash: bytes, now: dt.datetime) -> AnyRow | None:
    """Return the change that the unused token belongs to, holding its login; None if there is none.

    A token that another click has just used is not found: its row is read again under the lock.
    """
    return session.execute(_CLAIM, {"hash": token_hash, "now": now}).one_or_none()


def use_token(session: Session, *, key: int, now: dt.datetime) -> None:
    """Mark a token as used."""
    session.execute(_USE, {"key": key, "now": now})


def is_confirmed_by_other(session: Session, *, change: AnyRow, now: dt.datetime) -> bool:
    """Tell whether the change's other letter has been confirmed."""
    values = {
        "login": change.login_id,
        "begun": change.created_at,
        "email": change.new_email,
        "purpose": change.purpose,
        "now": now,
    }
    return bool(session.scalar(_OTHER, values))


def is_email_taken(session: Session, *, email: str) -> bool:
    """Tell whether some login has the address."""
    return bool(session.scalar(_TAKEN, {"email": email}))


def change_email(session: Session, *, login: int, email: str) -> None:
    """Give the login its new address."""
    session.execute(_MOVE, {"login": login, "new_email": email})
