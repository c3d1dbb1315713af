"""The documents that a person may agree to; a consent names the version of the text."""

from dataclasses import dataclass
from enum import StrEnum


class Purpose(StrEnum):
    """The purpose of a consent; «terms» is the user agreement."""

    TERMS = "terms"
    NEWS = "news"


@dataclass(frozen=True, slots=True)
class Document:
    """A version of the text that is agreed to, and the day when it came into force."""

    purpose: Purpose
    version: str
    since: str


TERMS = Document(Purpose.TERMS, "1", "22.11.2026")
NEWS = Document(Purpose.NEWS, "1", "22.11.2026")
# a separate document: it is neither part of the agreement nor a condition of the service
NEWS_TEXT = (
    "Я соглашаюсь, чтобы {centre} присылал на мой e-mail новости, объявления и сведения об "
    "услугах расчётного центра и моих организаций. Для этого обрабатываются мои имя и e-mail; "
    "третьим лицам они не передаются. Согласие действует, пока я его не отзову: отозвать его "
    "можно в любой день в разделе «Мой профиль». Без этого согласия кабинет работает так же."
)
