"""«Руководство пользователя» as a book: chapters in the order of the menu, and a search.

The chapters are our own texts in Markdown; HTML in them would be shown as letters.
"""

import functools
import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt

from lib import links

FOLDER = Path(__file__).parent
HOME = "home"
# the section's name in the address: a screen's path, or a matter of its own
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
_SHORT, _ENDING = 4, 2  # a word longer than this is looked for without its ending
_SNIPPET = 180


@dataclass(frozen=True, slots=True)
class Chapter:
    """One chapter.

    Attributes:
        section: its name in the address.
        title: its heading.
        lead: its first paragraph, in plain words: the section's «Справка».
        body: the whole of it as HTML, without the heading.
        paragraphs: its plain words, paragraph by paragraph.
    """

    section: str
    title: str
    lead: str
    body: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A chapter in which the words were found, and the paragraph that has most of them."""

    chapter: Chapter
    snippet: str


@functools.cache
def chapters() -> tuple[Chapter, ...]:
    """Return the chapters; they are read once."""
    return tuple(_read(section) for section in SECTIONS)


def chapter(section: str) -> Chapter | None:
    """Return a chapter by its name in the address."""
    return next((one for one in chapters() if one.section == section), None)


def chapter_of(path: str) -> Chapter | None:
    """Return the chapter about the screen at a path, if there is one."""
    return chapter(_SHARED.get(path, path))


def search(asked: str) -> tuple[Hit, ...]:
    """Return the chapters in which every word asked for occurs, whatever its ending."""
    stems = [_stem(word) for word in re.findall(r"\w+", _plain(asked))]
    if not stems:
        return ()
    found = []
    for one in chapters():
        words = _plain(" ".join((one.title, *one.paragraphs)))
        if all(_occurs(stem, words) for stem in stems):
            found.append((sum(_occurs(s, _plain(one.title)) for s in stems), one))
    found.sort(key=lambda pair: -pair[0])  # named so first; else in the book's order
    return tuple(Hit(one, _snippet(one, stems)) for _, one in found)


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
    return Chapter(section, heading.removeprefix("# ").strip(), words[0], body, words)


def _figure(found: re.Match[str]) -> str:
    address = links.GUIDE_PICTURE.format(name=found[1])
    return f'<p class="kb-shot"><img src="{address}" alt="{found[2]}" loading="lazy"></p>'


def _snippet(one: Chapter, stems: Sequence[str]) -> str:
    best = max(one.paragraphs, key=lambda words: sum(_occurs(s, _plain(words)) for s in stems))
    return best if len(best) <= _SNIPPET else f"{best[:_SNIPPET].rsplit(' ', 1)[0]}…"


def _occurs(stem: str, words: str) -> bool:
    return re.search(rf"\b{re.escape(stem)}", words) is not None


def _stem(word: str) -> str:
    """Cut the ending off, roughly: «квитанцию» finds «квитанции»."""
    return word if len(word) <= _SHORT else word[: max(_SHORT, len(word) - _ENDING)]


def _plain(words: str) -> str:
    return words.lower().replace("ё", "е")
