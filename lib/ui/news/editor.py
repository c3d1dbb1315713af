"""The fields in which staff write news: Markdown with a preview, the audience, the time."""

from collections.abc import Callable

import streamlit as st
from markupsafe import Markup

from lib.access import Actor
from lib.domain import news as domain
from lib.domain.news import Audience, Draft, Kind, NewsRefused, State
from lib.domain.texts import clean_line
from lib.services.news import desk
from lib.services.news.desk import OwnNews, Reach
from lib.ui import markup, session
from lib.ui.markup import fill
from lib.ui.news import own_news

_SHOWN_MOMENT = "%d.%m.%Y %H:%M"
_HINT = (
    "**жирный**, *курсив*; пустая строка начинает абзац; строки с «- » — список; "
    "[ссылка](https://адрес); ## подзаголовок"
)
_MOMENT = "25.10.2026 09:00"
_PREVIEW = Markup(
    '<section class="kb-card kb-words" aria-label="Как будет"><h2 class="kb-subtitle">{}</h2>'
    "{}</section>"
)


def keep_version(form: str, own: OwnNews) -> int:
    """Return the version that the form was first drawn with; warn if there is a newer one."""
    name = f"version.{session.request_key(form)}"
    noted = session.find_note(form, name)
    if noted is None:
        session.keep_note(form, name, str(own.version))
        return own.version
    version = int(noted)
    if version != own.version:
        st.warning(
            f"Новость уже изменил другой сотрудник: {markup.strip_markdown(own.changed_by)}. "
            "Ваша правка осталась на экране: скопируйте её и загрузите изменённую новость.",
            icon=":material/sync_problem:",
        )
        if st.button("Загрузить изменённую"):
            session.renew_key(form)
            st.rerun()
    return version


def ask_draft(
    actor: Actor, form: str, *, kind: Kind, reach: Reach, button: str, own: OwnNews | None = None
) -> tuple[Draft, bool]:
    """Ask for a draft, and draw its preview on demand; return it, and whether it was sent."""
    key = f"{form}.{session.request_key(form)}"

    def name(field: str) -> str:
        return f"{key}.{field}"  # the typed text stays when the row changes

    with st.form(key, border=False):
        title = st.text_input(
            "Заголовок",
            value=own.title if own else "",
            max_chars=domain.LONGEST_TITLE,
            key=name("title"),
        )
        body = st.text_area("Текст", value=own.body if own else "", height=260, key=name("body"))
        st.text(_HINT)
        begins, ends = _ask_span(own, kind, name)
        audience, houses = _ask_audience(own, reach, name)
        at, is_pinned = _ask_publication(own, kind, name)
        with st.container(horizontal=True):
            sent = st.form_submit_button(button, type="primary")
            is_previewed = st.form_submit_button("Показать, как будет")
    draft = Draft(kind, title or "", body or "", audience, houses, begins, ends, is_pinned, at)
    if is_previewed:
        _render_preview(actor, draft)
    return draft, sent


def _ask_span(own: OwnNews | None, kind: Kind, name: Callable[[str], str]) -> tuple[str, str]:
    """Ask when an outage begins and ends."""
    if kind is not Kind.OUTAGE:
        return "", ""
    begins = f"{own.begins_at:{_SHOWN_MOMENT}}" if own and own.begins_at else ""
    ends = f"{own.ends_at:{_SHOWN_MOMENT}}" if own and own.ends_at else ""
    with st.container(horizontal=True):
        begins = st.text_input(
            "Начало отключения", value=begins, placeholder=_MOMENT, key=name("begins"), width=260
        )
        ends = st.text_input(
            "Окончание", value=ends, placeholder=_MOMENT, key=name("ends"), width=260
        )
    return begins or "", ends or ""


def _ask_audience(
    own: OwnNews | None, reach: Reach, name: Callable[[str], str]
) -> tuple[Audience, tuple[int, ...]]:
    """Ask who may read it."""
    current = own.audience if own else reach.audiences[0]
    choices = [audience.value for audience in reach.audiences]
    audience = st.radio(
        "Для кого",
        choices,
        index=choices.index(current) if current in choices else 0,
        format_func=lambda audience: own_news.AUDIENCES[Audience(audience)],
        key=name("audience"),
    )
    houses = st.multiselect(
        "Дома",
        list(reach.houses),
        default=[key for key in own.houses if key in reach.houses] if own else [],
        format_func=lambda key: reach.houses[key],
        placeholder="если новость для некоторых домов",
        key=name("houses"),
    )
    return Audience(audience or choices[0]), tuple(houses)


def _ask_publication(
    own: OwnNews | None, kind: Kind, name: Callable[[str], str]
) -> tuple[str, bool]:
    """Ask when to publish it, unless it is published, and whether it stays on top."""
    at = ""
    if own is None or own.state is State.SCHEDULED:
        at = st.text_input(
            "Когда опубликовать",
            value=f"{own.published_at:{_SHOWN_MOMENT}}" if own else "",
            placeholder="сразу",
            key=name("at"),
            width=260,
        )
    pinned = st.checkbox(
        "Держать наверху, пока не закончится" if kind is Kind.OUTAGE else "Держать наверху списка",
        value=own.is_pinned if own else kind is Kind.OUTAGE,
        key=name("pinned"),
    )
    return at or "", bool(pinned)


def _render_preview(actor: Actor, draft: Draft) -> None:
    """Draw the text as residents will see it."""
    try:
        content = desk.preview_news(actor=actor, body=draft.body)
    except NewsRefused as refusal:
        st.error(str(refusal), icon=":material/error:")
        return
    markup.render_markup(fill(_PREVIEW, clean_line(draft.title), content))
