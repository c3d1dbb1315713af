"""Letters: sent once, tried again while the mail server does not take them."""

import datetime as dt

import structlog

from db import session as database
from db.models import Letter as Posted
from db.queries import letters as queries
from lib import clock
from lib.mail import delivery, message
from lib.mail.letter import Letter

_LOG = structlog.get_logger("letters")
# links in letters are of no use by then, and nobody's letters are kept for nothing
_KEPT = dt.timedelta(days=30)


class LetterWaits(Exception):
    """A letter was not sent this time: the job is to come again."""


def send_letter(*, letter_id: int) -> None:
    """Send a posted letter, unless it has been sent.

    The letter's row is held while the server is asked, so two workers never send
    one letter. Between the server's «250» and our commit a death makes a double:
    the log has «letter sending» then, without its «letter sent», and both carry one Message-ID.

    Raises:
        LetterWaits: the server did not take it, or another worker holds it.
    """
    with database.transaction(database.OPERATOR) as session:
        posted = queries.lock_letter(session, letter_id=letter_id)
        if posted is None:
            if queries.is_waiting(session, letter_id=letter_id):
                raise LetterWaits("held by another worker")
            return
        refusal = _deliver(posted)
        if refusal is None:
            posted.sent_at = clock.now()
        else:  # kept although it is raised below: raised here, it would be rolled back
            posted.attempts += 1
            posted.failure = str(refusal)
    if refusal is None:
        _LOG.info("letter sent", letter=letter_id)
    elif not refusal.is_final:
        raise LetterWaits from refusal


def delete_old_letters() -> None:
    """Delete what was sent long ago."""
    with database.transaction(database.OPERATOR) as session:
        count = queries.delete_sent(session, before=clock.now() - _KEPT)
    if count:
        _LOG.info("letters forgotten", count=count)


def _deliver(posted: Posted) -> delivery.NotDelivered | None:
    """Hand a letter to the mail server; return its refusal."""
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
        # the server's words name the recipient: they stay in the row
        event = "letter refused" if refusal.is_final else "letter not taken"
        _LOG.warning(event, letter=posted.id, code=str(refusal).split()[0])
        return refusal
    return None
