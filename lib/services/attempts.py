"""Attempts: what is tried too often is slowed, by subject and by network, never shut for good."""

import datetime as dt
import hashlib
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from db import session as database
from db.queries import attempts as queries
from db.queries import captchas
from db.queries.people import tokens
from lib import clock
from lib.domain import network
from lib.errors import PortalError

KEPT = dt.timedelta(days=1)
_TOKENS_KEPT = dt.timedelta(days=30)
_WINDOW = dt.timedelta(hours=1)
FREE_OF_SUBJECT, FREE_OF_NETWORK = 3, 10
LONGEST_PAUSE = 60  # seconds


class Kind(StrEnum):
    """What is tried."""

    SIGN_IN = "sign_in"
    REGISTRATION = "registration"
    RECOVERY = "recovery"
    ATTACHMENT = "attachment"
    ATTACHMENT_CODE = "attachment_code"
    PASSWORD = "password"  # noqa: S105 - one's own, asked again in the profile
    MISTAKE = "mistake"  # in the text, reported


class TooSoon(PortalError):
    """It has been tried too often: the next try is looked at after a pause."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Слишком много попыток подряд. Подождите {_span(seconds)} и повторите.")
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Pressure:
    """How hard a subject is tried.

    Attributes:
        wait: seconds until the next try from this network is looked at; 0 for none.
        needs_captcha: whether a person must show that they are one.
    """

    wait: int
    needs_captcha: bool


@dataclass(frozen=True, slots=True)
class AttemptCounts:
    """How often something was done in the last day.

    Attributes:
        subject: how often to this subject, by whomever.
        network: how often from this network, to whatever.
        both: how often to this subject from this network.
        latest: when the last of those was.
        succeeded: when it last went well for the subject.
    """

    subject: int
    network: int
    both: int
    latest: dt.datetime | None
    succeeded: dt.datetime | None


def record_attempt(
    session: Session,
    *,
    kind: str,
    subject: str,
    address: str,
    login_id: int | None,
    succeeded: bool,
) -> int:
    """Record an attempt in the caller's transaction and return its key.

    Args:
        session: the gate's, or an operator's.
        kind: what was tried, one of ``Kind``.
        subject: what it was tried on - a name as typed, an account's number.
        address: the client's address.
        login_id: the login, where it is known.
        succeeded: whether it went well.
    """
    return queries.add_attempt(
        session,
        kind=kind,
        subject=hash_subject(kind, subject),
        login_id=login_id,
        address=network.get_subscriber(address),
        now=clock.now(),
        succeeded=succeeded,
    )


def mark_succeeded(session: Session, *, key: int) -> None:
    """Turn an attempt, recorded as failed before it was looked at, into a success."""
    queries.mark_succeeded(session, key=key)


def take_turn(session: Session, *, kind: str, subject: str) -> None:
    """Let tries of one subject stand in line: many at once count as many."""
    number = int.from_bytes(hash_subject(kind, subject)[:8], signed=True)
    queries.take_turn(session, key=number)


def get_pressure(session: Session, *, kind: str, subject: str, address: str) -> Pressure:
    """Tell how the next try is to be slowed.

    After three failures of a subject, or ten of a network, a captcha is asked for. The pause
    grows with the failures of both together: strangers elsewhere do not slow the owner.
    """
    now = clock.now()
    found = queries.count_failures(
        session,
        kind=kind,
        subject=hash_subject(kind, subject),
        address=network.get_subscriber(address),
        since=now - _WINDOW,
    )
    return Pressure(
        wait=_left(get_pause(found.both), found.latest, now),
        needs_captcha=found.subject >= FREE_OF_SUBJECT or found.network >= FREE_OF_NETWORK,
    )


def count_today(session: Session, *, kind: str, subject: str, address: str) -> AttemptCounts:
    """Count what was done in the last day, however it ended."""
    found = queries.count_attempts(
        session,
        kind=kind,
        subject=hash_subject(kind, subject),
        address=network.get_subscriber(address),
        since=clock.now() - KEPT,
    )
    return AttemptCounts(*found)


def get_pause(failures: int) -> int:
    """Return the pause after so many failures, in seconds: 0, 0, 0, 1, 2, 4 … 60."""
    over = failures - FREE_OF_SUBJECT
    return 0 if over <= 0 else min(LONGEST_PAUSE, 2 ** min(over - 1, LONGEST_PAUSE))


def count_seconds_left(latest: dt.datetime | None, pause_seconds: int) -> int:
    """Return how much of a pause is left after ``latest``."""
    return _left(pause_seconds, latest, clock.now())


def hash_subject(kind: str, subject: str) -> bytes:
    """Hash what was tried on: it may be nobody's, and it may be somebody's password."""
    return hashlib.sha256(f"{kind}:{subject}".encode()).digest()


def remove_old_attempts() -> None:
    """Remove what has no use any more: attempts of yesterday, captchas and tokens that ran out."""
    now = clock.now()
    with database.transaction(database.GATE) as session:
        queries.remove_old(session, before=now - KEPT)
        captchas.remove_expired(session, before=now)
        tokens.remove_expired(session, before=now - _TOKENS_KEPT)


def _left(seconds: int, latest: dt.datetime | None, now: dt.datetime) -> int:
    if not seconds or latest is None:
        return 0
    left = (latest + dt.timedelta(seconds=seconds) - now).total_seconds()
    return max(0, -int(-left // 1))


def _span(seconds: int) -> str:
    minutes = -(-seconds // 60)
    if seconds <= LONGEST_PAUSE:
        return f"{seconds} с"
    return f"{minutes} мин" if minutes < LONGEST_PAUSE else f"{-(-minutes // 60)} ч"
