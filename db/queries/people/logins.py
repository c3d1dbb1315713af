"""Logins before sign-in: found by name, registered, activated. The gate's role."""

import datetime as dt
from typing import NamedTuple

from sqlalchemy import bindparam, delete, select, union_all, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.models import (
    Account,
    Consent,
    Login,
    LoginContact,
    LoginToken,
    Organization,
    Sender,
)
from db.rows import read_one

# two halves, each by its own index: one condition over both tables would scan them
_NAMED = union_all(
    select(Login.id).where(Login.username == bindparam("name")),
    select(LoginContact.login_id).where(LoginContact.email == bindparam("name")),
)
_BY_NAME = (
    select(
        Login.id,
        Login.username,
        Login.password_hash,
        Login.activated_at,
        LoginContact.first_name,
        LoginContact.middle_name,
        LoginContact.email,
    )
    .join(LoginContact, LoginContact.login_id == Login.id)
    .where(Login.id.in_(_NAMED), Login.blocked_at.is_(None))
)
_EMAIL_HOLDER = (
    select(
        Login.id,
        Login.username,
        Login.activated_at,
        Login.blocked_at,
        LoginContact.first_name,
        LoginContact.middle_name,
    )
    .join(LoginContact, LoginContact.login_id == Login.id)
    .where(LoginContact.email == bindparam("email"))
    .with_for_update(of=Login)
)
_STALE = (Login.activated_at.is_(None), Login.created_at < bindparam("before"))
_STALE_LOGINS = select(Login.id).where(*_STALE).with_for_update(skip_locked=True)
_ACTIVATE = (
    update(Login)
    .where(Login.id == bindparam("key"), Login.activated_at.is_(None))
    .values(activated_at=bindparam("now"))
)
_SET_PASSWORD = (
    update(Login).where(Login.id == bindparam("key")).values(password_hash=bindparam("hash"))
)
_LOGIN = select(Login.id).where(Login.username == bindparam("username_text"))
_ORGANIZATION = (
    select(Organization.id)
    .join(Sender, Sender.id == Organization.sender_id)
    .where(Sender.code == bindparam("sender"), Organization.external_id == bindparam("code"))
)
_ACCOUNT = (
    select(Account.id)
    .join(Sender, Sender.id == Account.sender_id)
    .where(Sender.code == bindparam("sender"), Account.external_id == bindparam("code"))
)


class LoginRow(NamedTuple):
    """A login as sign-in and letters need it."""

    id: int
    username: str
    password_hash: str
    activated_at: dt.datetime | None
    first_name: str
    middle_name: str | None
    email: str


class EmailHolderRow(NamedTuple):
    """The login that has an e-mail."""

    id: int
    username: str
    activated_at: dt.datetime | None
    blocked_at: dt.datetime | None
    first_name: str
    middle_name: str | None


def find_by_name(session: Session, *, name: str) -> LoginRow | None:
    """Return the unblocked login whose username or e-mail is ``name``, in lower case."""
    return read_one(session.execute(_BY_NAME, {"name": name}), LoginRow)


def lock_email_holder(session: Session, *, email: str) -> EmailHolderRow | None:
    """Return the login that has the e-mail, blocked or not, and lock its row."""
    return read_one(session.execute(_EMAIL_HOLDER, {"email": email}), EmailHolderRow)


def add_login(
    session: Session, *, username: str, password_hash: str, now: dt.datetime
) -> int | None:
    """Add a resident's login that is not activated yet; None where the username is taken."""
    statement = (
        insert(Login)
        .values(
            username=username,
            password_hash=password_hash,
            role="resident",
            created_at=now,
        )
        .on_conflict_do_nothing(index_elements=[Login.username])
        .returning(Login.id)
    )
    return session.execute(statement).scalar_one_or_none()


def add_contact(
    session: Session,
    *,
    login_id: int,
    names: tuple[str, str, str | None],
    email: str,
) -> bool:
    """Add a login's names and e-mail; False where the e-mail is taken."""
    last_name, first_name, middle_name = names
    statement = (
        insert(LoginContact)
        .values(
            login_id=login_id,
            last_name=last_name,
            first_name=first_name,
            middle_name=middle_name,
            email=email,
        )
        .on_conflict_do_nothing(index_elements=[LoginContact.email])
        .returning(LoginContact.login_id)
    )
    return session.execute(statement).scalar_one_or_none() is not None


def activate_login(session: Session, *, login_id: int, now: dt.datetime) -> None:
    """Mark a login as activated, so that it may sign in."""
    session.execute(_ACTIVATE, {"key": login_id, "now": now})


def set_password(session: Session, *, login_id: int, password_hash: str) -> None:
    """Replace a login's password hash."""
    session.execute(_SET_PASSWORD, {"key": login_id, "hash": password_hash})


def lock_stale(session: Session, *, before: dt.datetime) -> list[int]:
    """Return the logins made before a moment and never activated, and lock their rows."""
    return list(session.scalars(_STALE_LOGINS, {"before": before}))


def remove_logins(session: Session, *, keys: list[int]) -> None:
    """Delete logins that were never activated."""
    for model in (LoginToken, Consent, LoginContact):
        session.execute(delete(model).where(model.login_id.in_(keys)))
    session.execute(delete(Login).where(Login.id.in_(keys)))


def get_login(session: Session, *, username: str) -> int:
    """Return the key of a login."""
    return session.scalars(_LOGIN, {"username_text": username}).one()


def get_organization(session: Session, *, sender: str, code: str) -> int:
    """Return the key of an organisation by its sender and its id in the sender's packages."""
    return session.scalars(_ORGANIZATION, {"sender": sender, "code": code}).one()


def get_account(session: Session, *, sender: str, code: str) -> int:
    """Return the key of an account by its sender and its id in the sender's packages."""
    return session.scalars(_ACCOUNT, {"sender": sender, "code": code}).one()
