"""Sign-in: a checked password becomes a ticket, a ticket becomes a session of one browser."""

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass

from db import session as database
from db.models import SignInTicket, WebSession
from db.queries import accounts, logins, organizations, sessions
from db.session import DatabaseRole, Viewer
from lib import clock
from lib.access import Actor, Role
from lib.domain import formats
from lib.errors import PortalError
from lib.services import passwords

_TICKET_LIFE = dt.timedelta(seconds=60)
REMEMBERED = dt.timedelta(days=30)
_UNREMEMBERED = dt.timedelta(hours=24)
_TOKEN_BYTES = 32


class SignInRefused(PortalError):
    """Login or password is wrong; which one, nobody is told."""

    def __init__(self) -> None:
        super().__init__("Неверное имя пользователя или пароль. Проверьте раскладку и Caps Lock.")


class CookiesOff(PortalError):
    """The browser keeps no cookies: a ticket would belong to nobody."""

    def __init__(self) -> None:
        super().__init__(
            "Браузер не сохраняет cookie, без них войти нельзя. "
            "Разрешите cookie для этого сайта и обновите страницу."
        )


class TicketRefused(PortalError):
    """The ticket was used, is late, or was given to another browser."""

    def __init__(self) -> None:
        super().__init__("Вход не завершён: прошло слишком много времени. Войдите ещё раз.")


@dataclass(frozen=True, slots=True)
class OpenedSession:
    """A session just opened; ``remembered`` tells how long the browser keeps its token."""

    token: str
    remembered: bool


def issue_ticket(*, name: str, password: str, visit: str, remember: bool) -> str:
    """Check a login or e-mail with its password and return a ticket for this browser.

    Args:
        name: username or e-mail, in any case.
        password: as typed.
        visit: the value of the browser's pre-session cookie; the ticket works with it alone.
        remember: keep the session for 30 days instead of the browser's run.

    Raises:
        CookiesOff: the browser has no pre-session cookie.
        SignInRefused: no such login, it is blocked, or the password is wrong.
    """
    if not visit:
        raise CookiesOff
    with database.transaction(database.GATE) as session:
        found = logins.by_name(session, name=name.strip().lower())
    if not passwords.is_right(password, found.password_hash if found else None) or not found:
        raise SignInRefused
    ticket = secrets.token_urlsafe(_TOKEN_BYTES)
    with database.transaction(database.GATE) as session:
        session.add(
            SignInTicket(
                login_id=found.id,
                ticket_hash=_hash(ticket),
                visit_hash=_hash(visit),
                remember=remember,
                expires_at=clock.now() + _TICKET_LIFE,
            )
        )
    return ticket


def open_session(*, ticket: str, visit: str) -> OpenedSession:
    """Turn a ticket into a session, once and in the browser it was given to.

    Raises:
        TicketRefused: the ticket was used, is older than 60 s or belongs to another browser.
    """
    now = clock.now()
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    with database.transaction(database.GATE) as session:
        claimed = sessions.claim_ticket(
            session, ticket_hash=_hash(ticket), visit_hash=_hash(visit), now=now
        )
        if claimed is None:
            raise TicketRefused
        life = REMEMBERED if claimed.remember else _UNREMEMBERED
        session.add(
            WebSession(
                login_id=claimed.login_id,
                token_hash=_hash(token),
                opened_at=now,
                expires_at=now + life,
            )
        )
    return OpenedSession(token=token, remembered=claimed.remember)


def find_actor(*, token: str | None) -> Actor | None:
    """Return who holds the session of ``token``; None if it ended, ran out or never was."""
    if not token:
        return None
    now = clock.now()
    with database.transaction(database.GATE) as session:
        holder = sessions.holder(session, token_hash=_hash(token), now=now)
    if holder is None:
        return None
    role = Role(holder.role)
    organization = None
    with database.transaction(Viewer(DatabaseRole.APP, login=holder.id)) as session:
        own = accounts.accessible(session, login=holder.id, now=now)
        if holder.organization_id is not None:
            name = organizations.name(session, key=holder.organization_id)
            organization = formats.quoted(name) if name else None
    names = (holder.last_name, holder.first_name, holder.middle_name)
    return Actor(
        login_id=holder.id,
        username=holder.username,
        first_name=holder.first_name,
        full_name=" ".join(name for name in names if name),
        role=role,
        organization=organization,
        organization_id=holder.organization_id,
        accounts=own if role is Role.RESIDENT else (),
    )


def end_session(*, token: str | None) -> None:
    """End the session of ``token``; ending it twice, or none, changes nothing."""
    if token:
        with database.transaction(database.GATE) as session:
            sessions.end(session, token_hash=_hash(token), now=clock.now())


def _hash(value: str) -> bytes:
    """Hash a random token; it is long enough to need no salt."""
    return hashlib.sha256(value.encode()).digest()
