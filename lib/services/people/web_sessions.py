"""Open sessions of a login, and the tickets that open new ones."""

import datetime as dt
import hashlib
import secrets

from sqlalchemy.orm import Session

from db import session as database
from db.models import SignInTicket
from db.queries.people import web_sessions as queries
from lib import clock
from lib.access import Actor, Permission
from lib.errors import PortalError
from lib.services.audit import trail
from lib.services.audit.trail import Action

_TICKET_LIFE = dt.timedelta(seconds=60)
_TOKEN_BYTES = 32
_NO_TOKEN = b""


class SessionNotFound(PortalError):
    """The actor has no open session with this key."""

    def __init__(self) -> None:
        super().__init__("Такого сеанса нет: вероятно, он уже завершён. Обновите страницу.")


def end_session(*, actor: Actor, session_id: int, address: str) -> None:
    """End one of the actor's sessions.

    Raises:
        SessionNotFound: the actor has no open session with this key.
    """
    actor.demand(Permission.PROFILE_MANAGE)
    with database.transaction(database.GATE) as session:
        ended = queries.end_session(session, login=actor.login_id, key=session_id, now=clock.now())
        if not ended:
            raise SessionNotFound
        trail.record_event(
            session, action=Action.SESSIONS_ENDED, actor=actor, address=address, ended=1
        )


def end_other_sessions(*, actor: Actor, token: str, address: str) -> int:
    """End the actor's sessions except the one of ``token``; return their number."""
    actor.demand(Permission.PROFILE_MANAGE)
    with database.transaction(database.GATE) as session:
        ended = end_all_sessions(session, login_id=actor.login_id, keep_token=token)
        if ended:
            trail.record_event(
                session, action=Action.SESSIONS_ENDED, actor=actor, address=address, ended=ended
            )
    return ended


def end_all_sessions(session: Session, *, login_id: int, keep_token: str | None) -> int:
    """End a login's sessions and delete its tickets, within the caller's transaction.

    Args:
        session: a transaction in the gate's role.
        login_id: the login.
        keep_token: token of the session that stays open; None ends all.
    """
    queries.delete_tickets(session, login=login_id)
    keep_hash = hash_token(keep_token) if keep_token else _NO_TOKEN
    return queries.end_sessions(session, login=login_id, keep_hash=keep_hash, now=clock.now())


def issue_ticket(session: Session, *, login_id: int, visit: str, remember: bool) -> str:
    """Make a ticket that opens a session in this browser within 60 s, in the caller's transaction.

    Every sign-in and every change of the password opens a new session with a new token, so a
    stolen copy of an old cookie does not work any more.
    """
    ticket = secrets.token_urlsafe(_TOKEN_BYTES)
    session.add(
        SignInTicket(
            login_id=login_id,
            ticket_hash=hash_token(ticket),
            visit_hash=hash_token(visit),
            remember=remember,
            expires_at=clock.now() + _TICKET_LIFE,
        )
    )
    return ticket


def hash_token(token: str) -> bytes:
    """Hash a token; it is random and long, so it needs no salt."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
