"""Attempts to sign in and similar: after failures a subject and a network have to wait."""

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
    """The kind of an attempt."""

    SIGN_IN = "sign_in"
    REGISTRATION = "registration"
    RECOVERY = "recovery"
    ATTACHMENT = "attachment"
    ATTACHMENT_CODE = "attachment_code"
    PASSWORD = "password"  # noqa: S105 - the own password, asked again in the profile
    MISTAKE = "mistake"  # a report of a mistake in the text


class TooSoon(PortalError):
    """Too many attempts: the next one is handled after a pause."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Слишком много попыток подряд. Подождите {_span(seconds)} и повторите.")
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Pressure:
    """How the next attempt is slowed.

    Attributes:
        wait: seconds until the next attempt from this network is handled; 0 for none.
        needs_captcha: whether a captcha is required.
    """

    wait: int
    needs_captcha: bool


@dataclass(frozen=True, slots=True)
class AttemptCounts:
    """Numbers of attempts in the last day, failures and successes.

    Attributes:
        subject: on this subject from any network.
        network: from this network on any subject.
        both: on this subject from this network.
        latest: time of the last attempt of both together.
        succeeded: time of the last success of the subject.
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
    request_key: str | None = None,
) -> int:
    """Record an attempt in the caller's transaction and return its key.

    Args:
        session: a transaction in the gate's or the operator's role.
        kind: one of ``Kind``.
        subject: what was tried: a name as typed, an account's number. Only its hash is stored.
        address: the client's address.
        login_id: the login, if it is known.
        succeeded: whether the attempt succeeded.
        request_key: key of the sent form, if a second click must be recognised.
    """
    return queries.add_attempt(
        session,
        kind=kind,
        subject=hash_subject(kind, subject),
        login_id=login_id,
        address=network.get_subscriber(address),
        now=clock.now(),
        succeeded=succeeded,
        request_key=request_key,
    )


def mark_succeeded(session: Session, *, key: int) -> None:
    """Mark an attempt, which is recorded as a failure first, as a success."""
    queries.mark_succeeded(session, key=key)


def take_turn(session: Session, *, kind: str, subject: str) -> None:
    """Wait for other transactions with the same subject, so that parallel attempts all count."""
    number = int.from_bytes(hash_subject(kind, subject)[:8], signed=True)
    queries.take_turn(session, key=number)


def get_pressure(session: Session, *, kind: str, subject: str, address: str) -> Pressure:
    """Return how the next attempt is slowed, from the failures of the last hour.

    A captcha is required after three failures of the subject or ten of the network. The pause
    grows with the failures of the subject from this network, so that strangers in other networks
    do not slow the owner.
    """
    now = clock.now()
    counts = queries.count_failures(
        session,
        kind=kind,
        subject=hash_subject(kind, subject),
        address=network.get_subscriber(address),
        since=now - _WINDOW,
    )
    return Pressure(
        wait=_left(get_pause(counts.both), counts.latest, now),
        needs_captcha=counts.subject >= FREE_OF_SUBJECT or counts.network >= FREE_OF_NETWORK,
    )


def count_today(session: Session, *, kind: str, subject: str, address: str) -> AttemptCounts:
    """Count the attempts of the last day, failures and successes."""
    counts = queries.count_attempts(
        session,
        kind=kind,
        subject=hash_subject(kind, subject),
        address=network.get_subscriber(address),
        since=clock.now() - KEPT,
    )
    return AttemptCounts(*counts)


def get_pause(failures: int) -> int:
    """Return the pause in seconds after 1, 2, 3 … failures: 0, 0, 0, 1, 2, 4 … 60."""
    over = failures - FREE_OF_SUBJECT
    return 0 if over <= 0 else min(LONGEST_PAUSE, 2 ** min(over - 1, LONGEST_PAUSE))


def count_seconds_left(latest: dt.datetime | None, pause_seconds: int) -> int:
    """Return how many seconds of a pause that began at ``latest`` are left."""
    return _left(pause_seconds, latest, clock.now())


def hash_subject(kind: str, subject: str) -> bytes:
    """Hash a subject: a typed text may be a password, so it is not stored."""
    return hashlib.sha256(f"{kind}:{subject}".encode()).digest()


def remove_old_attempts() -> None:
    """Remove attempts older than a day, expired captchas and tokens expired 30 days ago."""
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
