"""Sign-in: a checked password becomes a ticket, a ticket becomes a session of one browser."""

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass

from db import session as database
from db.models import SignInTicket, WebSession
from db.queries import organizations
from db.queries.people import sessions
from db.session import DatabaseRole, Viewer
from lib import clock
from lib.access import Actor, Role
from lib.domain import formats, people
from lib.domain.browser import format_browser
from lib.errors import PortalError
from lib.services import attempts
from lib.services.audit import trail
from lib.services.audit.trail import Action
from lib.services.people import passwords, sign_in_tries

_TICKET_LIFE = dt.timedelta(seconds=60)
REMEMBERED = dt.timedelta(days=30)
_UNREMEMBERED = dt.timedelta(hours=24)
_TOKEN_BYTES = 32


class SignInRefused(PortalError):
    """Login or password is wrong; which one, nobody is told."""

    def __init__(self) -> None:
        super().__init__("Неверное имя пользователя или пароль. Проверьте раскладку и Caps Lock.")


class NotActivated(SignInRefused):
    """The password is right, but the registration has not been confirmed: said to nobody else."""

    def __init__(self) -> None:
        PortalError.__init__(
            self,
            "Регистрация ещё не подтверждена. Откройте ссылку из письма, которое мы прислали "
            "на вашу почту, или попросите отправить его ещё раз.",
        )


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


def issue_ticket(
    *,
    name: str,
    password: str,
    visit: str,
    remember: bool,
    address: str = "",
    captcha: tuple[str, str] | None = None,
) -> str:
    """Check a login or e-mail with its password and return a ticket for this browser.

    A known name and an unknown one take the same statements and one hash, and leave
    the same rows.

    Args:
        name: username or e-mail, in any case.
        password: as typed.
        visit: the value of the browser's pre-session cookie; the ticket works with it alone.
        remember: keep the session for 30 days instead of the browser's run.
        address: the client's address.
        captcha: key and answer, where one was shown.

    Raises:
        CookiesOff: the browser has no pre-session cookie.
        TooSoon: the name failed too often from this network; what was typed is not looked at.
        CaptchaDemanded: the name or the network failed a few times and no captcha was answered.
        CaptchaRefused: the captcha's answer is wrong.
        NotActivated: the password is right, the registration is not confirmed.
        SignInRefused: no such login, it is blocked, or the password is wrong.
    """
    if not visit:
        raise CookiesOff
    begun = sign_in_tries.begin_try(
        people.parse_login(name), visit=visit, address=address, captcha=captcha
    )
    found = begun.found
    is_right = passwords.is_correct(password, found.password_hash if found else None)
    if not is_right or found is None:
        sign_in_tries.record_failure(begun)
        raise SignInRefused
    if found.activated_at is None:
        sign_in_tries.record_failure(begun)
        raise NotActivated
    return _ticket(begun.attempt, login_id=found.id, visit=visit, remember=remember)


def _ticket(attempt: int, *, login_id: int, visit: str, remember: bool) -> str:
    ticket = secrets.token_urlsafe(_TOKEN_BYTES)
    with database.transaction(database.GATE) as session:
        attempts.mark_succeeded(session, key=attempt)
        session.add(
            SignInTicket(
                login_id=login_id,
                ticket_hash=_hash(ticket),
                visit_hash=_hash(visit),
                remember=remember,
                expires_at=clock.now() + _TICKET_LIFE,
            )
        )
    return ticket


def open_session(
    *, ticket: str, visit: str, address: str | None = None, user_agent: str = ""
) -> OpenedSession:
    """Turn a ticket into a session, once and in the browser it was given to.

    Args:
        ticket: as ``issue_ticket`` gave it.
        visit: the browser's pre-session cookie.
        address: the client's address.
        user_agent: what the browser calls itself; two words of it are kept.

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
        browser = format_browser(user_agent) if user_agent else None
        session.add(
            WebSession(
                login_id=claimed.login_id,
                token_hash=_hash(token),
                opened_at=now,
                expires_at=now + life,
                address=address,
                browser=browser,
            )
        )
        trail.record_event(
            session,
            action=Action.SIGNED_IN,
            login_id=claimed.login_id,
            username=claimed.username,
            address=address,
            browser=browser,
        )
    return OpenedSession(token=token, remembered=claimed.remember)


def find_actor(*, token: str | None) -> Actor | None:
    """Return who holds the session of ``token``; None if it ended, ran out or never was."""
    if not token:
        return None
    holder = sessions.find_holder(database.GATE, token_hash=_hash(token), now=clock.now())
    if holder is None:
        return None
    role = Role(holder.role)
    names = (holder.last_name, holder.first_name, holder.middle_name)
    return Actor(
        login_id=holder.id,
        username=holder.username,
        first_name=holder.first_name,
        full_name=" ".join(name for name in names if name),
        role=role,
        organization=_organization(holder.organization_id),
        organization_id=holder.organization_id,
        accounts=tuple(holder.accounts or ()) if role is Role.RESIDENT else (),
    )


def _organization(key: int | None) -> str | None:
    """Return the name of an employee's organisation; the gate itself reads none."""
    if key is None:
        return None
    with database.transaction(Viewer(DatabaseRole.APP)) as session:
        name = organizations.find_name(session, key=key)
    return formats.quoted(name) if name else None


def end_session(*, token: str | None, address: str | None = None) -> None:
    """End the session of ``token``; ending it twice, or none, changes nothing."""
    if not token:
        return
    with database.transaction(database.GATE) as session:
        ended = sessions.end_session(session, token_hash=_hash(token), now=clock.now())
        if ended is not None:
            trail.record_event(
                session,
                action=Action.SIGNED_OUT,
                login_id=ended.login_id,
                username=ended.username,
                address=address,
            )


def _hash(value: str) -> bytes:
    """Hash a random token; it is long enough to need no salt."""
    return hashlib.sha256(value.encode()).digest()
