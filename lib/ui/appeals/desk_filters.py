"""The filters of the desk's queue: read from the address and kept in it."""

from collections.abc import Mapping

import streamlit as st
from markupsafe import Markup

from lib import links
from lib.domain.appeals.rules import TOPICS, Topic
from lib.services.appeals import desk_queue
from lib.services.appeals.desk_queue import DeskKind, Filters, Queue, View
from lib.ui import markup, query
from lib.ui.markup import EMPTY, fill, join_pieces

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
_VIEWS = Markup('<nav class="kb-pages kb-views" aria-label="Части очереди">{}</nav>')


def get_filters() -> Filters:
    """Return the filters of the address; values that it cannot have are left out."""
    search = query.get_text("q").strip()
    view = next((view for view in View if view == query.get_text("view")), None)
    return Filters(
        view=view or (View.ALL if search else View.OPEN),
        topic=next((topic for topic in Topic if topic == query.get_text("topic")), None),
        kind=next((kind for kind in DeskKind if kind == query.get_text("kind")), None),
        search=search,
        page=query.get_number("page") or 1,
    )


def render_search(filters: Filters) -> None:
    """Ask for words, a kind and a topic; a new search looks in all views."""
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
            format_func=lambda kind: KINDS[kind] if kind else _ANY_KIND,
            width=170,
        )
        topic = st.selectbox(
            "Тема",
            topics,
            index=topics.index(filters.topic),
            format_func=lambda topic: TOPICS[topic] if topic else _ANY_TOPIC,
            width=220,
        )
        if st.form_submit_button("Найти"):
            words = (typed or "").strip()
            query.set_values(q=words, kind=kind, topic=topic, page=None)
            if words != filters.search:
                query.set_values(view=None)
            st.rerun()


def build_views(filters: Filters, queue: Queue) -> Markup:
    """Return links to the views of the queue, each with its count."""
    views = [view for view in View if view is not View.ALL or filters.search]
    return fill(_VIEWS, join_pieces(_build_view(view, filters, queue) for view in views))


def build_pages(filters: Filters, queue: Queue) -> Markup:
    """Return links to the pages of the queue."""
    if queue.pages == 1:
        return EMPTY
    ways = (
        (page, None if page == queue.page else get_address(filters, page=page))
        for page in range(1, queue.pages + 1)
    )
    return markup.build_pages("Страницы очереди", "Страница", ways)


def get_address(filters: Filters, **changed: object) -> str:
    """Return the address of the queue with the same filters, except for the changed ones."""
    values: dict[str, object] = {
        "view": filters.view,
        "topic": filters.topic,
        "kind": filters.kind,
        "q": filters.search,
    }
    values |= changed
    return links.link_to_screen(links.SERVICE_DESK, **{name: v for name, v in values.items() if v})


def format_count(count: int, *, bound: int = desk_queue.MOST) -> str:
    """Return a count; with a plus if it reached the bound at which counting stops."""
    return f"{bound}+" if count >= bound else str(count)


def _build_view(view: View, filters: Filters, queue: Queue) -> Markup:
    count = queue.counts.get(view)
    words = VIEWS[view] if count is None else f"{VIEWS[view]} {format_count(count)}"
    if view is filters.view:
        return fill(Markup('<span aria-current="page">{}</span>'), words)
    return fill(Markup('<a href="{}">{}</a>'), get_address(filters, view=view), words)
