"""The MIME message of a letter: headers, plain text and HTML."""

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
# the part before @ in ASCII: few servers accept other characters (RFC 6531)
_ADDRESS = re.compile(r"[!#$%&'*+/=?^`{|}~.A-Za-z0-9_-]{1,64}@[\w.-]{1,255}")


def build_message(
    letter: Letter, *, recipient: str, letter_id: int, created_at: dt.datetime
) -> Message:
    """Build the MIME message of a letter.

    Message-ID and Date are the same at each attempt, so that mail programs can recognise a
    duplicate (the server accepted the letter, but we crashed before recording it).
    """
    settings = config.get_settings()
    message = MIMEMultipart("alternative")
    message["From"] = f"{_encoded(settings.kabinet_centre_name)} <{settings.mail_from}>"
    message["To"] = _to_ascii(recipient)
    message["Subject"] = _encoded(letter.subject)
    message["Date"] = format_datetime(created_at)
    message["Message-ID"] = format_message_id(letter_id, created_at)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no automatic replies
    for kind, body in (("plain", letter.text), ("html", letter.html)):
        message.attach(MIMEText(body.replace("\n", "\r\n"), kind, "utf-8"))
    return message


def _encoded(words: str) -> str:
    """Encode a header in ASCII by RFC 2047, always, so that a typed «=?» is not decoded.

    The newer API of ``email`` keeps such words and breaks long ones with a space.
    """
    header = Header(clean_line(words), "utf-8", maxlinelen=_HEADER_LINE, header_name="Subject")
    return header.encode(linesep="\n")


def format_message_id(letter_id: int, created_at: dt.datetime) -> str:
    """Return the Message-ID of a letter, the same at each attempt."""
    host = config.get_settings().mail_from.rpartition("@")[2]
    return f"<letter.{letter_id}.{int(created_at.timestamp() * 1_000_000)}@{host}>"


def is_mailable(address: str) -> bool:
    """Tell whether ``address`` is exactly one e-mail address for a mail server."""
    if not _ADDRESS.fullmatch(address):
        return False
    try:
        Address(addr_spec=_to_ascii(address))
    except (MessageError, ValueError):  # two dots in a row, an invalid domain
        return False
    return True


def _to_ascii(address: str) -> str:
    """Return the address with its domain in ASCII (IDNA)."""
    name, _, host = address.rpartition("@")
    return f"{name}@{host.encode('idna').decode()}"
