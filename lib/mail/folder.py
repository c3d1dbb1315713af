"""The folder that replaces all mailboxes in demonstration mode."""

import datetime as dt
import email
import os
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage, Message
from email.utils import parsedate_to_datetime
from pathlib import Path

from lib import config
from lib.mail.letter import Letter

_LATEST = 100


@dataclass(frozen=True, slots=True)
class Delivered:
    """A delivered letter."""

    id: int
    recipient: str
    sent_at: dt.datetime
    letter: Letter


def save_message(message: Message, *, letter_id: int) -> None:
    """Write a message as a file; a second call for the same letter replaces the file."""
    target = _folder() / f"{letter_id}.eml"
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(f".{os.getpid()}.draft")
    draft.write_bytes(message.as_bytes(policy=message.policy.clone(linesep="\r\n")))
    draft.replace(target)


def list_letters(*, limit: int = _LATEST) -> list[Delivered]:
    """Return the latest letters, latest first."""
    ids = (int(path.stem) for path in _folder().glob("*.eml") if path.stem.isdecimal())
    found = (find_letter(letter_id) for letter_id in sorted(ids, reverse=True)[:limit])
    return [delivered for delivered in found if delivered]


def find_letter(letter_id: int) -> Delivered | None:
    """Return one letter."""
    try:
        content = (_folder() / f"{letter_id}.eml").read_bytes()
    except FileNotFoundError:
        return None
    message = email.message_from_bytes(content, _class=EmailMessage, policy=policy.default)
    parts = {
        kind: part.get_content() if (part := message.get_body((kind,))) else ""
        for kind in ("plain", "html")
    }
    return Delivered(
        letter_id,
        str(message["To"]),
        parsedate_to_datetime(str(message["Date"])),
        Letter(str(message["Subject"]), parts["plain"], parts["html"]),
    )


def _folder() -> Path:
    return config.get_settings().kabinet_state / "mail"
