"""Attempts, counted by subject and by network; each count is one statement."""

import datetime as dt
from typing import NamedTuple

from sqlalchemy import (
    and_,
    bindparam,
    delete,
    func,
    insert,
    literal_column,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Session, aliased

from db.models import Attempt
from db.rows import get_one

_LOCK = text("SELECT pg_advisory_xact_lock(:key)")
_EARLIER = aliased(Attempt)
_OF_SUBJECT = Attempt.subject_hash == bindparam("subject")
_OF_NETWORK = Attempt.address == bindparam("address")
# a success cancels the failures before it, but for its own network only
_FORGIVEN = (
    select(func.coalesce(func.max(_EARLIER.happened_at), literal_column("'-infinity'")))
    .where(
        _EARLIER.kind == bindparam("kind"),
        _EARLIER.subject_hash == bindparam("subject"),
        _EARLIER.address == bindparam("address"),
        _EARLIER.succeeded,
    )
    .scalar_subquery()
)
_UNFORGIVEN = and_(_OF_SUBJECT, Attempt.happened_at > _FORGIVEN)
_FAILURES = select(
    func.count().filter(_UNFORGIVEN).label("subject"),
    func.count().filter(_OF_NETWORK).label("network"),
    func.count().filter(_UNFORGIVEN, _OF_NETWORK).label("both"),
    func.max(Attempt.happened_at).filter(_UNFORGIVEN, _OF_NETWORK).label("latest"),
).where(
    Attempt.kind == bindparam("kind"),
    or_(_OF_SUBJECT, _OF_NETWORK),
    Attempt.happened_at > bindparam("since"),
    ~Attempt.succeeded,
)
_ATTEMPTS = select(
    func.count().filter(_OF_SUBJECT).label("subject"),
    func.count().filter(_OF_NETWORK).label("network"),
    func.count().filter(_OF_SUBJECT, _OF_NETWORK).label("both"),
    func.max(Attempt.happened_at).filter(_OF_SUBJECT, _OF_NETWORK).label("latest"),
    func.max(Attempt.happened_at).filter(_OF_SUBJECT, Attempt.succeeded).label("succeeded"),
).where(
    Attempt.kind == bindparam("kind"),
    or_(_OF_SUBJECT, _OF_NETWORK),
    Attempt.happened_at > bindparam("since"),
)
_SUCCEED = update(Attempt).where(Attempt.id == bindparam("attempt")).values(succeeded=True)
_OLD = delete(Attempt).where(Attempt.happened_at < bindparam("before"))


class FailureCounts(NamedTuple):
    """Failures of a subject, of a network, of both together, and the last one of both."""

    subject: int
    network: int
    both: int
    latest: dt.datetime | None


class AttemptCounts(NamedTuple):
    """Attempts of a subject, of a network, of both together.

    Attributes:
        latest: the last attempt of both together.
        succeeded: the last success of the subject.
    """

    subject: int
    network: int
    both: int
    latest: dt.datetime | None
    succeeded: dt.datetime | None


def take_turn(session: Session, *, key: int) -> None:
    """Wait until no other transaction counts the same subject; hold it until this one ends."""
    session.execute(_LOCK, {"key": key})


def count_failures(
    session: Session, *, kind: str, subject: bytes, address: str, since: dt.datetime
) -> FailureCounts:
    """Count the failures since a moment.

    Failures of the subject before its last success from this network do not count.
    """
    values = {"kind": kind, "subject": subject, "address": address, "since": since}
    return get_one(session.execute(_FAILURES, values), FailureCounts)


def count_attempts(
    session: Session, *, kind: str, subject: bytes, address: str, since: dt.datetime
) -> AttemptCounts:
    """Count the attempts since a moment, failures and successes."""
    values = {"kind": kind, "subject": subject, "address": address, "since": since}
    return get_one(session.execute(_ATTEMPTS, values), AttemptCounts)


def add_attempt(
    session: Session,
    *,
    kind: str,
    subject: bytes,
    login_id: int | None,
    address: str,
    now: dt.datetime,
    succeeded: bool,
    request_key: str | None,
) -> int:
    """Add one attempt and return its key."""
    new = insert(Attempt).values(
        kind=kind,
        subject_hash=subject,
        login_id=login_id,
        address=address,
        happened_at=now,
        succeeded=succeeded,
        request_key=request_key,
    )
    return session.execute(new.returning(Attempt.id)).scalar_one()


def mark_succeeded(session: Session, *, key: int) -> None:
    """Turn an attempt that was added as a failure into a success."""
    session.execute(_SUCCEED, {"attempt": key})


def remove_old(session: Session, *, before: dt.datetime) -> None:
    """Remove the attempts made before a moment."""
    session.execute(_OLD, {"before": before})
