"""Delivery of a letter: to a mail server, or into a folder in demonstration mode."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import Message
from urllib.parse import SplitResult, unquote, urlsplit

from lib import config
from lib.config import SettingsRefused
from lib.mail import folder

_SECONDS = 60  # some servers answer slowly; a timeout would send the letter a second time
_PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
_PERMANENT = 500
_LONGEST_ANSWER = 300


class NotDelivered(Exception):
    """The mail server did not accept the letter.

    Attributes:
        is_final: another attempt would be refused too.
    """

    def __init__(self, answer: str, *, is_final: bool = False) -> None:
        super().__init__(answer)
        self.is_final = is_final


def require_mail_server() -> None:
    """Check that letters can be sent.

    Raises:
        SettingsRefused: no mail server is configured, and this is not demonstration mode.
    """
    settings = config.get_settings()
    if not settings.smtp_url and not settings.kabinet_demo:
        raise SettingsRefused(
            "Не задан SMTP_URL: письма некуда отправлять, они ждут в базе. Задайте адрес почтового "
            "сервера, например smtp+starttls://имя:пароль@сервер:587."
        )


def deliver_message(message: Message, *, letter_id: int) -> None:
    """Deliver a message; it is accepted if this returns.

    Raises:
        NotDelivered: it was not accepted.
        SettingsRefused: no mail server is configured.
    """
    require_mail_server()
    url = config.get_settings().smtp_url
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
    """Connect to the mail server.

    Errors of QUIT are ignored: the letter is accepted already and must not be sent again.
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
    """Make the refusal; it is final only if the server refuses this letter with a code 5xx.

    A refused sender or password is a fault of the settings, so the letter is tried again.
    """
    if isinstance(failure, smtplib.SMTPRecipientsRefused):
        code, answer = next(iter(failure.recipients.values()))
        return NotDelivered(_format_answer(code, answer), is_final=code >= _PERMANENT)
    if isinstance(failure, smtplib.SMTPDataError):
        reply = _format_answer(failure.smtp_code, failure.smtp_error)
        return NotDelivered(reply, is_final=failure.smtp_code >= _PERMANENT)
    if isinstance(failure, smtplib.SMTPResponseException):
        return NotDelivered(_format_answer(failure.smtp_code, failure.smtp_error))
    return NotDelivered(type(failure).__name__)


def _format_answer(code: int, answer: bytes | str) -> str:
    words = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
    return f"{code} {' '.join(words.split())}"[:_LONGEST_ANSWER]
