"""Open sessions: the holder sees the browsers that are signed in, and ends them."""

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
    """No open session of the actor's has this key."""

    def __init__(self) -> None:
        super().__init__("Такого сеанса нет: вероятно, он уже завершён. Обновите страницу.")


def end_session(*, actor: Actor, session_id: int, address: str) -> None:
    """End one of the actor's sessions.

    Raises:
        SessionNotFound: it is somebody else's, has ended, or never was.
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
    """End the actor's sessions but the one of ``token``; return how many there were."""
    actor.demand(Permission.PROFILE_MANAGE)
    with database.transaction(database.GATE) as session:
        ended = end_all_sessions(session, login_id=actor.login_id, but=token)
        if ended:
            trail.record_event(
                session, action=Action.SESSIONS_ENDED, actor=actor, address=address, ended=ended
            )
    return ended


def end_all_sessions(session: Session, *, login_id: int, but: str | None) -> int:
    """End a login's sessions and tear its tickets, within the caller's transaction.

    Args:
        session: the caller's; the gate's.
        login_id: whose sessions.
        but: token of the one that stays; None ends every one.
    """
    queries.delete_tickets(session, login=login_id)
    kept = hash_token(but) if but else _NO_TOKEN
    return queries.end_sessions(session, login=login_id, kept=kept, now=clock.now())


def issue_ticket(session: Session, *, login_id: int, visit: str, remember: bool) -> str:
    """Return a ticket that opens a session in this browser, within the caller's transaction.

    Whoever has shown the password gets a new session in place of the one that is ended:
    a copy of the old cookie is of no use then.
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
    """Hash a random token; it is long enough to need no salt."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
