"""A letter's way out: to a mail server, or into a folder in demonstration mode."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import Message
from urllib.parse import SplitResult, unquote, urlsplit

from lib import config
from lib.config import SettingsRefused
from lib.mail import folder

_SECONDS = 60  # a mail server may think long about a letter, and must not get it twice for that
_PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
_FOR_EVER = 500
_LONGEST_ANSWER = 300


class NotDelivered(Exception):
    """The letter was not taken.

    Attributes:
        is_final: the server will not take it another time either.
    """

    def __init__(self, answer: str, *, is_final: bool = False) -> None:
        super().__init__(answer)
        self.is_final = is_final


def require_mail_server() -> None:
    """Raise where letters would have nowhere to go.

    Raises:
        SettingsRefused: no mail server is set outside demonstration mode.
    """
    settings = config.settings()
    if not settings.smtp_url and not settings.kabinet_demo:
        raise SettingsRefused(
            "Не задан SMTP_URL: письма некуда отправлять, они ждут в базе. Задайте адрес почтового "
            "сервера, например smtp+starttls://имя:пароль@сервер:587."
        )


def deliver_message(message: Message, *, letter_id: int) -> None:
    """Hand a letter over; returning means that it was taken.

    Raises:
        NotDelivered: it was not.
        SettingsRefused: there is no way to send letters.
    """
    require_mail_server()
    url = config.settings().smtp_url
    if not url:
        folder.save_message(message, letter_id=letter_id)
        return
    try:
        with _server(urlsplit(url)) as server:
            server.send_message(message)
    except (smtplib.SMTPException, OSError) as failure:
        raise _refusal(failure) from failure


@contextmanager
def _server(url: SplitResult) -> Iterator[smtplib.SMTP]:
    """Open a conversation with the mail server.

    Once the letter has been taken, nothing that goes wrong with the farewell may
    count: the letter would be sent again.
    """
    host, port = url.hostname or "", url.port or _PORTS[url.scheme]
    secure = ssl.create_default_context()
    server = (
        smtplib.SMTP_SSL(host, port, timeout=_SECONDS, context=secure)
        if url.scheme == "smtps"
        else smtplib.SMTP(host, port, timeout=_SECONDS)
    )
    try:
        if url.scheme == "smtp+starttls":
            server.starttls(context=secure)
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        yield server
        with suppress(smtplib.SMTPException, OSError):
            server.quit()
    finally:
        server.close()


def _refusal(failure: smtplib.SMTPException | OSError) -> NotDelivered:
    """Tell why, and whether for ever: for ever is what is said of this letter alone.

    A refused sender or password is said of the portal: it will be put right.
    """
    if isinstance(failure, smtplib.SMTPRecipientsRefused):
        code, answer = next(iter(failure.recipients.values()))
        return NotDelivered(_said(code, answer), is_final=code >= _FOR_EVER)
    if isinstance(failure, smtplib.SMTPDataError):
        said = _said(failure.smtp_code, failure.smtp_error)
        return NotDelivered(said, is_final=failure.smtp_code >= _FOR_EVER)
    if isinstance(failure, smtplib.SMTPResponseException):
        return NotDelivered(_said(failure.smtp_code, failure.smtp_error))
    return NotDelivered(type(failure).__name__)


def _said(code: int, answer: bytes | str) -> str:
    words = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
    return f"{code} {' '.join(words.split())}"[:_LONGEST_ANSWER]
