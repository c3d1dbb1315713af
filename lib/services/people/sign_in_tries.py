"""An attempt to sign in: counted before the password is checked, and slowed after failures."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from db import session as database
from db.queries.people import logins
from db.queries.people.logins import LoginRow
from lib.errors import PortalError
from lib.services import attempts, captchas
from lib.services.attempts import Kind, TooSoon
from lib.services.audit import trail
from lib.services.audit.trail import Action


class CaptchaDemanded(PortalError):
    """After a few failures a captcha is required."""

    def __init__(self) -> None:
        super().__init__("Введите код с картинки и пароль, затем нажмите «Войти».")


@dataclass(frozen=True, slots=True)
class SignInTry:
    """An attempt whose password may be checked; recorded as a failure until it succeeds."""

    name: str
    address: str
    found: LoginRow | None
    attempt: int


def begin_try(name: str, *, visit: str, address: str, captcha: tuple[str, str] | None) -> SignInTry:
    """Find the login and record the attempt as a failure, so that parallel attempts all count.

    A refusal is raised after the commit, so that a used captcha stays used.

    Raises:
        TooSoon: too many failures of the name from this network.
        CaptchaDemanded: a captcha is needed and no answer was given.
        CaptchaRefused: the captcha's answer is wrong.
    """
    with database.transaction(database.GATE) as session:
        attempts.take_turn(session, kind=Kind.SIGN_IN, subject=name)
        found = logins.find_by_name(session, name=name)
        refusal = _refusal(session, name=name, visit=visit, address=address, captcha=captcha)
        if refusal is None:
            key = attempts.record_attempt(
                session,
                kind=Kind.SIGN_IN,
                subject=name,
                address=address,
                login_id=found.id if found else None,
                succeeded=False,
            )
    if refusal is not None:
        raise refusal
    return SignInTry(name, address, found, key)


def _refusal(
    session: Session, *, name: str, visit: str, address: str, captcha: tuple[str, str] | None
) -> PortalError | None:
    """Return why the password is not checked; None where it may be."""
    pressure = attempts.get_pressure(session, kind=Kind.SIGN_IN, subject=name, address=address)
    if pressure.wait:
        return TooSoon(pressure.wait)
    if captcha is not None:
        key, answer = captcha
        is_right = captchas.use_captcha(session, key=key, visit=visit, answer=answer)
        return None if is_right else captchas.CaptchaRefused()
    return CaptchaDemanded() if pressure.needs_captcha else None


def record_failure(begun: SignInTry) -> None:
    """Add the failure to the audit log; the attempt itself is recorded already."""
    with database.transaction(database.GATE) as session:
        trail.record_event(
            session,
            action=Action.SIGN_IN_FAILED,
            login_id=begun.found.id if begun.found else None,
            username=begun.found.username if begun.found else begun.name,
            address=begun.address,
        )
