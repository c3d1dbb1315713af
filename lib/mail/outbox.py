"""The outbox: a letter is posted in the transaction of what it tells of, and sent afterwards."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from lib.errors import PortalError
from lib.mail import message
from lib.mail.letter import Letter

# of whatever role: nobody but the worker reads what has been posted
_POST = text("SELECT post_letter(:recipient, :subject, :text, :html)")


class RecipientRefused(PortalError):
    """There is no sending a letter there."""

    def __init__(self) -> None:
        super().__init__("Проверьте адрес электронной почты: он должен быть вида name@example.ru.")


def post_letter(session: Session, *, recipient: str, letter: Letter) -> None:
    """Post a letter; it is sent if this transaction is committed, and not otherwise.

    Args:
        session: a transaction of the gate, the app or the operator.
        recipient: one e-mail address, without a name.
        letter: what ``lib.mail.letter.compose_letter`` made.

    Raises:
        RecipientRefused: ``recipient`` is no address.
    """
    if not message.is_mailable(recipient):
        raise RecipientRefused
    session.execute(
        _POST,
        {
            "recipient": recipient,
            "subject": letter.subject,
            "text": letter.text,
            "html": letter.html,
        },
    )
