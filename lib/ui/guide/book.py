"""«Руководство пользователя» as a book: chapters in the order of the menu, and a search.

The chapters are our own texts in Markdown; HTML in them would be shown as text.
"""

import functools
import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from markupsafe import Markup

from lib import links
from lib.domain.search import cut_ending, fold_letters

FOLDER = Path(__file__).parent
HOME = "home"
# the section's name in the address: a screen's path, or another topic
SECTIONS = (
    links.REGISTRATION,
    "sign_in",
    links.RECOVERY,
    links.ATTACH,
    HOME,
    links.CHARGES,
    links.METERS,
    links.PAYMENTS,
    links.ORGANIZATIONS,
    links.APPEALS,
    links.PAID_SERVICES,
    links.NEWS,
    links.PROFILE,
    "mistakes",
)
# screens that share a chapter with another one
_SHARED = {
    links.HOME: HOME,
    links.PAY: links.PAYMENTS,
    links.ACTIVATION: links.REGISTRATION,
    links.NEW_PASSWORD: links.RECOVERY,
}
_PICTURE = re.compile(r'<p><img src="([a-z_]+\.webp)" alt="([^"]*)" /></p>')
_ENDING, _SHORTEST = 2, 4  # «квитанцию» finds «квитанции»
_SNIPPET = 180


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter of the guide.

    Attributes:
        section: its name in the address.
        title: its heading.
        lead: its first paragraph as plain text: the «Справка» of the section.
        body: the whole chapter as HTML, without the heading.
        paragraphs: its text without tags, paragraph by paragraph.
    """

    section: str
    title: str
    lead: str
    body: Markup
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A chapter that has the searched words, and the paragraph that has most of them."""

    chapter: Chapter
    snippet: str


@functools.cache
def list_chapters() -> tuple[Chapter, ...]:
    """Return the chapters; their files are read once."""
    return tuple(_read(section) for section in SECTIONS)


def find_chapter(section: str) -> Chapter | None:
    """Return a chapter by its name in the address."""
    return next((chapter for chapter in list_chapters() if chapter.section == section), None)


def find_chapter_of(path: str) -> Chapter | None:
    """Return the chapter about the screen at a path, if there is one."""
    return find_chapter(_SHARED.get(path, path))


def search_chapters(words: str) -> tuple[Hit, ...]:
    """Return the chapters that have every word, with any ending."""
    stems = [
        cut_ending(word, letters=_ENDING, shortest=_SHORTEST)
        for word in re.findall(r"\w+", fold_letters(words))
    ]
    if not stems:
        return ()
    found = []
    for chapter in list_chapters():
        text = fold_letters(" ".join((chapter.title, *chapter.paragraphs)))
        if all(_has_word(stem, text) for stem in stems):
            found.append((sum(_has_word(s, fold_letters(chapter.title)) for s in stems), chapter))
    found.sort(key=lambda pair: -pair[0])  # titles with the words first, then the book's order
    return tuple(Hit(chapter, _choose_snippet(chapter, stems)) for _, chapter in found)


def _read(section: str) -> Chapter:
    source = (FOLDER / f"{section}.md").read_text(encoding="utf-8")
    heading, _, rest = source.partition("\n")
    reader: Any = MarkdownIt("commonmark", {"html": False})
    body = _PICTURE.sub(_figure, reader.render(rest))
    paragraphs = tuple(
        html.unescape(re.sub(r"<[^>]+>", "", block)).strip()
        for block in re.findall(r"<(?:p|li|h2)>(.*?)</(?:p|li|h2)>", body, re.DOTALL)
    )
    words = tuple(paragraph for paragraph in paragraphs if paragraph)
    title = heading.removeprefix("# ").strip()
    safe = Markup(body)  # noqa: S704 - our own text, read by a parser that allows no HTML
    return Chapter(section, title, words[0], safe, words)


def _figure(found: re.Match[str]) -> str:
    address = links.GUIDE_PICTURE.format(name=found[1])
    return f'<p class="kb-shot"><img src="{address}" alt="{found[2]}" loading="lazy"></p>'


def _choose_snippet(chapter: Chapter, stems: Sequence[str]) -> str:
    best = max(
        chapter.paragraphs, key=lambda words: sum(_has_word(s, fold_letters(words)) for s in stems)
    )
    return best if len(best) <= _SNIPPET else f"{best[:_SNIPPET].rsplit(' ', 1)[0]}…"


def _has_word(stem: str, words: str) -> bool:
    return re.search(rf"\b{re.escape(stem)}", words) is not None
