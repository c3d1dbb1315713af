"""Руководство пользователя: contents, search, a chapter; «Справка» of each screen."""

import functools

import streamlit as st

from lib import links
from lib.access import Actor, Permission
from lib.ui import markup, query
from lib.ui.guide import book
from lib.ui.guide.book import Chapter, Hit
from lib.ui.markup import text

TITLE = "Руководство пользователя"
_LONGEST = 100
_SIGN_IN = "sign_in"


def show() -> None:
    """Draw what the address asks for: a search, a chapter, or the contents."""
    markup.title(TITLE)
    asked = query.words("q")
    typed = st.text_input(
        "Поиск по руководству",
        value=asked,
        key="guide.search",
        max_chars=_LONGEST,
        placeholder="например, поверка счётчика",
        width=480,
    ).strip()
    if typed != asked:
        query.put(q=typed)
    chapter = book.chapter(query.words("section"))
    if typed:
        markup.show(_found(book.search(typed)) + _contents())
    elif chapter:
        markup.show(_chapter(chapter))
    else:
        markup.show(_contents())


def about(actor: Actor | None, path: str, *, is_public: bool) -> str:
    """Return «Справка» of the screen at a path, folded away; staff's screens have none."""
    if actor is not None and not (actor.may(Permission.ACCOUNTS_READ) or is_public):
        return ""
    return _about(path if actor or is_public else _SIGN_IN)


@functools.cache
def _about(path: str) -> str:
    chapter = book.chapter_of(path)
    if chapter is None:
        return ""
    return (
        f'<details class="kb-about"><summary>Справка</summary><p>{text(chapter.lead)} '
        f'<a class="kb-link" href="{_address(chapter)}">Подробнее в руководстве</a></p></details>'
    )


def _chapter(chapter: Chapter) -> str:
    order = book.chapters()
    place = order.index(chapter)
    ways = ""
    if place > 0:
        ways += f'<a href="{_address(order[place - 1])}">← {text(order[place - 1].title)}</a>'
    if place + 1 < len(order):
        ways += f'<a href="{_address(order[place + 1])}">{text(order[place + 1].title)} →</a>'
    return (
        f'<article class="kb-chapter"><h2 class="kb-subtitle">{text(chapter.title)}</h2>'
        f'{chapter.body}</article><p class="kb-links">{ways}</p>'
        f"{markup.folded('Содержание', _list())}"
    )


def _contents() -> str:
    return f'<h2 class="kb-subtitle">Содержание</h2>{_list()}'


def _list() -> str:
    """Return the contents with a word about each chapter."""
    chapters = "".join(
        f'<li><a href="{_address(one)}">{text(one.title)}</a>'
        f'<br><span class="kb-quiet">{text(one.lead)}</span></li>'
        for one in book.chapters()
    )
    return f'<ol class="kb-contents">{chapters}</ol>'


def _found(hits: tuple[Hit, ...]) -> str:
    if not hits:
        return markup.note("Ничего не нашлось. Попробуйте другое слово или загляните в содержание.")
    shown = "".join(
        f'<li><a href="{_address(hit.chapter)}">{text(hit.chapter.title)}</a>'
        f'<br><span class="kb-quiet">{text(hit.snippet)}</span></li>'
        for hit in hits
    )
    return f'<h2 class="kb-subtitle">Нашлось</h2><ul class="kb-contents">{shown}</ul>'


def _address(chapter: Chapter) -> str:
    return text(links.screen(links.GUIDE, section=chapter.section))
