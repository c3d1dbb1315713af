"""Selects of the outbox."""

import datetime as dt

from sqlalchemy import bindparam, delete, exists, select
from sqlalchemy.orm import Session

from db.models import Letter

# a letter that another worker holds is passed over, not waited for
_HELD = (
    select(Letter)
    .where(Letter.id == bindparam("letter_id"), Letter.sent_at.is_(None))
    .with_for_update(skip_locked=True)
)
_WAITS = select(exists().where(Letter.id == bindparam("letter_id"), Letter.sent_at.is_(None)))


def lock_letter(session: Session, *, letter_id: int) -> Letter | None:
    """Return a letter that is to be sent, nobody else's until the transaction ends."""
    return session.scalar(_HELD, {"letter_id": letter_id})


def is_waiting(session: Session, *, letter_id: int) -> bool:
    """Tell whether a letter is still to be sent, whoever holds it."""
    return bool(session.scalar(_WAITS, {"letter_id": letter_id}))


def delete_sent(session: Session, *, before: dt.datetime) -> int:
    """Delete the letters sent before a moment; return how many."""
    deleted = session.execute(delete(Letter).where(Letter.sent_at < before).returning(Letter.id))
    return len(deleted.all())
