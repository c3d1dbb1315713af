"""A try to sign in: counted before it is looked at, and slowed where there were many."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from db import session as database
from db.base import AnyRow
from db.queries.people import logins
from lib.errors import PortalError
from lib.services import attempts, captchas
from lib.services.attempts import Kind, TooSoon
from lib.services.audit import trail
from lib.services.audit.trail import Action


class CaptchaDemanded(PortalError):
    """It went wrong a few times: first it must be a person who tries."""

    def __init__(self) -> None:
        super().__init__("Введите код с картинки и пароль, затем нажмите «Войти».")


@dataclass(frozen=True, slots=True)
class Try:
    """One try that may be looked at: counted as a failure until it is none."""

    name: str
    address: str
    found: AnyRow | None
    attempt: int


def begin_try(name: str, *, visit: str, address: str, captcha: tuple[str, str] | None) -> Try:
    """Find a login and count the try, so that many at once count as many.

    What it refuses with is raised after the transaction: a captcha stays used up.

    Raises:
        TooSoon: the name failed too often from this network.
        CaptchaDemanded: a captcha is needed and none was answered.
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
    return Try(name, address, found, key)


def _refusal(
    session: Session, *, name: str, visit: str, address: str, captcha: tuple[str, str] | None
) -> PortalError | None:
    """Tell why the try is not looked at, if it is not."""
    pressure = attempts.get_pressure(session, kind=Kind.SIGN_IN, subject=name, address=address)
    if pressure.wait:
        return TooSoon(pressure.wait)
    if captcha is not None:
        key, answer = captcha
        is_right = captchas.use_captcha(session, key=key, visit=visit, answer=answer)
        return None if is_right else captchas.CaptchaRefused()
    return CaptchaDemanded() if pressure.needs_captcha else None


def record_failure(begun: Try) -> None:
    """Write down in the log what has been counted already."""
    with database.transaction(database.GATE) as session:
        trail.record_event(
            session,
            action=Action.SIGN_IN_FAILED,
            login_id=begun.found.id if begun.found else None,
            username=begun.found.username if begun.found else begun.name,
            address=begun.address,
        )
