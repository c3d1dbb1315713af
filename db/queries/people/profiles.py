"""A profile: one statement at the gate for the login, one under row security for its choices."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import bindparam, func, literal_column, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from db.base import AnyRow
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

EMAIL_OLD, EMAIL_NEW = "email_old", "email_new"

# a change of address that waits: one row, whichever of its two letters are confirmed
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
    # both used: done
    .having(func.count().filter(LoginToken.used_at.is_(None)) > 0)
    .limit(1)
    .subquery("change")
)
# the profile's head, once for each open session: a signed-in login has one at least
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
_WRONG = select(func.min(Attempt.happened_at), func.count()).where(
    Attempt.kind == "password",
    Attempt.login_id == bindparam("login"),
    Attempt.happened_at > bindparam("since"),
    Attempt.succeeded.is_(False),
)


def list_identity(session: Session, *, login: int, now: dt.datetime) -> Sequence[AnyRow]:
    """Return the login with its contact, once for each of its open sessions, latest first."""
    return session.execute(_IDENTITY, {"login": login, "now": now}).all()


def get_choices(session: Session, *, login: int) -> AnyRow:
    """Return what the login has decided, and the state of its latest copy of the data."""
    return session.execute(_CHOICES, {"login": login}).one()


def lock_password(session: Session, *, login: int) -> str | None:
    """Return the hash of the login's password, holding the login until the transaction ends."""
    return session.scalar(_PASSWORD, {"login": login})


def count_wrong_passwords(
    session: Session, *, login: int, since: dt.datetime
) -> tuple[int, dt.datetime | None]:
    """Return how often the password was told wrong inside since then, and when first."""
    first, count = session.execute(_WRONG, {"login": login, "since": since}).one()
    return count, first


def get_contact(session: Session, *, login: int) -> AnyRow:
    """Return the login's first name and address."""
    return session.execute(_CONTACT, {"login": login}).one()
