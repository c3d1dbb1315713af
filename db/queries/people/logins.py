"""Logins, as the gate reads and makes them before there is an actor."""

import datetime as dt

from sqlalchemy import bindparam, delete, exists, insert, select, union_all, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from db.base import AnyRow
from db.models import Consent, Login, LoginContact, LoginToken

# each half by its own index: one condition over both tables would read them whole
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
_STALE = (Login.activated_at.is_(None), Login.created_at < bindparam("before"))
# who was asked in by an employee has been activated by that
_STALE_LOGINS = select(Login.id).where(*_STALE).with_for_update(skip_locked=True)
_ACTIVATE = (
    update(Login)
    .where(Login.id == bindparam("key"), Login.activated_at.is_(None))
    .values(activated_at=bindparam("now"))
)
_SET_PASSWORD = (
    update(Login).where(Login.id == bindparam("key")).values(password_hash=bindparam("hash"))
)


def find_by_name(session: Session, *, name: str) -> AnyRow | None:
    """Return the login whose username or e-mail is ``name`` (in lower case), unless blocked."""
    return session.execute(_BY_NAME, {"name": name}).one_or_none()


def is_taken(session: Session, *, username: str) -> bool:
    """Tell whether there is a login of this name."""
    return bool(session.scalar(select(exists().where(Login.username == username))))


def lock_email_holder(session: Session, *, email: str) -> AnyRow | None:
    """Return the login that has the e-mail, blocked or not, and hold its row."""
    return session.execute(
        select(
            Login.id,
            Login.username,
            Login.activated_at,
            Login.blocked_at,
            LoginContact.first_name,
            LoginContact.middle_name,
        )
        .join(LoginContact, LoginContact.login_id == Login.id)
        .where(LoginContact.email == email)
        .with_for_update(of=Login)
    ).one_or_none()


def add_login(
    session: Session, *, username: str, password_hash: str, now: dt.datetime
) -> int | None:
    """Add a resident's login that is not activated yet; None where the username is taken."""
    made = (
        upsert(Login)
        .values(
            username=username,
            password_hash=password_hash,
            role="resident",
            created_at=now,
        )
        .on_conflict_do_nothing(index_elements=[Login.username])
        .returning(Login.id)
    )
    return session.execute(made).scalar_one_or_none()


def add_contact(
    session: Session,
    *,
    login_id: int,
    names: tuple[str, str, str | None],
    email: str,
) -> bool:
    """Add a login's name and e-mail; False where somebody has taken the e-mail meanwhile."""
    last_name, first_name, middle_name = names
    made = (
        upsert(LoginContact)
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
    return session.execute(made).scalar_one_or_none() is not None


def add_consent(
    session: Session,
    *,
    login_id: int,
    purpose: str,
    text_version: str,
    now: dt.datetime,
    address: str,
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


def activate_login(session: Session, *, login_id: int, now: dt.datetime) -> None:
    """Let a login sign in from now on."""
    session.execute(_ACTIVATE, {"key": login_id, "now": now})


def set_password(session: Session, *, login_id: int, password_hash: str) -> None:
    """Give a login another password."""
    session.execute(_SET_PASSWORD, {"key": login_id, "hash": password_hash})


def lock_stale(session: Session, *, before: dt.datetime) -> list[int]:
    """Return the logins that nobody has activated since they were made, and hold their rows."""
    return list(session.scalars(_STALE_LOGINS, {"before": before}))


def remove_logins(session: Session, *, keys: list[int], names_too: bool = True) -> None:
    """Remove logins that were never activated; without ``names_too`` their usernames stay taken."""
    for model in (LoginToken, Consent, LoginContact):
        session.execute(delete(model).where(model.login_id.in_(keys)))
    if names_too:
        session.execute(delete(Login).where(Login.id.in_(keys)))
