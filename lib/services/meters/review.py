"""Doubtful readings: staff of the organisation accept them or return them with a reason."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from db import session as database
from db.models import SubmittedReading
from db.queries.meters import readings as meter_readings
from db.queries.meters import submitted as queries
from db.queries.meters.submitted import PlaceRow
from db.queries.people import contacts
from db.session import Viewer
from lib import clock
from lib.access import AccessDenied, Actor, Permission
from lib.domain import formats
from lib.domain.texts import clean_line
from lib.errors import PortalError
from lib.mail import outbox, reading_letters
from lib.services.audit import trail
from lib.services.audit.trail import Action
from lib.services.decisions import Decision, is_open
from lib.services.meters import doubtful
from lib.services.meters.doubtful import Queue

QUEUE_LIMIT = 20
LONGEST_REASON = 500
_OUTCOMES = {
    "accepted": "уже принято",
    "returned": "уже возвращено",
    "superseded": "исправлено самим жителем",
}


class ReasonMissing(PortalError):
    """A reading is returned without a reason."""

    def __init__(self) -> None:
        super().__init__("Напишите причину возврата: жителю нужно знать, что исправить.")


def list_doubtful(*, actor: Actor) -> Queue:
    """Return the doubtful readings of the actor's organisation.

    Raises:
        AccessDenied: no permission, or no organisation.
    """
    actor.demand(Permission.READINGS_REVIEW)
    with database.transaction(actor.viewer) as session:
        waiting = queries.list_waiting(
            session, organization_id=actor.demand_organization(), limit=QUEUE_LIMIT
        )
    if not waiting.readings:
        return Queue((), 0)
    places = _places(actor, waiting.readings)
    return Queue(
        tuple(
            doubtful.describe_reading(reading, places[reading.meter_id])
            for reading in waiting.readings
        ),
        waiting.total,
    )


def accept_reading(
    *, actor: Actor, account_id: int, reading_id: int, request_key: str, address: str
) -> None:
    """Accept a doubtful reading.

    Raises:
        AccessDenied: no permission, no such reading, or another organisation's.
        AlreadyDecided: a colleague has decided it, or the resident has corrected it.
    """
    actor.demand(Permission.READINGS_REVIEW)
    with database.transaction(actor.viewer) as session:
        reading = _get_reading(session, actor, account_id, reading_id)
        if is_open(_find_decision(reading), request_key=request_key):
            _decide(session, actor, reading, _Step("accepted", None, request_key, address))


def return_reading(
    *,
    actor: Actor,
    account_id: int,
    reading_id: int,
    reason: str,
    request_key: str,
    address: str,
) -> None:
    """Return a doubtful reading to the resident, who gets a letter.

    The accepted reading that it superseded counts again, because the month may be nearly over.

    Raises:
        AccessDenied: no permission, no such reading, or another organisation's.
        ReasonMissing: no reason was given.
        AlreadyDecided: a colleague has decided it, or the resident has corrected it.
    """
    actor.demand(Permission.READINGS_REVIEW)
    cleaned_reason = clean_line(reason, longest=LONGEST_REASON)
    if not cleaned_reason:
        raise ReasonMissing
    with database.transaction(actor.viewer) as session:
        reading = _get_reading(session, actor, account_id, reading_id)
    if not is_open(_find_decision(reading), request_key=request_key):
        return
    details = doubtful.describe_reading(reading, _places(actor, [reading])[reading.meter_id])
    with database.transaction(database.GATE) as session:
        contact = contacts.find_contacts(session, logins=[reading.login_id]).get(reading.login_id)
    with database.transaction(actor.viewer) as session:
        # wait for a submission that has already read which reading counts
        meter_readings.lock_accounts(session, account_ids=[account_id])
        step = _Step("returned", cleaned_reason, request_key, address)
        if not _decide(session, actor, reading, step):
            return
        reinstated = queries.reinstate_reading(
            session, account_id=account_id, reading_id=reading_id
        )
        if contact is not None:  # readings of deleted logins are kept
            letter = reading_letters.write_returned(
                name=contact.first_name,
                number=details.number,
                meter=details.meter,
                value=formats.format_number(details.value, places=0),
                reason=cleaned_reason,
                current=None if reinstated is None else formats.format_number(reinstated, places=0),
            )
            outbox.post_letter(session, recipient=contact.email, letter=letter)


@dataclass(frozen=True, slots=True)
class _Step:
    """One decision: the new status, the reason, and the form and address that it came from."""

    status: str
    reason: str | None
    request_key: str
    address: str


def _decide(session: Session, actor: Actor, reading: SubmittedReading, step: _Step) -> bool:
    """Decide on a reading that still waits; False if the same form has done so meanwhile."""
    decided = queries.decide_reading(
        session,
        account_id=reading.account_id,
        reading_id=reading.id,
        organization_id=actor.demand_organization(),
        status=step.status,
        reason=step.reason,
        decided_by=actor.login_id,
        request_key=step.request_key,
        now=clock.now(),
    )
    if not decided:
        stored = _get_reading(session, actor, reading.account_id, reading.id)
        return is_open(_find_decision(stored), request_key=step.request_key)
    trail.record_event(
        session,
        action=Action.READING_REVIEWED,
        actor=actor,
        account_id=reading.account_id,
        address=step.address,
        decision=step.status,
        reason=step.reason,
        value=f"{reading.value:f}",
    )
    return True


def _get_reading(
    session: Session, actor: Actor, account_id: int, reading_id: int
) -> SubmittedReading:
    reading = queries.find_reading(
        session,
        account_id=account_id,
        reading_id=reading_id,
        organization_id=actor.demand_organization(),
    )
    if reading is None:
        raise AccessDenied
    return reading


def _find_decision(reading: SubmittedReading) -> Decision:
    outcome = _OUTCOMES.get(reading.status)
    words = f"Показание {outcome}" if outcome else None
    return Decision(words, reading.decided_at, reading.decision_key)


def _places(actor: Actor, readings: Sequence[SubmittedReading]) -> dict[int, PlaceRow]:
    """Return the places of the readings' meters, which belong to the organisation."""
    accounts = tuple(sorted({reading.account_id for reading in readings}))
    viewer: Viewer = replace(actor.viewer, accounts=accounts)
    with database.transaction(viewer) as session:
        return queries.list_places(
            session, viewer=viewer, meters=sorted({reading.meter_id for reading in readings})
        )
