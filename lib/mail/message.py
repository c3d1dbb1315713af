"""The message that a mail server gets: headers and both ways of saying it."""

import datetime as dt
import re
from email.errors import MessageError
from email.header import Header
from email.headerregistry import Address
from email.message import Message
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime

from lib import config
from lib.domain.texts import clean_line
from lib.mail.letter import Letter

_HEADER_LINE = 75
# the name before @ in Latin letters: servers that take others are rare
_ADDRESS = re.compile(r"[!#$%&'*+/=?^`{|}~.A-Za-z0-9_-]{1,64}@[\w.-]{1,255}")


def build_message(
    letter: Letter, *, recipient: str, letter_id: int, created_at: dt.datetime
) -> Message:
    """Put a letter into its envelope.

    Its Message-ID and Date are the letter's own, the same at each attempt: a
    double - the server took it and we died before noting so - can be told from two letters.
    """
    settings = config.settings()
    message = MIMEMultipart("alternative")
    message["From"] = f"{_encoded(settings.kabinet_centre_name)} <{settings.mail_from}>"
    message["To"] = _mailable(recipient)
    message["Subject"] = _encoded(letter.subject)
    message["Date"] = format_datetime(created_at)
    message["Message-ID"] = format_message_id(letter_id, created_at)
    message["Auto-Submitted"] = "auto-generated"  # no answering machine answers it
    for kind, body in (("plain", letter.text), ("html", letter.html)):
        message.attach(MIMEText(body.replace("\n", "\r\n"), kind, "utf-8"))
    return message


def _encoded(words: str) -> str:
    """Write one line of a header in ASCII, always encoded: «=?» in it means nothing then.

    The library's newer headers leave such words alone, and part long ones with a space.
    """
    made = Header(clean_line(words), "utf-8", maxlinelen=_HEADER_LINE, header_name="Subject")
    return made.encode(linesep="\n")


def format_message_id(letter_id: int, created_at: dt.datetime) -> str:
    """Return what a letter is known by, wherever it goes and however often."""
    host = config.settings().mail_from.rpartition("@")[2]
    return f"<letter.{letter_id}.{int(created_at.timestamp() * 1_000_000)}@{host}>"


def is_mailable(address: str) -> bool:
    """Tell whether ``address`` is one address, and nothing that a mail server reads as more."""
    if not _ADDRESS.fullmatch(address):
        return False
    try:
        Address(addr_spec=_mailable(address))
    except (MessageError, ValueError):  # two dots in a row, a domain of no letters
        return False
    return True


def _mailable(address: str) -> str:
    """Write the address as mail servers know it: a Russian domain in Latin letters."""
    name, _, host = address.rpartition("@")
    return f"{name}@{host.encode('idna').decode()}"
