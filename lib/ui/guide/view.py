"""The screen of the user guide, and «Справка» of each screen."""

import functools

from markupsafe import Markup

from lib import links
from lib.access import Actor, Permission
from lib.ui import markup
from lib.ui.guide import book
from lib.ui.guide.book import Chapter, Hit
from lib.ui.markup import EMPTY, fill, join_pieces

TITLE = "Руководство пользователя"
_SIGN_IN = "sign_in"
_ABOUT = Markup('<details class="kb-about"><summary>Справка</summary><p>{} {}</p></details>')
_CHAPTER = Markup('<article class="kb-chapter"><h2 class="kb-subtitle">{}</h2>{}</article>')
_ENTRY = Markup('<li><a href="{}">{}</a><br><span class="kb-quiet">{}</span></li>')


def build_about(actor: Actor | None, path: str, *, is_public: bool) -> Markup:
    """Return «Справка» of the screen at a path, folded away; screens of staff have none."""
    if actor is not None and not (actor.may(Permission.ACCOUNTS_READ) or is_public):
        return EMPTY
    return _build_about(path if actor or is_public else _SIGN_IN)


@functools.cache
def _build_about(path: str) -> Markup:
    chapter = book.find_chapter_of(path)
    if chapter is None:
        return EMPTY
    link = markup.build_link("Подробнее в руководстве", _get_address(chapter))
    return fill(_ABOUT, chapter.lead, link)


def build_chapter(chapter: Chapter) -> Markup:
    """Return a chapter with links to its neighbours and the contents."""
    chapters = book.list_chapters()
    place = chapters.index(chapter)
    ways = []
    if place > 0:
        previous = chapters[place - 1]
        ways.append((f"← {previous.title}", _get_address(previous)))
    if place + 1 < len(chapters):
        following = chapters[place + 1]
        ways.append((f"{following.title} →", _get_address(following)))
    return (
        fill(_CHAPTER, chapter.title, chapter.body)
        + markup.build_links(ways)
        + markup.build_folded("Содержание", _build_list())
    )


def build_contents() -> Markup:
    """Return the contents of the guide."""
    return markup.build_subtitle("Содержание") + _build_list()


def build_hits(hits: tuple[Hit, ...]) -> Markup:
    """Return the chapters that were found."""
    if not hits:
        return markup.build_note(
            "Ничего не нашлось. Попробуйте другое слово или загляните в содержание."
        )
    entries = join_pieces(
        fill(_ENTRY, _get_address(hit.chapter), hit.chapter.title, hit.snippet) for hit in hits
    )
    found = Markup('<ul class="kb-contents">{}</ul>')
    return markup.build_subtitle("Нашлось") + fill(found, entries)


def _build_list() -> Markup:
    """Return the contents, each chapter with its first paragraph."""
    entries = join_pieces(
        fill(_ENTRY, _get_address(chapter), chapter.title, chapter.lead)
        for chapter in book.list_chapters()
    )
    return fill(Markup('<ol class="kb-contents">{}</ol>'), entries)


def _get_address(chapter: Chapter) -> str:
    return links.link_to_screen(links.GUIDE, section=chapter.section)
