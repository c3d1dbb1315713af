"""A mistake in the text as a browser reports it: checked, cleaned and without secrets."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self
from urllib.parse import parse_qsl, urlencode, urlsplit

from lib.errors import PortalError

LONGEST_SELECTED, LONGEST_AROUND, LONGEST_COMMENT = 300, 100, 1000
# the query fields that identify the text and are not secret
_KEPT = ("id", "section")
_PLAIN = re.compile(r"[\w-]{1,40}")
_KEY = re.compile(r"[0-9a-f]{32}")
# soft hyphens and invisible characters
_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))


class ReportRefused(PortalError):
    """The report is empty, too long or not from a screen of the portal."""


_NOTHING = "Выделите слова с ошибкой или впишите их."
_TOO_LONG = "Сократите: до {words} знаков текста с ошибкой и до {comment} знаков пояснения."
_NO_SCREEN = "Обновите страницу и сообщите об ошибке ещё раз."


@dataclass(frozen=True, slots=True)
class Report:
    """A mistake that a reader has reported.

    Attributes:
        screen: the address of the screen, without secrets.
        selected: the words with the mistake.
        before: the text before them.
        after: the text after them.
        comment: the reader's explanation; may be empty.
        request_key: one value for a rendered form.
    """

    screen: str
    selected: str
    before: str
    after: str
    comment: str
    request_key: str

    @classmethod
    def read(cls, fields: Mapping[str, str]) -> Self:
        """Make a report from the fields that a browser sent.

        The caller checks with ``links.is_screen`` that the screen exists.

        Raises:
            ReportRefused: it is empty or too long, or its key is malformed.
        """
        selected = _line(fields.get("selected", ""))
        comment = _line(fields.get("comment", ""))
        key = fields.get("key", "")
        if not selected:
            raise ReportRefused(_NOTHING)
        if len(selected) > LONGEST_SELECTED or len(comment) > LONGEST_COMMENT:
            raise ReportRefused(_TOO_LONG.format(words=LONGEST_SELECTED, comment=LONGEST_COMMENT))
        if _KEY.fullmatch(key) is None:
            raise ReportRefused(_NO_SCREEN)
        return cls(
            screen=clean_address(fields.get("screen", "")),
            selected=selected,
            before=_clean(fields.get("before", ""))[-LONGEST_AROUND:],
            after=_clean(fields.get("after", ""))[:LONGEST_AROUND],
            comment=comment,
            request_key=key,
        )


def clean_address(typed: str) -> str:
    """Return the path of a screen with the query fields that are not secret.

    Raises:
        ReportRefused: the text is not a path of the portal.
    """
    try:
        parts = urlsplit(typed)
    except ValueError as broken:
        raise ReportRefused(_NO_SCREEN) from broken
    if parts.scheme or parts.netloc or not re.fullmatch(r"/[a-z_]*", parts.path):
        raise ReportRefused(_NO_SCREEN)
    kept = [
        (name, value)
        for name, value in parse_qsl(parts.query)
        if name in _KEPT and _PLAIN.fullmatch(value)
    ]
    return f"{parts.path}?{urlencode(kept)}" if kept else parts.path


def _line(typed: str) -> str:
    """Return a text on one line, without unprintable characters."""
    return _clean(typed).strip()


def _clean(typed: str) -> str:
    """Return a text without unprintable characters; spaces at its ends stay."""
    visible = typed.translate(_UNSEEN)
    return re.sub(" +", " ", "".join(sign if sign.isprintable() else " " for sign in visible))
