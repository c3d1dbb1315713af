"""Sign-in: a right password gives a ticket; the ticket opens a session in the same browser.

A ticket is needed because Streamlit cannot set cookies: the page posts it to a route that does.
"""

import datetime as dt
import secrets
from dataclasses import dataclass

from db import session as database
from db.models import WebSession
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
from lib.services.people import passwords, sign_in_tries, web_sessions
from lib.services.people.web_sessions import hash_token

REMEMBERED = dt.timedelta(days=30)
_UNREMEMBERED = dt.timedelta(hours=24)
_TOKEN_BYTES = 32


class SignInRefused(PortalError):
    """The name or the password is wrong; the message does not tell which."""

    def __init__(self) -> None:
        super().__init__("Неверное имя пользователя или пароль. Проверьте раскладку и Caps Lock.")


class NotActivated(SignInRefused):
    """The password is right, but the registration is not confirmed."""

    def __init__(self) -> None:
        PortalError.__init__(
            self,
            "Регистрация ещё не подтверждена. Откройте ссылку из письма, которое мы прислали "
            "на вашу почту, или попросите отправить его ещё раз.",
        )


class CookiesOff(PortalError):
    """The browser keeps no cookies, so a ticket cannot be bound to it."""

    def __init__(self) -> None:
        super().__init__(
            "Браузер не сохраняет cookie, без них войти нельзя. "
            "Разрешите cookie для этого сайта и обновите страницу."
        )


class TicketRefused(PortalError):
    """The ticket is used, expired, or belongs to another browser."""

    def __init__(self) -> None:
        super().__init__("Вход не завершён: прошло слишком много времени. Войдите ещё раз.")


@dataclass(frozen=True, slots=True)
class OpenedSession:
    """A session just opened; ``remembered`` tells whether it lasts 30 days."""

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

    A known and an unknown name run the same statements, compute one hash and leave the same
    rows, so that neither time nor traces reveal which logins exist.

    Args:
        name: username or e-mail, in any case.
        password: as typed.
        visit: the value of the browser's pre-session cookie; the ticket works only with it.
        remember: keep the session for 30 days instead of until the browser is closed.
        address: the client's address.
        captcha: key and answer, if a captcha was shown.

    Raises:
        CookiesOff: the browser has no pre-session cookie.
        TooSoon: too many failures of the name from this network; the password is not checked.
        CaptchaDemanded: a captcha is needed after failures of the name or the network.
        CaptchaRefused: the captcha's answer is wrong.
        NotActivated: the password is right, but the registration is not confirmed.
        SignInRefused: there is no such login, it is blocked, or the password is wrong.
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
    with database.transaction(database.GATE) as session:
        attempts.mark_succeeded(session, key=begun.attempt)
        return web_sessions.issue_ticket(session, login_id=found.id, visit=visit, remember=remember)


def open_session(
    *, ticket: str, visit: str, address: str | None = None, user_agent: str = ""
) -> OpenedSession:
    """Open a session with a ticket: once, and in the browser that the ticket is bound to.

    Args:
        ticket: as ``issue_ticket`` gave it.
        visit: the browser's pre-session cookie.
        address: the client's address.
        user_agent: the header of the request; the names of browser and system are stored.

    Raises:
        TicketRefused: the ticket is used, older than 60 s or bound to another browser.
    """
    now = clock.now()
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    with database.transaction(database.GATE) as session:
        claimed = sessions.claim_ticket(
            session, ticket_hash=hash_token(ticket), visit_hash=hash_token(visit), now=now
        )
        if claimed is None:
            raise TicketRefused
        life = REMEMBERED if claimed.remember else _UNREMEMBERED
        browser = format_browser(user_agent) if user_agent else None
        session.add(
            WebSession(
                login_id=claimed.login_id,
                token_hash=hash_token(token),
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
    """Return the holder of a session; None if the session is ended, expired or unknown."""
    if not token:
        return None
    holder = sessions.find_holder(database.GATE, token_hash=hash_token(token), now=clock.now())
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
    """Return the name of an employee's organisation; the gate's role may not read it."""
    if key is None:
        return None
    with database.transaction(Viewer(DatabaseRole.APP)) as session:
        name = organizations.find_name(session, key=key)
    return formats.quote_name(name) if name else None


def end_session(*, token: str | None, address: str | None = None) -> None:
    """End the session of ``token``; do nothing if it is not open."""
    if not token:
        return
    with database.transaction(database.GATE) as session:
        ended = sessions.end_session(session, token_hash=hash_token(token), now=clock.now())
        if ended is not None:
            trail.record_event(
                session,
                action=Action.SIGNED_OUT,
                login_id=ended.login_id,
                username=ended.username,
                address=address,
            )
