"""What of the queue is asked for: read from the address and kept in it."""

from collections.abc import Mapping

import streamlit as st

from lib import links
from lib.domain.appeals.rules import TOPICS, Topic
from lib.services.appeals import desk_queue
from lib.services.appeals.desk_queue import DeskKind, Filters, Queue, View
from lib.ui import query
from lib.ui.markup import text

VIEWS: Mapping[View, str] = {
    View.OPEN: "Открытые",
    View.OVERDUE: "Просроченные",
    View.MINE: "Мои",
    View.UNASSIGNED: "Без исполнителя",
    View.CLOSED: "Закрытые",
    View.ALL: "Везде",
}
KINDS: Mapping[DeskKind, str] = {
    DeskKind.APPEAL: "Обращение",
    DeskKind.PAID_SERVICE: "Платная услуга",
    DeskKind.ACCOUNT_REQUEST: "Заявка на счёт",
    DeskKind.MISTAKE: "Ошибка в тексте",
}
_ANY_KIND, _ANY_TOPIC = "все виды", "все темы"


def asked() -> Filters:
    """Return what the address asks for; what it cannot ask for is left out."""
    search = query.words("q").strip()
    view = next((one for one in View if one == query.words("view")), None)
    return Filters(
        view=view or (View.ALL if search else View.OPEN),
        topic=next((one for one in Topic if one == query.words("topic")), None),
        kind=next((one for one in DeskKind if one == query.words("kind")), None),
        search=search,
        page=query.number("page") or 1,
    )


def search(filters: Filters) -> None:
    """Ask what to look for; a search begins everywhere."""
    topics: tuple[Topic | None, ...] = (None, *Topic)
    kinds: tuple[DeskKind | None, ...] = (None, *DeskKind)
    with (
        st.form("desk.search", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        typed = st.text_input(
            "Поиск",
            value=filters.search,
            max_chars=desk_queue.LONGEST_SEARCH,
            placeholder="номер, адрес или слова",
            width=280,
        )
        kind = st.selectbox(
            "Вид",
            kinds,
            index=kinds.index(filters.kind),
            format_func=lambda one: KINDS[one] if one else _ANY_KIND,
            width=170,
        )
        topic = st.selectbox(
            "Тема",
            topics,
            index=topics.index(filters.topic),
            format_func=lambda one: TOPICS[one] if one else _ANY_TOPIC,
            width=220,
        )
        if st.form_submit_button("Найти"):
            words = (typed or "").strip()
            is_new = words != filters.search
            query.put(q=words, kind=kind, topic=topic, page=None)
            if is_new:
                query.put(view=None)
            st.rerun()


def views(filters: Filters, queue: Queue) -> str:
    """Return the ways to the parts of the queue, each with how many wait there."""
    shown = [one for one in View if one is not View.ALL or filters.search]
    ways = "".join(_view(one, filters, queue) for one in shown)
    return f'<nav class="kb-pages kb-views" aria-label="Части очереди">{ways}</nav>'


def pages(filters: Filters, queue: Queue) -> str:
    """Return the ways to the pages of what was found."""
    if queue.pages == 1:
        return ""
    ways = "".join(
        f'<span aria-current="page">{n}</span>'
        if n == queue.page
        else f'<a href="{text(address(filters, page=n))}">{n}</a>'
        for n in range(1, queue.pages + 1)
    )
    return f'<nav class="kb-pages" aria-label="Страницы очереди">Страница {ways}</nav>'


def address(filters: Filters, **changed: object) -> str:
    """Return the address of the queue with the same filters but for what is changed."""
    values: dict[str, object] = {
        "view": filters.view,
        "topic": filters.topic,
        "kind": filters.kind,
        "q": filters.search,
    }
    values |= changed
    return links.screen(links.SERVICE_DESK, **{name: v for name, v in values.items() if v})


def _view(view: View, filters: Filters, queue: Queue) -> str:
    count = queue.counts.get(view)
    words = VIEWS[view] if count is None else f"{VIEWS[view]} {many(count)}"
    if view is filters.view:
        return f'<span aria-current="page">{words}</span>'
    return f'<a href="{text(address(filters, view=view))}">{words}</a>'


def many(count: int, *, bound: int = desk_queue.MOST) -> str:
    """Write a count that ends somewhere."""
    return f"{bound}+" if count >= bound else str(count)
