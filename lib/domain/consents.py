"""What a person may agree to, and to which text of it: a consent names its version."""

from dataclasses import dataclass
from enum import StrEnum


class Purpose(StrEnum):
    """One purpose a consent; «terms» is the agreement itself."""

    TERMS = "terms"
    NEWS = "news"


@dataclass(frozen=True, slots=True)
class Document:
    """The text that is agreed to, as of one day."""

    purpose: Purpose
    version: str
    since: str


TERMS = Document(Purpose.TERMS, "1", "22.11.2026")
NEWS = Document(Purpose.NEWS, "1", "22.11.2026")
# a document of its own: no part of the agreement and no condition of anything
NEWS_TEXT = (
    "Я соглашаюсь, чтобы {centre} присылал на мой e-mail новости, объявления и сведения об "
    "услугах расчётного центра и моих организаций. Для этого обрабатываются мои имя и e-mail; "
    "третьим лицам они не передаются. Согласие действует, пока я его не отзову: отозвать его "
    "можно в любой день в разделе «Мой профиль». Без этого согласия кабинет работает так же."
)
