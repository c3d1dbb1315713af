"""Open sessions of one login: ended one by one or together."""

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
    _OPEN.where(WebSession.token_hash != bindparam("kept"))
    .values(ended_at=bindparam("now"))
    .returning(WebSession.id)
)
_TEAR = delete(SignInTicket).where(SignInTicket.login_id == bindparam("login"))


def end_session(session: Session, *, login: int, key: int, now: dt.datetime) -> bool:
    """End one of the login's open sessions; tell whether it was there to be ended."""
    values = {"login": login, "key": key, "now": now}
    return session.scalar(_END, values) is not None


def end_sessions(session: Session, *, login: int, kept: bytes, now: dt.datetime) -> int:
    """End the login's sessions but the one of the hash ``kept``; return how many."""
    values = {"login": login, "kept": kept, "now": now}
    return len(session.scalars(_END_ALL, values).all())


def delete_tickets(session: Session, *, login: int) -> None:
    """Take away the tickets that would open a session in the next minute."""
    session.execute(_TEAR, {"login": login})
