"""News as residents read them: a list, one of them, and the line about outages on Главная."""

import datetime as dt
from collections.abc import Sequence

import streamlit as st

from lib import links
from lib.access import Actor
from lib.domain import formats
from lib.domain.news import Kind
from lib.services.news import feed
from lib.services.news.feed import NewsItem, NewsPage, Outage
from lib.ui import markup, submit
from lib.ui.markup import text

_NEW = '<span class="kb-badge">новое</span> '


def show(actor: Actor, found: NewsPage, *, page: int) -> None:
    """Draw a page of news and the way to mark all of them as read."""
    if not found.items:
        words = "На этой странице новостей нет." if page > 1 else "Новостей для вас пока нет."
        markup.show(markup.heading("Новости") + markup.note(words) + _pages(found, page))
        return
    unread = f'<p class="kb-quiet">Непрочитанных: {found.unread}</p>' if found.unread else ""
    markup.show(markup.heading("Новости") + unread)
    if found.unread and st.button("Отметить все прочитанными", icon=":material/done_all:"):
        with submit.outcome(form="news.read", done="Все новости отмечены прочитанными."):
            feed.mark_all_read(actor=actor)
    markup.show("".join(map(_entry, found.items)) + _pages(found, page))


def one(item: NewsItem) -> None:
    """Draw a piece of news in full."""
    markup.show(
        f'<article class="kb-article">{markup.heading(item.title)}{_facts(item)}'
        f'<div class="kb-words">{item.html}</div></article>{_back()}'
    )


def gone() -> None:
    """Say that there is no such news for whoever asks."""
    markup.show(
        markup.heading("Страница не найдена")
        + markup.note("Такой новости нет, или организация сняла её с публикации.")
        + _back()
    )


def strip(outages: Sequence[Outage]) -> str:
    """Return a line for each outage that lasts or lies ahead."""
    return "".join(
        f'<p class="kb-note kb-outage"><b>{_moment_word(one.is_now)}:</b> '
        f'<a href="{_address(one.news_id)}">{text(one.title)}</a>, '
        f"{formats.span(one.begins_at, one.ends_at)}</p>"
        for one in outages
    )


def span_of(begins: dt.datetime | None, ends: dt.datetime | None) -> str:
    """Return when an outage lasts; empty for other news."""
    return formats.span(begins, ends) if begins and ends else ""


def _entry(item: NewsItem) -> str:
    mark = "" if item.is_read else _NEW
    kind = "kb-entry kb-first" if item.is_on_top else "kb-entry"
    return (
        f'<article class="{kind}"><h2>{mark}<a href="{_address(item.news_id)}">'
        f"{text(item.title)}</a></h2>{_facts(item)}<p>{text(item.lead)}</p></article>"
    )


def _facts(item: NewsItem) -> str:
    """Return when, of whom, and how long an outage lasts."""
    said = [formats.day_of(item.published_at)]
    if item.organization:
        said.append(item.organization)
    if item.changed_at:
        said.append(f"исправлено {formats.moment(item.changed_at)}")
    quiet = f'<p class="kb-quiet">{text(" · ".join(said))}</p>'
    if item.kind is not Kind.OUTAGE:
        return quiet
    return (
        f'<p><b class="kb-debt">Отключение:</b> {span_of(item.begins_at, item.ends_at)}</p>{quiet}'
    )


def _moment_word(is_now: bool) -> str:
    return "Сейчас отключение" if is_now else "Будет отключение"


def _pages(found: NewsPage, page: int) -> str:
    ways = []
    if page > 1:
        ways.append(("Более новые", page - 1))
    if found.found > page * feed.PAGE:
        ways.append(("Более старые", page + 1))
    anchors = "".join(
        f'<a href="{text(links.screen(links.NEWS, page=number))}">{words}</a>'
        for words, number in ways
    )
    return f'<p class="kb-links">{anchors}</p>' if anchors else ""


def _address(news_id: int) -> str:
    return text(links.screen(links.NEWS, id=news_id))


def _back() -> str:
    return f'<p class="kb-links"><a href="{links.screen(links.NEWS)}">Все новости</a></p>'
