"""A mistake in the text as a browser reports it: cut, cleaned, and nothing secret in it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self
from urllib.parse import parse_qsl, urlencode, urlsplit

from lib.errors import PortalError

LONGEST_SELECTED, LONGEST_AROUND, LONGEST_COMMENT = 300, 100, 1000
# of a screen's query: what finds the words again and opens nothing
_KEPT = ("id", "section")
_PLAIN = re.compile(r"[\w-]{1,40}")
_KEY = re.compile(r"[0-9a-f]{32}")
# where a word may break, and what shows nothing at all
_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))


class ReportRefused(PortalError):
    """A report that says nothing, or comes from no screen of ours."""


_NOTHING = "Выделите слова с ошибкой или впишите их."
_TOO_LONG = "Сократите: до {words} знаков текста с ошибкой и до {comment} знаков пояснения."
_NO_SCREEN = "Обновите страницу и сообщите об ошибке ещё раз."


@dataclass(frozen=True, slots=True)
class Report:
    """What a reader has found.

    Attributes:
        screen: the screen's address, without anything secret.
        selected: the words.
        before: what stands before them.
        after: what stands after them.
        comment: what is wrong with them, as the reader says; may be empty.
        request_key: the same when the same is sent twice.
    """

    screen: str
    selected: str
    before: str
    after: str
    comment: str
    request_key: str

    @classmethod
    def read(cls, fields: Mapping[str, str]) -> Self:
        """Make a report of the fields that a browser sent.

        Whether the screen is one of ours is for ``links.is_screen`` to tell.

        Raises:
            ReportRefused: it says nothing or too much, or its key is none of ours.
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
            screen=screen_address(fields.get("screen", "")),
            selected=selected,
            before=_shown(fields.get("before", ""))[-LONGEST_AROUND:],
            after=_shown(fields.get("after", ""))[:LONGEST_AROUND],
            comment=comment,
            request_key=key,
        )


def screen_address(typed: str) -> str:
    """Return a screen's path and what of its query is no secret.

    Raises:
        ReportRefused: it is no path of a portal.
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
    """Return words on one line, without what does not print."""
    return _shown(typed).strip()


def _shown(typed: str) -> str:
    """Return words as they stand beside others: a space at either end stays."""
    seen = typed.translate(_UNSEEN)
    return re.sub(" +", " ", "".join(sign if sign.isprintable() else " " for sign in seen))
