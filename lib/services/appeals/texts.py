"""What people write in threads: plain words, not too many."""

import unicodedata

from lib.errors import PortalError

LONGEST_TEXT, LONGEST_CONTACT, LONGEST_REASON = 4000, 200, 500


class TextRefused(PortalError):
    """Nothing was written, or a novel."""


def cleaned(typed: str, *, longest: int = LONGEST_TEXT) -> str:
    """Return what a person wrote, without signs that do not print; lines stay lines.

    Raises:
        TextRefused: there is nothing in it, or too much.
    """
    plain = unicodedata.normalize("NFC", typed.replace("\r\n", "\n").replace("\r", "\n"))
    kept = "".join(sign if sign == "\n" or sign.isprintable() else " " for sign in plain).strip()
    if not kept:
        raise TextRefused("Напишите текст.")
    if len(kept) > longest:
        raise TextRefused(f"Сократите текст до {longest} знаков.")
    return kept


def contact(typed: str) -> str:
    """Return where to answer, on one line.

    Raises:
        TextRefused: there is nothing in it, or too much.
    """
    kept = one_line(typed, longest=LONGEST_CONTACT)
    if not kept:
        raise TextRefused("Укажите, куда ответить: e-mail, телефон или почтовый адрес.")
    return kept


def one_line(typed: str, *, longest: int = LONGEST_REASON) -> str:
    """Return what a person wrote in a few words, on one line; it may be nothing.

    Raises:
        TextRefused: it is a novel.
    """
    kept = " ".join("".join(sign if sign.isprintable() else " " for sign in typed).split())
    if len(kept) > longest:
        raise TextRefused(f"Сократите текст до {longest} знаков.")
    return kept
