"""Limits of what people write in threads, and what they may not leave out."""

from lib.domain import texts
from lib.domain.texts import TextRefused

LONGEST_TEXT, LONGEST_CONTACT, LONGEST_REASON = 4000, 200, 500


def demand_text(typed: str, *, longest: int = LONGEST_TEXT) -> str:
    """Return a cleaned text of one or more lines.

    Raises:
        TextRefused: the text is empty or too long.
    """
    text = texts.clean_text(typed, longest=longest)
    if not text:
        raise TextRefused("Напишите текст.")
    return text


def demand_contact(typed: str) -> str:
    """Return where to send the answer, on one line.

    Raises:
        TextRefused: the contact is empty or too long.
    """
    contact = texts.clean_line(typed, longest=LONGEST_CONTACT)
    if not contact:
        raise TextRefused("Укажите, куда ответить: e-mail, телефон или почтовый адрес.")
    return contact
