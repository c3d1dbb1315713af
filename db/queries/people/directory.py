"""Logins and invitations of employees as an administrator manages them. The gate's role."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, delete, func, or_, select, true, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.models import Invitation, Login, LoginContact, LoginToken, WebSession
from db.rows import read_all, read_one

_LAST_SIGN_IN = (
    select(func.max(WebSession.opened_at).label("signed_in_at"))
    .where(WebSession.login_id == Login.id)
    .correlate(Login)
    .lateral("last_sign_in")
)
_PEOPLE = (
    select(
        Login.id,
        Login.username,
        Login.role,
        Login.organization_id,
        Login.activated_at,
        Login.blocked_at,
        LoginContact.last_name,
        LoginContact.first_name,
        LoginContact.middle_name,
        LoginContact.email,
        _LAST_SIGN_IN.c.signed_in_at,
    )
    .join(LoginContact, LoginContact.login_id == Login.id)
    .join(_LAST_SIGN_IN, true())
)
_PERSON = _PEOPLE.where(Login.id == bindparam("key"))
_FULL_NAME = func.concat_ws(
    " ", LoginContact.last_name, LoginContact.first_name, LoginContact.middle_name
)
# in the order of keys, so that two administrators cannot deadlock
_ADMINISTRATORS = (
    select(Login.id)
    .where(Login.role == "admin", Login.blocked_at.is_(None))
    .order_by(Login.id)
    .with_for_update()
)
_LOCKED = select(Login).where(Login.id == bindparam("key")).with_for_update()
_BY_USERNAME = select(Login.id).where(Login.username == bindparam("name"))
_EMAIL_TAKEN = select(LoginContact.login_id).where(LoginContact.email == bindparam("email"))
_REVOKE_TOKENS = (
    update(LoginToken)
    .where(LoginToken.login_id == bindparam("key"), LoginToken.used_at.is_(None))
    .values(used_at=bindparam("now"))
)
_inviter = (
    select(Login.id)
    .where(Login.id == Invitation.invited_by, Login.role == "admin", Login.blocked_at.is_(None))
    .correlate(Invitation)
    .exists()
)
_WAITING = (Invitation.used_at.is_(None), Invitation.expires_at > bindparam("now"))
_INVITATIONS = select(Invitation).where(*_WAITING).order_by(Invitation.id.desc()).limit(50)
# an invitation by an administrator who has lost the role or is blocked is not valid
_VALID = select(Invitation).where(Invitation.token_hash == bindparam("hash"), *_WAITING, _inviter)
_FORGET_EXPIRED = delete(Invitation).where(
    Invitation.email == bindparam("address"),
    Invitation.used_at.is_(None),
    or_(Invitation.expires_at <= bindparam("now"), ~_inviter),
)
_REMOVE_SPENT = delete(Invitation).where(
    or_(Invitation.used_at.is_not(None), Invitation.expires_at <= bindparam("now"))
)
_WITHDRAW = (
    delete(Invitation)
    .where(Invitation.id == bindparam("key"), Invitation.used_at.is_(None))
    .returning(Invitation.email)
)


class PersonRow(NamedTuple):
    """A login with its contact and its last sign-in."""

    id: int
    username: str
    role: str
    organization_id: int | None
    activated_at: dt.datetime | None
    blocked_at: dt.datetime | None
    last_name: str
    first_name: str
    middle_name: str | None
    email: str
    signed_in_at: dt.datetime | None


def list_people(
    session: Session, *, search: str, role: str | None, skip: int, limit: int
) -> list[PersonRow]:
    """Return logins in the order of usernames; ``search`` is a part of username, e-mail or name."""
    statement = _PEOPLE.order_by(Login.username).offset(skip).limit(limit)
    if role is not None:
        statement = statement.where(Login.role == role)
    if search:
        columns = (Login.username, LoginContact.email, _FULL_NAME)
        statement = statement.where(or_(*(c.icontains(search, autoescape=True) for c in columns)))
    return read_all(session.execute(statement), PersonRow)


def find_person(session: Session, *, login_id: int) -> PersonRow | None:
    """Return one login."""
    return read_one(session.execute(_PERSON, {"key": login_id}), PersonRow)


def lock_administrators(session: Session) -> frozenset[int]:
    """Return the administrators and lock their rows until the transaction ends."""
    return frozenset(session.scalars(_ADMINISTRATORS))


def lock_login(session: Session, *, login_id: int) -> Login | None:
    """Return a login and lock its row until the transaction ends."""
    return session.scalars(_LOCKED, {"key": login_id}).one_or_none()


def find_key(session: Session, *, username: str) -> int | None:
    """Return the key of the login with this username."""
    return session.scalar(_BY_USERNAME, {"name": username})


def is_email_taken(session: Session, *, email: str) -> bool:
    """Tell whether some login has the e-mail."""
    return session.scalar(_EMAIL_TAKEN, {"email": email}) is not None


def revoke_tokens(session: Session, *, login_id: int, now: dt.datetime) -> None:
    """Make the unused links of letters to the login invalid."""
    session.execute(_REVOKE_TOKENS, {"key": login_id, "now": now})


def list_waiting_invitations(session: Session, *, now: dt.datetime) -> Sequence[Invitation]:
    """Return the unused invitations that have not expired, latest first, at most 50."""
    return session.scalars(_INVITATIONS, {"now": now}).all()


def find_valid_invitation(
    session: Session, *, token_hash: bytes, now: dt.datetime, lock: bool = False
) -> Invitation | None:
    """Return an invitation that may still be used; lock its row where ``lock`` is set."""
    statement = _VALID.with_for_update() if lock else _VALID
    return session.scalars(statement, {"hash": token_hash, "now": now}).one_or_none()


def add_invitation(
    session: Session,
    *,
    token_hash: bytes,
    email: str,
    last_name: str,
    first_name: str,
    middle_name: str | None,
    role: str,
    organization_id: int | None,
    invited_by: int,
    now: dt.datetime,
    expires_at: dt.datetime,
) -> bool:
    """Add an invitation; False where an unused one for the same e-mail exists."""
    session.execute(_FORGET_EXPIRED, {"address": email, "now": now})
    statement = (
        insert(Invitation)
        .values(
            token_hash=token_hash,
            email=email,
            last_name=last_name,
            first_name=first_name,
            middle_name=middle_name,
            role=role,
            organization_id=organization_id,
            invited_by=invited_by,
            created_at=now,
            expires_at=expires_at,
        )
        .on_conflict_do_nothing(
            index_elements=[Invitation.email], index_where=Invitation.used_at.is_(None)
        )
        .returning(Invitation.id)
    )
    return session.scalar(statement) is not None


def withdraw_invitation(session: Session, *, invitation_id: int) -> str | None:
    """Delete an unused invitation and return its e-mail."""
    return session.scalar(_WITHDRAW, {"key": invitation_id})


def remove_spent_invitations(session: Session, *, now: dt.datetime) -> None:
    """Delete the invitations that are used or expired."""
    session.execute(_REMOVE_SPENT, {"now": now})
