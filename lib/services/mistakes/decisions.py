"""Mistakes in the text that readers reported: those whose matter they are decide.

What readers do is in ``mistake_reports``. A report of no organisation is the administrators'.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from db import session as database
from db.base import AnyRow
from db.queries import mistakes as queries
from db.queries.accounts import requests
from db.session import Viewer
from lib import clock
from lib.access import AccessDenied, Actor, Permission
from lib.domain import formats
from lib.domain.texts import clean_line
from lib.errors import PortalError
from lib.mail import mistake_letters, outbox
from lib.services.audit import trail
from lib.services.audit.trail import Action

LONGEST_REASON = 500
MOST_SHOWN = 50
_SAME_CLICK = dt.timedelta(seconds=10)


class Status(StrEnum):
    """What has become of a report."""

    NEW = "new"
    FIXED = "fixed"
    DECLINED = "declined"


_OUTCOMES = {Status.FIXED.value: "исправлено", Status.DECLINED.value: "отклонено"}


class ReasonMissing(PortalError):
    """Why nothing is changed is not said, or said at length."""

    def __init__(self) -> None:
        super().__init__(
            f"Напишите, почему текст остаётся как есть: не больше {LONGEST_REASON} знаков."
        )


class AlreadyDecided(PortalError):
    """Somebody was faster."""

    def __init__(self, row: AnyRow) -> None:
        when = formats.moment(clock.local(row.decided_at))
        super().__init__(f"Сообщение уже рассмотрено: {_OUTCOMES[row.status]} {when}.")


@dataclass(frozen=True, slots=True)
class Mistake:
    """A report that waits.

    Attributes:
        mistake_id: its key.
        screen: the address at which the words stand.
        selected: the words.
        before: what stands before them.
        after: what stands after them.
        comment: what the reader has to say; may be empty.
        reported_at: by the centre's clocks.
        is_signed: whether the reader was signed in and will be told.
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
    """The reports that wait longest, and how many there are."""

    mistakes: tuple[Mistake, ...]
    count: int


def list_waiting_mistakes(*, actor: Actor) -> MistakeQueue:
    """Return the reports that wait for the actor's organisation; nobody's, without one.

    Raises:
        AccessDenied: no permission.
    """
    actor.demand(Permission.MISTAKES_DECIDE)
    with database.transaction(_looking(actor)) as session:
        rows = queries.list_waiting(
            session, organization_id=actor.organization_id, limit=MOST_SHOWN
        )
    shown = tuple(
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
    return MistakeQueue(shown, rows[0].all_waiting if rows else 0)


def decide_mistake(*, actor: Actor, mistake_id: int, to: Status, reason: str, address: str) -> None:
    """Say that the words were mended, or why they stay; a reader with a login is told.

    Raises:
        AccessDenied: no permission, no such report, or another organisation's.
        ReasonMissing: declined without a reason, or with a novel.
        AlreadyDecided: somebody was faster.
    """
    actor.demand(Permission.MISTAKES_DECIDE)
    why = clean_line(reason)
    if to is not Status.FIXED and not 0 < len(why) <= LONGEST_REASON:
        raise ReasonMissing
    with database.transaction(_looking(actor)) as session:
        row = _found(session, actor, mistake_id)
    if _is_decided(row, actor, to):
        return
    reader = _reader(row.login_id)
    with database.transaction(_looking(actor)) as session:
        is_first = queries.decide_mistake(
            session,
            mistake_id=mistake_id,
            organization_id=actor.organization_id,
            status=to.value,
            reason=why or None,
            decided_by=actor.login_id,
            now=clock.now(),
        )
        if not is_first:
            raise AlreadyDecided(_found(session, actor, mistake_id))
        trail.record_event(
            session,
            action=Action.MISTAKE_DECIDED,
            actor=actor,
            address=address,
            mistake=mistake_id,
            decision=to.value,
        )
        if reader is not None:
            letter = (
                mistake_letters.write_fixed(name=reader.first_name, words=row.selected)
                if to is Status.FIXED
                else mistake_letters.write_declined(
                    name=reader.first_name, words=row.selected, reason=why
                )
            )
            outbox.post_letter(session, recipient=reader.email, letter=letter)


def _looking(actor: Actor) -> Viewer:
    """Return as whom the actor looks: nobody's reports are seen by no organisation's staff."""
    return database.OPERATOR if actor.organization_id is None else actor.viewer


def _found(session: Session, actor: Actor, mistake_id: int) -> AnyRow:
    row = queries.find_mistake(
        session, mistake_id=mistake_id, organization_id=actor.organization_id
    )
    if row is None:
        raise AccessDenied
    return row


def _is_decided(row: AnyRow, actor: Actor, to: Status) -> bool:
    """Tell whether the same person has just decided the same: a double click; else refuse."""
    if row.status == Status.NEW.value:
        return False
    is_same = (row.status, row.decided_by) == (to.value, actor.login_id)
    if is_same and clock.now() - row.decided_at < _SAME_CLICK:
        return True
    raise AlreadyDecided(row)


def _reader(login_id: int | None) -> AnyRow | None:
    """Return the name and the e-mail of the reader, if the login is there still."""
    if login_id is None:
        return None
    with database.transaction(database.GATE) as session:
        return requests.find_contacts(session, logins=[login_id]).get(login_id)
