"""A profile: the login in the gate's role, and its choices in its own role, a statement each."""

import datetime as dt
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, func, literal_column, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from db.models import (
    Attempt,
    Consent,
    DataExport,
    Login,
    LoginContact,
    LoginToken,
    Subscription,
    WebSession,
)
from db.rows import get_one, read_all

EMAIL_OLD, EMAIL_NEW = "email_old", "email_new"

# a change of e-mail that waits: one row for its two tokens
_CHANGE = (
    select(
        LoginToken.email,
        func.max(LoginToken.used_at)
        .filter(LoginToken.purpose == EMAIL_OLD)
        .is_not(None)
        .label("old_confirmed"),
        func.max(LoginToken.used_at)
        .filter(LoginToken.purpose == EMAIL_NEW)
        .is_not(None)
        .label("new_confirmed"),
    )
    .where(
        LoginToken.login_id == bindparam("login"),
        LoginToken.purpose.in_((EMAIL_OLD, EMAIL_NEW)),
        LoginToken.expires_at > bindparam("now"),
    )
    .group_by(LoginToken.email)
    # if both are used, the change is done
    .having(func.count().filter(LoginToken.used_at.is_(None)) > 0)
    .limit(1)
    .subquery("change")
)
# the login, once for each open session; a signed-in login has at least one
_IDENTITY = (
    select(
        Login.username,
        Login.role,
        Login.created_at,
        LoginContact.last_name,
        LoginContact.first_name,
        LoginContact.middle_name,
        LoginContact.email,
        _CHANGE.c.email.label("new_email"),
        _CHANGE.c.old_confirmed,
        _CHANGE.c.new_confirmed,
        WebSession.id.label("session_id"),
        WebSession.token_hash,
        WebSession.opened_at,
        WebSession.expires_at,
        WebSession.address,
        WebSession.browser,
    )
    .select_from(Login)
    .join(LoginContact, LoginContact.login_id == Login.id)
    .outerjoin(_CHANGE, literal_column("true"))
    .outerjoin(
        WebSession,
        (WebSession.login_id == Login.id)
        & WebSession.ended_at.is_(None)
        & (WebSession.expires_at > bindparam("now")),
    )
    .where(Login.id == bindparam("login"))
    .order_by(WebSession.opened_at.desc(), WebSession.id.desc())
)
_CONSENTS = (
    select(
        func.json_agg(
            aggregate_order_by(
                func.json_build_object(
                    "purpose",
                    Consent.purpose,
                    "version",
                    Consent.text_version,
                    "given_at",
                    Consent.given_at,
                ),
                Consent.given_at,
            )
        )
    )
    .where(Consent.login_id == bindparam("login"), Consent.withdrawn_at.is_(None))
    .scalar_subquery()
)
_SUBSCRIPTIONS = (
    select(func.json_object_agg(Subscription.purpose, Subscription.since))
    .where(Subscription.login_id == bindparam("login"))
    .scalar_subquery()
)
_EXPORT = (
    select(DataExport.id, DataExport.status, DataExport.requested_at, DataExport.expires_at)
    .where(DataExport.login_id == bindparam("login"))
    .order_by(DataExport.requested_at.desc())
    .limit(1)
    .subquery("export")
)
_CHOICES = (
    select(
        _CONSENTS.label("consents"),
        _SUBSCRIPTIONS.label("subscriptions"),
        _EXPORT.c.id.label("export_id"),
        _EXPORT.c.status.label("export_status"),
        _EXPORT.c.requested_at,
        _EXPORT.c.expires_at,
    )
    .select_from(select(literal_column("1")).subquery("one"))
    .outerjoin(_EXPORT, literal_column("true"))
)
_CONTACT = select(LoginContact.first_name, LoginContact.email).where(
    LoginContact.login_id == bindparam("login")
)
_PASSWORD = select(Login.password_hash).where(Login.id == bindparam("login")).with_for_update()
_WRONG = select(func.count().label("number"), func.min(Attempt.happened_at).label("first")).where(
    Attempt.kind == "password",
    Attempt.login_id == bindparam("login"),
    Attempt.happened_at > bindparam("since"),
    Attempt.succeeded.is_(False),
)


class IdentityRow(NamedTuple):
    """A login, a change of its e-mail if one waits, and one of its open sessions if any."""

    username: str
    role: str
    created_at: dt.datetime
    last_name: str
    first_name: str
    middle_name: str | None
    email: str
    new_email: str | None
    old_confirmed: bool | None
    new_confirmed: bool | None
    session_id: int | None
    token_hash: bytes | None
    opened_at: dt.datetime | None
    expires_at: dt.datetime | None
    address: str | None
    browser: str | None


class ChoicesRow(NamedTuple):
    """What a login has chosen, and its latest copy of the data.

    Attributes:
        consents: JSON objects with ``purpose``, ``version`` and ``given_at``; None for no consent.
        subscriptions: the first day by purpose, ISO 8601; None for no subscription.
    """

    consents: list[dict[str, str]] | None
    subscriptions: dict[str, str] | None
    export_id: UUID | None
    export_status: str | None
    requested_at: dt.datetime | None
    expires_at: dt.datetime | None


class WrongPasswords(NamedTuple):
    """Wrong passwords since a moment: their number and the time of the first."""

    number: int
    first: dt.datetime | None


class ContactRow(NamedTuple):
    """A login's first name and e-mail."""

    first_name: str
    email: str


def list_identity(session: Session, *, login: int, now: dt.datetime) -> list[IdentityRow]:
    """Return the login with its contact, once for each of its open sessions, latest first."""
    return read_all(session.execute(_IDENTITY, {"login": login, "now": now}), IdentityRow)


def get_choices(session: Session, *, login: int) -> ChoicesRow:
    """Return the login's consents and subscriptions, and its latest copy of the data."""
    return get_one(session.execute(_CHOICES, {"login": login}), ChoicesRow)


def lock_password(session: Session, *, login: int) -> str | None:
    """Return the hash of the login's password and lock the login until the transaction ends."""
    return session.scalar(_PASSWORD, {"login": login})


def count_wrong_passwords(session: Session, *, login: int, since: dt.datetime) -> WrongPasswords:
    """Count the wrong passwords that a signed-in login has typed since a moment."""
    return get_one(session.execute(_WRONG, {"login": login, "since": since}), WrongPasswords)


def get_contact(session: Session, *, login: int) -> ContactRow:
    """Return the login's first name and e-mail."""
    return get_one(session.execute(_CONTACT, {"login": login}), ContactRow)
