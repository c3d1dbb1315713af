"""Jobs of threads: post letters about each new line and close what was answered a week ago."""

import datetime as dt

from sqlalchemy.orm import Session

from db import session as database
from db.queries.appeals import notices as queries
from db.queries.appeals.notices import ClaimedEntry, LetterThread
from lib import clock
from lib.domain import formats
from lib.domain.appeals import rules
from lib.domain.appeals.rules import EntryKind, Kind, Side, Status
from lib.mail import appeal_letters, outbox
from lib.mail.appeal_letters import Thread
from lib.services.appeals import steps

CLOSED_AFTER = dt.timedelta(days=7)
_AT_ONCE = 200
# how letters to staff describe a change of status by a resident
_MOVES = {
    Status.NEW.value: "житель вернул в работу",
    Status.AGREED.value: "житель согласился с ценой",
    Status.DECLINED.value: "житель отозвал заявку",
}


def post_letters(*, account_id: int, entry_id: int) -> None:
    """Post the letters about a line of a thread; a second call posts nothing."""
    with database.transaction(database.OPERATOR) as session:
        entry = queries.claim_entry(
            session, account_id=account_id, entry_id=entry_id, now=clock.now()
        )
        if entry is None:
            return
        row = queries.get_thread(session, account_id=account_id, appeal_id=entry.appeal_id)
        side, kind = Side(entry.side), EntryKind(entry.kind)
        is_first = entry.request_key is not None and entry.request_key == row.request_key
        if side is not Side.RESIDENT or is_first:
            _post_to_writers(session, row, entry, account_id=account_id, is_first=is_first)
        if side is Side.RESIDENT or kind is EntryKind.REDIRECT:
            _post_to_staff(session, row, step=_step(row, entry, is_first=is_first))


def post_payment_letters(session: Session, *, account_id: int, appeal_id: int) -> None:
    """Post letters to staff that a request has been paid, in the caller's transaction."""
    row = queries.get_thread(session, account_id=account_id, appeal_id=appeal_id)
    _post_to_staff(session, row, step="заявка оплачена")


def close_answered(*, limit: int = _AT_ONCE) -> int:
    """Close appeals that were answered a week ago and not reopened; return how many."""
    with database.transaction(database.OPERATOR) as session:
        found = queries.lock_answered(session, before=clock.now() - CLOSED_AFTER, limit=limit)
        for appeal in found:
            steps.change_status(
                session, appeal=appeal, actor=None, side=Side.PORTAL, to=Status.CLOSED
            )
    return len(found)


def _post_to_writers(
    session: Session, row: LetterThread, entry: ClaimedEntry, *, account_id: int, is_first: bool
) -> None:
    thread = _thread(row)
    writers = queries.list_writers(
        session, account_id=account_id, appeal_id=row.id, now=clock.now()
    )
    for writer in writers:
        letter = (
            appeal_letters.write_registered(name=writer.first_name, thread=thread)
            if is_first
            else appeal_letters.write_step(
                name=writer.first_name,
                thread=thread,
                kind=EntryKind(entry.kind),
                status=Status(entry.status) if entry.status else None,
                extension=entry.body,
            )
        )
        outbox.post_letter(session, recipient=writer.email, letter=letter)


def _post_to_staff(session: Session, row: LetterThread, *, step: str) -> None:
    """Post a letter to the assignee of a thread; if it is unassigned, to all staff."""
    staff = queries.list_staff(session, organization_id=row.organization_id)
    assigned = [person for person in staff if person.id == row.assigned_to]
    for person in assigned or staff:
        letter = appeal_letters.write_waiting(
            name=person.first_name, thread=_thread(row), step=step
        )
        outbox.post_letter(session, recipient=person.email, letter=letter)


def _step(row: LetterThread, entry: ClaimedEntry, *, is_first: bool) -> str:
    if is_first:
        return "новое обращение" if Kind(row.kind) is Kind.APPEAL else "новая заявка"
    if EntryKind(entry.kind) is EntryKind.REDIRECT:
        return "передано вам другой организацией"
    return _MOVES.get(entry.status or "", "житель ответил")


def _thread(row: LetterThread) -> Thread:
    return Thread(
        appeal_id=row.id,
        number=row.number,
        kind=Kind(row.kind),
        topic=rules.format_topic(row.topic),
        account=row.account,
        organization=formats.quote_name(row.organization),
        due_on=row.due_on,
    )
