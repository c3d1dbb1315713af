"""Blocking a login and revoking its access: steps that commands, screens and profiles share."""

from sqlalchemy.orm import Session

from db.models import Login
from db.queries.people import directory as queries
from lib import clock
from lib.errors import PortalError
from lib.services.people import web_sessions


class LastAdministrator(PortalError):
    """No administrator would be left."""

    def __init__(self) -> None:
        super().__init__("Это последний администратор: сначала назначьте другого.")


def block_login(session: Session, *, login: Login) -> None:
    """Block a login and end its sessions, within the caller's transaction."""
    login.blocked_at = clock.now()
    revoke_access(session, login_id=login.id)


def revoke_access(session: Session, *, login_id: int) -> None:
    """End a login's sessions and revoke its tickets and tokens, within the caller's transaction."""
    web_sessions.end_all_sessions(session, login_id=login_id, keep_token=None)
    queries.revoke_tokens(session, login_id=login_id, now=clock.now())


def require_other_administrator(session: Session, *, login_id: int) -> None:
    """Lock the administrators' rows; refuse to lose the last one. In the caller's transaction.

    Raises:
        LastAdministrator: ``login_id`` is the only administrator who can sign in.
    """
    if queries.lock_administrators(session) == {login_id}:
        raise LastAdministrator
