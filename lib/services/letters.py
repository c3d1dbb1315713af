"""Send the letters of the outbox: each once; a letter that was refused is tried again."""

import datetime as dt

import structlog

from db import session as database
from db.models import Letter as Posted
from db.queries import letters as queries
from lib import clock
from lib.mail import delivery, message
from lib.mail.letter import Letter

_LOG = structlog.get_logger("letters")
# by then the links in letters are expired, and personal data must not be kept without need
_KEPT = dt.timedelta(days=30)


class LetterWaits(Exception):
    """A letter was not sent this time: the job must be retried."""


def send_letter(*, letter_id: int) -> None:
    """Send a posted letter, unless it has been sent.

    The letter's row is locked while the server answers, so two workers never send the same
    letter. A crash between the server's reply 250 and the commit sends a duplicate: the log then
    has «letter sending» without «letter sent», and both copies have the same Message-ID.

    Raises:
        LetterWaits: the server did not accept it, or another worker has locked it.
    """
    with database.transaction(database.OPERATOR) as session:
        posted = queries.lock_letter(session, letter_id=letter_id)
        if posted is None:
            if queries.is_waiting(session, letter_id=letter_id):
                raise LetterWaits("locked by another worker")
            return
        refusal = _deliver(posted)
        if refusal is None:
            posted.sent_at = clock.now()
        else:  # raised below, after the commit: raised here, this would be rolled back
            posted.attempts += 1
            posted.failure = str(refusal)
    if refusal is None:
        _LOG.info("letter sent", letter=letter_id)
    elif not refusal.is_final:
        raise LetterWaits from refusal


def delete_old_letters() -> None:
    """Delete the letters that were sent more than 30 days ago."""
    with database.transaction(database.OPERATOR) as session:
        count = queries.delete_sent(session, before=clock.now() - _KEPT)
    if count:
        _LOG.info("letters forgotten", count=count)


def _deliver(posted: Posted) -> delivery.NotDelivered | None:
    """Send a letter to the mail server; return its refusal, if any."""
    built = message.build_message(
        Letter(posted.subject, posted.body_text, posted.body_html),
        recipient=posted.recipient,
        letter_id=posted.id,
        created_at=posted.created_at,
    )
    _LOG.info("letter sending", letter=posted.id, attempt=posted.attempts + 1)
    try:
        delivery.deliver_message(built, letter_id=posted.id)
    except delivery.NotDelivered as refusal:
        # the server's reply names the recipient, so it is stored but not logged
        event = "letter refused" if refusal.is_final else "letter not taken"
        _LOG.warning(event, letter=posted.id, code=str(refusal).split()[0])
        return refusal
    return None
