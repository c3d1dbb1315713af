"""Clean the text that people type and limit its length."""

import unicodedata

from lib.errors import PortalError

_JOINER = "\u200d"  # holds the parts of an emoji together


class TextRefused(PortalError):
    """A text is missing or too long."""


def clean_line(typed: str, *, longest: int | None = None) -> str:
    """Return a text on one line: control characters become spaces, runs of spaces one space.

    The line may be empty.

    Args:
        typed: the text as it was typed or pasted.
        longest: how many characters the cleaned line may have.

    Raises:
        TextRefused: the line is longer.
    """
    line = " ".join(_replace_unprintable(typed, kept="").split())
    return _limit(line, longest)


def clean_text(typed: str, *, longest: int | None = None) -> str:
    """Return a text of several lines: line ends are unified, control characters become spaces.

    Tabs stay. The text may be empty. It has no spaces at its ends.

    Args:
        typed: the text as it was typed or pasted.
        longest: how many characters the cleaned text may have.

    Raises:
        TextRefused: the text is longer.
    """
    unified = typed.replace("\r\n", "\n").replace("\r", "\n")
    text = _replace_unprintable(unicodedata.normalize("NFC", unified), kept="\n\t").strip()
    return _limit(text, longest)


def _replace_unprintable(text: str, *, kept: str) -> str:
    if text.isprintable():
        return text
    return "".join(
        sign if sign.isprintable() or sign in kept or sign == _JOINER else _substitute(sign)
        for sign in text
    )


def _substitute(sign: str) -> str:
    """Return nothing for an invisible format character, a space for any other unprintable one."""
    return "" if unicodedata.category(sign) == "Cf" else " "


def _limit(text: str, longest: int | None) -> str:
    if longest is not None and len(text) > longest:
        raise TextRefused(f"Сократите текст до {longest} знаков.")
    return text
