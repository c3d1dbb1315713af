"""Whether a login may come in: the steps that commands, screens and profiles share."""

from sqlalchemy.orm import Session

from db.models import Login
from db.queries.people import directory as queries
from lib import clock
from lib.errors import PortalError
from lib.services.people import web_sessions


class LastAdministrator(PortalError):
    """Nobody would be left to manage people."""

    def __init__(self) -> None:
        super().__init__("Это последний администратор: сначала назначьте другого.")


def shut(session: Session, *, login: Login) -> None:
    """Block a login and end its sessions, within the caller's transaction."""
    login.blocked_at = clock.now()
    end_ways_in(session, login_id=login.id)


def end_ways_in(session: Session, *, login_id: int) -> None:
    """End a login's sessions and what could still open one, within the caller's transaction."""
    web_sessions.end_all(session, login_id=login_id, but=None)
    queries.void_tokens(session, login_id=login_id, now=clock.now())


def keep_an_administrator(session: Session, *, login_id: int) -> None:
    """Hold the administrators' rows and refuse to lose the last one, in the caller's transaction.

    Raises:
        LastAdministrator: ``login_id`` is the only administrator who can sign in.
    """
    if queries.locked_administrators(session) == {login_id}:
        raise LastAdministrator
