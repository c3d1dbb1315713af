"""The outbox of letters."""

import datetime as dt

from sqlalchemy import bindparam, delete, exists, select, text
from sqlalchemy.orm import Session

from db.models import Letter

# the function runs with its owner's rights: the roles that post letters may not read them
_POST = text("SELECT post_letter(:recipient, :subject, :text, :html)")
# a letter that another worker has locked is skipped, not waited for
_LOCK = (
    select(Letter)
    .where(Letter.id == bindparam("letter_id"), Letter.sent_at.is_(None))
    .with_for_update(skip_locked=True)
)
_WAITS = select(exists().where(Letter.id == bindparam("letter_id"), Letter.sent_at.is_(None)))


def add_letter(session: Session, *, recipient: str, subject: str, text: str, html: str) -> None:
    """Add a letter to the outbox."""
    values = {"recipient": recipient, "subject": subject, "text": text, "html": html}
    session.execute(_POST, values)


def lock_letter(session: Session, *, letter_id: int) -> Letter | None:
    """Return a letter that is to be sent and lock it; None if it is sent or locked by another."""
    return session.scalar(_LOCK, {"letter_id": letter_id})


def is_waiting(session: Session, *, letter_id: int) -> bool:
    """Tell whether a letter is still to be sent, locked or not."""
    return bool(session.scalar(_WAITS, {"letter_id": letter_id}))


def delete_sent(session: Session, *, before: dt.datetime) -> int:
    """Delete the letters sent before a moment and return their number."""
    deleted = session.execute(delete(Letter).where(Letter.sent_at < before).returning(Letter.id))
    return len(deleted.all())
