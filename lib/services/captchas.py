"""Captchas: five or six digits, valid in one browser for one answer within ten minutes."""

import datetime as dt
import hashlib
import hmac
import secrets
from uuid import UUID

from sqlalchemy.orm import Session

from db import session as database
from db.queries import captchas as queries
from lib import clock
from lib.errors import PortalError

_LIFE = dt.timedelta(minutes=10)
_SHORTEST = 5
_LONGEST_ANSWER = 32


class CaptchaRefused(PortalError):
    """The answer is wrong, or the captcha is expired or used."""

    def __init__(self) -> None:
        super().__init__("Код с картинки введён неверно или устарел. Введите новый код.")


def create_captcha(*, visit: str) -> str:
    """Make a captcha for the browser of ``visit`` and return its key."""
    with database.transaction(database.GATE) as session:
        key = queries.add_captcha(
            session,
            visit_hash=_hash(visit),
            digits=_digits(),
            expires_at=clock.now() + _LIFE,
        )
    return str(key)


def find_digits(*, key: UUID, visit: str) -> str | None:
    """Return the digits to draw or speak; None if answered, expired or another browser's."""
    with database.transaction(database.GATE) as session:
        return queries.find_digits(session, key=key, visit_hash=_hash(visit), now=clock.now())


def renew_captcha(*, key: UUID, visit: str) -> bool:
    """Give an unanswered captcha new digits; False where there is no such captcha."""
    now = clock.now()
    with database.transaction(database.GATE) as session:
        return queries.renew_captcha(
            session,
            key=key,
            visit_hash=_hash(visit),
            now=now,
            digits=_digits(),
            until=now + _LIFE,
        )


def check_captcha(*, key: str, visit: str, answer: str) -> None:
    """Check an answer; right or wrong, the captcha is used up and that is committed.

    Raises:
        CaptchaRefused: the answer is wrong, or the captcha is used, expired or another browser's.
    """
    with database.transaction(database.GATE) as session:
        is_right = use_captcha(session, key=key, visit=visit, answer=answer)
    if not is_right:
        raise CaptchaRefused


def use_captcha(session: Session, *, key: str, visit: str, answer: str) -> bool:
    """Use up a captcha in the caller's transaction and tell whether the answer is right."""
    try:
        captcha_id = UUID(key)
    except ValueError:
        return False
    digits = queries.use_captcha(session, key=captcha_id, visit_hash=_hash(visit), now=clock.now())
    typed = "".join(answer[:_LONGEST_ANSWER].split())
    return digits is not None and hmac.compare_digest(digits.encode(), typed.encode())


def _digits() -> str:
    count = _SHORTEST + secrets.randbelow(2)
    return "".join(str(secrets.randbelow(10)) for _ in range(count))


def _hash(visit: str) -> bytes:
    return hashlib.sha256(visit.encode()).digest()
