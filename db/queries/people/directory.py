"""Logins as an administrator sees them, and employees who have been asked in: the gate's tables."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, delete, func, or_, select, true, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.base import AnyRow
from db.models import Invitation, Login, LoginContact, LoginToken, WebSession

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
# in the order of keys, so that two administrators never wait for each other
_ADMINISTRATORS = (
    select(Login.id)
    .where(Login.role == "admin", Login.blocked_at.is_(None))
    .order_by(Login.id)
    .with_for_update()
)
_LOCKED = select(Login).where(Login.id == bindparam("key")).with_for_update()
_BY_USERNAME = select(Login.id).where(Login.username == bindparam("name"))
_EMAIL_TAKEN = select(LoginContact.login_id).where(LoginContact.email == bindparam("email"))
_VOID_TOKENS = (
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
# an invitation is worth what its author is: a dismissed administrator's opens nothing
_GOOD = select(Invitation).where(Invitation.token_hash == bindparam("hash"), *_WAITING, _inviter)
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


def list_people(
    session: Session, *, search: str, role: str | None, skip: int, limit: int
) -> Sequence[AnyRow]:
    """Return some logins by username: whose username, e-mail or name has ``search`` in it."""
    statement = _PEOPLE.order_by(Login.username).offset(skip).limit(limit)
    if role is not None:
        statement = statement.where(Login.role == role)
    return session.execute(_having(statement, search)).all()


def _having(statement: Any, search: str) -> Any:
    if not search:
        return statement
    columns = (Login.username, LoginContact.email, _FULL_NAME)
    return statement.where(or_(*(c.icontains(search, autoescape=True) for c in columns)))


def find_person(session: Session, *, login_id: int) -> AnyRow | None:
    """Return one login."""
    return session.execute(_PERSON, {"key": login_id}).one_or_none()


def lock_administrators(session: Session) -> frozenset[int]:
    """Return who may manage people; until the transaction ends nobody changes that."""
    return frozenset(session.scalars(_ADMINISTRATORS))


def lock_login(session: Session, *, login_id: int) -> Login | None:
    """Return a login, holding its row until the transaction ends."""
    return session.scalars(_LOCKED, {"key": login_id}).one_or_none()


def find_key(session: Session, *, username: str) -> int | None:
    """Return the key of a login."""
    return session.scalar(_BY_USERNAME, {"name": username})


def is_email_taken(session: Session, *, email: str) -> bool:
    """Tell whether a login has the e-mail."""
    return session.scalar(_EMAIL_TAKEN, {"email": email}) is not None


def revoke_tokens(session: Session, *, login_id: int, now: dt.datetime) -> None:
    """Use up the links of letters that the login has not opened yet."""
    session.execute(_VOID_TOKENS, {"key": login_id, "now": now})


def list_waiting_invitations(session: Session, *, now: dt.datetime) -> Sequence[Invitation]:
    """Return the invitations that nobody has used yet, the latest first."""
    return session.scalars(_INVITATIONS, {"now": now}).all()


def find_valid_invitation(
    session: Session, *, token_hash: bytes, now: dt.datetime, lock: bool = False
) -> Invitation | None:
    """Return an invitation that may still be used."""
    statement = _GOOD.with_for_update() if lock else _GOOD
    return session.scalars(statement, {"hash": token_hash, "now": now}).one_or_none()


def add_invitation(session: Session, *, now: dt.datetime, **values: Any) -> bool:
    """Add an invitation; False where one for the same e-mail waits already."""
    session.execute(_FORGET_EXPIRED, {"address": values["email"], "now": now})
    statement = (
        insert(Invitation)
        .values(created_at=now, **values)
        .on_conflict_do_nothing(
            index_elements=[Invitation.email], index_where=Invitation.used_at.is_(None)
        )
        .returning(Invitation.id)
    )
    return session.scalar(statement) is not None


def withdraw_invitation(session: Session, *, invitation_id: int) -> str | None:
    """Delete an invitation that waits and return whose it was."""
    return session.scalar(_WITHDRAW, {"key": invitation_id})


def remove_spent_invitations(session: Session, *, now: dt.datetime) -> None:
    """Delete the invitations whose links open nothing any more."""
    session.execute(_REMOVE_SPENT, {"now": now})
