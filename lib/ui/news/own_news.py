"""The organisation's news as staff see them: a list, and one item with its state."""

from markupsafe import Markup

from lib import links
from lib.domain import formats
from lib.domain.news import Audience, Kind
from lib.services.news import desk
from lib.services.news.desk import OwnNews, OwnNewsPage, Reach
from lib.ui import markup, tables
from lib.ui.markup import fill
from lib.ui.news import news_list

AUDIENCES = {
    Audience.ORGANIZATION: "все жители организации",
    Audience.HOUSES: "жители выбранных домов",
    Audience.EVERYBODY: "все жители",
    Audience.SENDER: "все, кому начисляет эта программа",
}
KINDS = {Kind.NEWS: "новость", Kind.OUTAGE: "отключение"}
_HEADINGS = tables.list_word_headings("Заголовок", "Что", "Для кого", "Публикация", "Состояние")
_MOST_HOUSES = 10


def build_list(found: OwnNewsPage, *, page: int) -> Markup:
    """Return a page of the organisation's news, with buttons to write."""
    news = links.link_to_screen(links.NEWS_DESK, new=Kind.NEWS.value)
    outage = links.link_to_screen(links.NEWS_DESK, new=Kind.OUTAGE.value)
    buttons = (
        markup.build_button("Написать новость", news, is_main=True),
        markup.build_button("Сообщить об отключении", outage),
    )
    content = (
        tables.build_table(
            caption=f"Всего: {found.found}",
            headings=_HEADINGS,
            rows=map(_build_cells, found.items),
            kind="kb-own-news",
        )
        if found.items
        else markup.build_note("Здесь пока ничего не опубликовано.")
    )
    return (
        markup.build_title("Новости организации")
        + markup.build_actions(buttons)
        + content
        + _build_pages(found, page)
    )


def build_card(own: OwnNews, reach: Reach) -> Markup:
    """Return a news item as residents see it, and what staff know of it."""
    facts = {
        "Состояние": _format_state(own),
        "Публикация": formats.format_moment(own.published_at),
        "Для кого": _format_audience(own, reach),
        "Написал": own.author,
        "Отключение": news_list.format_span(own.begins_at, own.ends_at),
        "Изменил": f"{own.changed_by}, {formats.format_moment(own.changed_at)}"
        if own.changed_at
        else "",
    }
    return (
        markup.build_title(own.title)
        + markup.build_facts((name, value) for name, value in facts.items() if value)
        + fill(Markup('<article class="kb-card kb-words">{}</article>'), own.html)
    )


def build_back() -> Markup:
    """Return the link to the list."""
    return markup.build_links([("Все новости организации", links.link_to_screen(links.NEWS_DESK))])


def _build_cells(own: OwnNews) -> tuple[str | Markup, ...]:
    count = f" ({len(own.houses)})" if own.audience is Audience.HOUSES else ""
    address = links.link_to_screen(links.NEWS_DESK, id=own.news_id)
    return (
        fill(Markup('<a href="{}">{}</a>'), address, own.title),
        KINDS[own.kind],
        AUDIENCES[own.audience] + count,
        formats.format_moment(own.published_at),
        own.state.value,
    )


def _format_state(own: OwnNews) -> str:
    if own.withdrawn is None:
        return own.state.value
    when, who, why = own.withdrawn
    return f"{own.state.value} {formats.format_moment(when)}, {who}: {why}"


def _format_audience(own: OwnNews, reach: Reach) -> str:
    if own.audience is not Audience.HOUSES:
        return AUDIENCES[own.audience]
    names = [reach.houses.get(key, f"дом № {key}") for key in own.houses[:_MOST_HOUSES]]
    more = len(own.houses) - len(names)
    return "; ".join(names) + (f" и ещё {more}" if more else "")


def _build_pages(found: OwnNewsPage, page: int) -> Markup:
    ways = []
    if page > 1:
        ways.append(("Более новые", links.link_to_screen(links.NEWS_DESK, page=page - 1)))
    if found.found > page * desk.PAGE:
        ways.append(("Более старые", links.link_to_screen(links.NEWS_DESK, page=page + 1)))
    return markup.build_links(ways)
