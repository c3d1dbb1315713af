"""Decisions on reports of mistakes: by staff of the organisation, or by administrators.

Reports are made in ``reports``. A report without an organisation is for the administrators.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from db import session as database
from db.queries import mistakes as queries
from db.queries.mistakes import MistakeRow
from db.queries.people import contacts
from db.queries.people.contacts import ContactRow
from db.session import Viewer
from lib import clock
from lib.access import AccessDenied, Actor, Permission
from lib.domain.texts import clean_line
from lib.errors import PortalError
from lib.mail import mistake_letters, outbox
from lib.mail.letter import Letter
from lib.services.audit import trail
from lib.services.audit.trail import Action
from lib.services.decisions import Decision, is_open

LONGEST_REASON = 500
MOST_SHOWN = 50


class Status(StrEnum):
    """The state of a report."""

    NEW = "new"
    FIXED = "fixed"
    DECLINED = "declined"


_OUTCOMES = {Status.FIXED.value: "исправлено", Status.DECLINED.value: "отклонено"}


class ReasonMissing(PortalError):
    """A declined report needs a reason of allowed length."""

    def __init__(self) -> None:
        super().__init__(
            f"Напишите, почему текст остаётся как есть: не больше {LONGEST_REASON} знаков."
        )


@dataclass(frozen=True, slots=True)
class Mistake:
    """A report that waits.

    Attributes:
        mistake_id: its key.
        screen: address of the screen.
        selected: the selected words.
        before: the text before them.
        after: the text after them.
        comment: the reader's comment; may be empty.
        reported_at: in the centre's time zone.
        is_signed: whether the reader was signed in and will get a letter.
    """

    mistake_id: int
    screen: str
    selected: str
    before: str
    after: str
    comment: str
    reported_at: dt.datetime
    is_signed: bool


@dataclass(frozen=True, slots=True)
class MistakeQueue:
    """The oldest reports that wait, and the number of all that wait."""

    mistakes: tuple[Mistake, ...]
    count: int


def list_waiting_mistakes(*, actor: Actor) -> MistakeQueue:
    """Return the reports that wait for the actor: of its organisation, or for administrators.

    Raises:
        AccessDenied: no permission.
    """
    actor.demand(Permission.MISTAKES_DECIDE)
    with database.transaction(_viewer(actor)) as session:
        rows = queries.list_waiting(
            session, organization_id=actor.organization_id, limit=MOST_SHOWN
        )
    mistakes = tuple(
        Mistake(
            mistake_id=row.id,
            screen=row.screen,
            selected=row.selected,
            before=row.before,
            after=row.after,
            comment=row.comment,
            reported_at=clock.local(row.reported_at),
            is_signed=row.is_signed,
        )
        for row in rows
    )
    return MistakeQueue(mistakes, rows[0].all_waiting if rows else 0)


def decide_mistake(
    *, actor: Actor, mistake_id: int, to: Status, reason: str, request_key: str, address: str
) -> None:
    """Mark a report as fixed or declined; a reader with a login gets a letter.

    Raises:
        AccessDenied: no permission, or no such report for the actor.
        ReasonMissing: it is declined without a reason, or the reason is too long.
        AlreadyDecided: a colleague has decided it.
    """
    actor.demand(Permission.MISTAKES_DECIDE)
    text = clean_line(reason)
    if to is not Status.FIXED and not 0 < len(text) <= LONGEST_REASON:
        raise ReasonMissing
    with database.transaction(_viewer(actor)) as session:
        row = _get_mistake(session, actor, mistake_id)
    if not is_open(_find_decision(row), request_key=request_key):
        return
    reader = _reader(row.login_id)
    with database.transaction(_viewer(actor)) as session:
        is_first = queries.decide_mistake(
            session,
            mistake_id=mistake_id,
            organization_id=actor.organization_id,
            status=to.value,
            reason=text or None,
            decided_by=actor.login_id,
            request_key=request_key,
            now=clock.now(),
        )
        if not is_first:
            is_open(
                _find_decision(_get_mistake(session, actor, mistake_id)), request_key=request_key
            )
            return
        trail.record_event(
            session,
            action=Action.MISTAKE_DECIDED,
            actor=actor,
            address=address,
            mistake=mistake_id,
            decision=to.value,
        )
        if reader is not None:
            letter = _write_letter(to, name=reader.first_name, words=row.selected, reason=text)
            outbox.post_letter(session, recipient=reader.email, letter=letter)


def _write_letter(to: Status, *, name: str, words: str, reason: str) -> Letter:
    if to is Status.FIXED:
        return mistake_letters.write_fixed(name=name, words=words)
    return mistake_letters.write_declined(name=name, words=words, reason=reason)


def _viewer(actor: Actor) -> Viewer:
    """Return the role to read in: the app role sees only reports of an organisation."""
    return database.OPERATOR if actor.organization_id is None else actor.viewer


def _get_mistake(session: Session, actor: Actor, mistake_id: int) -> MistakeRow:
    row = queries.find_mistake(
        session, mistake_id=mistake_id, organization_id=actor.organization_id
    )
    if row is None:
        raise AccessDenied
    return row


def _find_decision(row: MistakeRow) -> Decision:
    outcome = _OUTCOMES.get(row.status)
    words = f"Сообщение уже рассмотрено: {outcome}" if outcome else None
    return Decision(words, row.decided_at, row.decision_key)


def _reader(login_id: int | None) -> ContactRow | None:
    """Return the reader's contact; None if nobody was signed in or the login is deleted."""
    if login_id is None:
        return None
    with database.transaction(database.GATE) as session:
        return contacts.find_contacts(session, logins=[login_id]).get(login_id)
