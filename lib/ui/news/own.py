"""The organisation's news as its staff see them: a list, and one with what became of it."""

import streamlit as st

from lib import links
from lib.access import Actor
from lib.domain import formats
from lib.domain import news as domain
from lib.domain.news import Audience, Kind
from lib.services.news import desk, publication
from lib.services.news.desk import OwnNews, OwnNewsPage, Reach
from lib.ui import markup, session, submit
from lib.ui.markup import text
from lib.ui.news import listing

AUDIENCES = {
    Audience.ORGANIZATION: "все жители организации",
    Audience.HOUSES: "жители выбранных домов",
    Audience.EVERYBODY: "все жители",
    Audience.SENDER: "все, кому начисляет эта программа",
}
KINDS = {Kind.NEWS: "новость", Kind.OUTAGE: "отключение"}
_HEADINGS = ("Что", "Для кого", "Публикация", "Состояние")
_MOST_HOUSES = 10


def ways() -> str:
    """Return the ways to writing."""
    news = links.screen(links.NEWS_DESK, new=Kind.NEWS.value)
    outage = links.screen(links.NEWS_DESK, new=Kind.OUTAGE.value)
    return (
        f'<p class="kb-actions">{markup.way("Написать новость", news, is_main=True)}'
        f"{markup.way('Сообщить об отключении', outage)}</p>"
    )


def show(found: OwnNewsPage, *, page: int) -> None:
    """Draw a page of the organisation's news."""
    head = markup.heading("Новости организации") + ways()
    if not found.items:
        markup.show(head + markup.note("Здесь пока ничего не опубликовано.") + _pages(found, page))
        return
    columns = "".join(f'<th scope="col" class="kb-word">{name}</th>' for name in _HEADINGS)
    markup.show(
        f'{head}<table class="kb-bill kb-own-news"><caption>Всего: {found.found}</caption>'
        f'<thead><tr><th scope="col">Заголовок</th>{columns}</tr></thead>'
        f"<tbody>{''.join(map(_row, found.items))}</tbody></table>{_pages(found, page)}"
    )


def card(own: OwnNews, reach: Reach) -> None:
    """Draw a piece of news as residents see it, and what is known of it."""
    told = {
        "Состояние": _state(own),
        "Публикация": formats.moment(own.published_at),
        "Для кого": _audience(own, reach),
        "Написал": own.author,
        "Отключение": listing.span_of(own.begins_at, own.ends_at),
        "Изменил": f"{own.changed_by}, {formats.moment(own.changed_at)}" if own.changed_at else "",
    }
    items = "".join(f"<dt>{name}</dt><dd>{text(said)}</dd>" for name, said in told.items() if said)
    markup.show(
        f'{markup.heading(own.title)}<dl class="kb-facts">{items}</dl>'
        f'<article class="kb-card kb-words">{own.html}</article>'
    )


def withdrawal(actor: Actor, own: OwnNews) -> None:
    """Ask why it is to be taken away from residents."""
    form = f"news.withdraw.{own.news_id}"
    with st.form(f"{form}.{session.request_key(form)}", border=False):
        reason = st.text_input(
            "Почему снимаете новость",
            max_chars=domain.LONGEST_REASON,
            placeholder="увидят только сотрудники",
        )
        sent = st.form_submit_button("Снять с публикации")
    if sent:
        with submit.outcome(form=form, done="Новость снята: жители её больше не видят."):
            publication.withdraw_news(
                actor=actor,
                news_id=own.news_id,
                reason=reason or "",
                address=session.address(),
            )


def back() -> None:
    """Draw the way to the list."""
    address = links.screen(links.NEWS_DESK)
    markup.show(f'<p class="kb-links"><a href="{address}">Все новости организации</a></p>')


def _row(own: OwnNews) -> str:
    cells = (
        KINDS[own.kind],
        AUDIENCES[own.audience]
        + (f" ({len(own.houses)})" if own.audience is Audience.HOUSES else ""),
        formats.moment(own.published_at),
        own.state.value,
    )
    address = text(links.screen(links.NEWS_DESK, id=own.news_id))
    return (
        f'<tr><th scope="row"><a href="{address}">{text(own.title)}</a></th>'
        + "".join(
            f'<td class="kb-word" data-label="{name}">{text(cell)}</td>'
            for name, cell in zip(_HEADINGS, cells, strict=True)
        )
        + "</tr>"
    )


def _state(own: OwnNews) -> str:
    if own.withdrawn is None:
        return own.state.value
    when, who, why = own.withdrawn
    return f"{own.state.value} {formats.moment(when)}, {who}: {why}"


def _audience(own: OwnNews, reach: Reach) -> str:
    if own.audience is not Audience.HOUSES:
        return AUDIENCES[own.audience]
    names = [reach.houses.get(key, f"дом № {key}") for key in own.houses[:_MOST_HOUSES]]
    more = len(own.houses) - len(names)
    return "; ".join(names) + (f" и ещё {more}" if more else "")


def _pages(found: OwnNewsPage, page: int) -> str:
    ways_on = []
    if page > 1:
        ways_on.append(("Более новые", page - 1))
    if found.found > page * desk.PAGE:
        ways_on.append(("Более старые", page + 1))
    anchors = "".join(
        f'<a href="{text(links.screen(links.NEWS_DESK, page=number))}">{words}</a>'
        for words, number in ways_on
    )
    return f'<p class="kb-links">{anchors}</p>' if anchors else ""
