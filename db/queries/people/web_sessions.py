"""Open sessions of one login, ended one by one or all at once."""

import datetime as dt

from sqlalchemy import bindparam, delete, update
from sqlalchemy.orm import Session

from db.models import SignInTicket, WebSession

_OPEN = update(WebSession).where(
    WebSession.login_id == bindparam("login"),
    WebSession.ended_at.is_(None),
    WebSession.expires_at > bindparam("now"),
)
_END = (
    _OPEN.where(WebSession.id == bindparam("key"))
    .values(ended_at=bindparam("now"))
    .returning(WebSession.id)
)
_END_ALL = (
    _OPEN.where(WebSession.token_hash != bindparam("keep_hash"))
    .values(ended_at=bindparam("now"))
    .returning(WebSession.id)
)
_DELETE_TICKETS = delete(SignInTicket).where(SignInTicket.login_id == bindparam("login"))


def end_session(session: Session, *, login: int, key: int, now: dt.datetime) -> bool:
    """End one of the login's open sessions; False where there is no such session."""
    values = {"login": login, "key": key, "now": now}
    return session.scalar(_END, values) is not None


def end_sessions(session: Session, *, login: int, keep_hash: bytes, now: dt.datetime) -> int:
    """End the login's sessions except the one with the hash ``keep_hash``; return their number."""
    values = {"login": login, "keep_hash": keep_hash, "now": now}
    return len(session.scalars(_END_ALL, values).all())


def delete_tickets(session: Session, *, login: int) -> None:
    """Delete the login's tickets, which could open a session for a minute more."""
    session.execute(_DELETE_TICKETS, {"login": login})
