"""News as residents read them: a list, one of them, and the outages on Главная."""

import datetime as dt
from collections.abc import Sequence

from markupsafe import Markup

from lib import links
from lib.domain import formats
from lib.domain.news import Kind
from lib.services.news import feed
from lib.services.news.feed import NewsItem, NewsPage, Outage
from lib.ui import markup
from lib.ui.markup import EMPTY, fill, join_pieces

_NEW = Markup('<span class="kb-badge">новое</span> ')
_ARTICLE = Markup('<article class="kb-article">{}{}<div class="kb-words">{}</div></article>')
_ENTRY = Markup('<article class="{}"><h2>{}<a href="{}">{}</a></h2>{}<p>{}</p></article>')
_OUTAGE = Markup('<p class="kb-note kb-outage"><b>{}:</b> <a href="{}">{}</a>, {}</p>')
_OUTAGE_SPAN = Markup('<p><b class="kb-debt">Отключение:</b> {}</p>')


def build_list(found: NewsPage, *, page: int) -> Markup:
    """Return a page of news."""
    if not found.items:
        words = "На этой странице новостей нет." if page > 1 else "Новостей для вас пока нет."
        return markup.build_note(words) + _build_pages(found, page)
    return join_pieces(map(_build_entry, found.items)) + _build_pages(found, page)


def build_article(item: NewsItem) -> Markup:
    """Return a news item in full."""
    article = fill(_ARTICLE, markup.build_title(item.title), _build_facts(item), item.html)
    return article + _build_back()


def build_not_found() -> Markup:
    """Return that there is no such news item for this reader."""
    return (
        markup.build_title("Страница не найдена")
        + markup.build_note("Такой новости нет, или организация сняла её с публикации.")
        + _build_back()
    )


def build_outages(outages: Sequence[Outage]) -> Markup:
    """Return a line for each outage, present or future."""
    return join_pieces(
        fill(
            _OUTAGE,
            "Сейчас отключение" if outage.is_now else "Будет отключение",
            _get_address(outage.news_id),
            outage.title,
            formats.format_span(outage.begins_at, outage.ends_at),
        )
        for outage in outages
    )


def format_span(begins: dt.datetime | None, ends: dt.datetime | None) -> str:
    """Return when an outage lasts; empty for other news."""
    return formats.format_span(begins, ends) if begins and ends else ""


def _build_entry(item: NewsItem) -> Markup:
    return fill(
        _ENTRY,
        "kb-entry kb-first" if item.is_on_top else "kb-entry",
        EMPTY if item.is_read else _NEW,
        _get_address(item.news_id),
        item.title,
        _build_facts(item),
        item.lead,
    )


def _build_facts(item: NewsItem) -> Markup:
    """Return the date and the organisation, and when an outage lasts."""
    facts = [formats.format_long_date(item.published_at)]
    if item.organization:
        facts.append(item.organization)
    if item.changed_at:
        facts.append(f"исправлено {formats.format_moment(item.changed_at)}")
    quiet = markup.build_hint(" · ".join(facts))
    if item.kind is not Kind.OUTAGE:
        return quiet
    return fill(_OUTAGE_SPAN, format_span(item.begins_at, item.ends_at)) + quiet


def _build_pages(found: NewsPage, page: int) -> Markup:
    ways = []
    if page > 1:
        ways.append(("Более новые", links.link_to_screen(links.NEWS, page=page - 1)))
    if found.found > page * feed.PAGE:
        ways.append(("Более старые", links.link_to_screen(links.NEWS, page=page + 1)))
    return markup.build_links(ways)


def _get_address(news_id: int) -> str:
    return links.link_to_screen(links.NEWS, id=news_id)


def _build_back() -> Markup:
    return markup.build_links([("Все новости", links.link_to_screen(links.NEWS))])
