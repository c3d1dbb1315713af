"""The outbox: a letter is posted in the transaction of its event and sent after the commit."""

from sqlalchemy.orm import Session

from db.queries import letters as queries
from lib.errors import PortalError
from lib.mail import message
from lib.mail.letter import Letter


class RecipientRefused(PortalError):
    """The recipient is not an e-mail address."""

    def __init__(self) -> None:
        super().__init__("Проверьте адрес электронной почты: он должен быть вида name@example.ru.")


def post_letter(session: Session, *, recipient: str, letter: Letter) -> None:
    """Add a letter to the outbox; it is sent if this transaction is committed.

    Args:
        session: a transaction in the gate's, the app's or the operator's role.
        recipient: one e-mail address, without a name.
        letter: a letter made by ``lib.mail.letter.compose_letter``.

    Raises:
        RecipientRefused: ``recipient`` is not an e-mail address.
    """
    if not message.is_mailable(recipient):
        raise RecipientRefused
    queries.add_letter(
        session,
        recipient=recipient,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
    )
