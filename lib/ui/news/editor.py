"""Where staff write news: Markdown with a preview, whom it is for and when."""

from collections.abc import Callable

import streamlit as st

from lib.access import Actor
from lib.domain import news as domain
from lib.domain.news import Audience, Draft, Kind, NewsRefused, State
from lib.domain.texts import clean_line
from lib.services.news import desk, publication
from lib.services.news.desk import OwnNews, Reach
from lib.ui import markup, query, session, submit
from lib.ui.news import own as news_own

_SHOWN_MOMENT = "%d.%m.%Y %H:%M"
_HINT = (
    "**жирный**, *курсив*; пустая строка начинает абзац; строки с «- » — список; "
    "[ссылка](https://адрес); ## подзаголовок"
)
_MOMENT = "25.10.2026 09:00"


def write(actor: Actor, kind: Kind, reach: Reach) -> None:
    """Ask for a new piece of news and publish it."""
    form = f"news.new.{kind}"
    words = "Новое отключение" if kind is Kind.OUTAGE else "Новая новость"
    markup.title(words)
    draft, sent = _form(actor, form, kind=kind, reach=reach, button="Опубликовать")
    if sent:
        with submit.outcome(form=form, done="Готово: жители увидят новость."):
            key = publication.publish_news(
                actor=actor,
                draft=draft,
                request_key=session.request_key(form),
                address=session.address(),
            )
            query.put(new=None, id=key)


def change(actor: Actor, own: OwnNews, reach: Reach) -> None:
    """Ask for changes; what a colleague has changed meanwhile is not overwritten."""
    form = f"news.change.{own.news_id}"
    version = _version_shown(form, own)
    markup.subtitle("Изменить")
    if version != own.version:
        st.warning(
            f"Новость уже изменил другой сотрудник: {markup.label(own.changed_by)}. "
            "Ваша правка осталась на экране: скопируйте её и загрузите изменённую новость.",
            icon=":material/sync_problem:",
        )
        if st.button("Загрузить изменённую"):
            session.renew_key(form)
            st.rerun()
    draft, sent = _form(actor, form, kind=own.kind, reach=reach, button="Сохранить", own=own)
    if sent:
        with submit.outcome(form=form, done="Изменения сохранены."):
            publication.change_news(
                actor=actor,
                news_id=own.news_id,
                draft=draft,
                version=version,
                address=session.address(),
            )


def _version_shown(form: str, own: OwnNews) -> int:
    """Return the version that the form was filled with when it was first drawn."""
    name = f"version.{session.request_key(form)}"
    noted = session.noted(form, name)
    if noted is None:
        session.note(form, name, str(own.version))
        return own.version
    return int(noted)


def _form(
    actor: Actor, form: str, *, kind: Kind, reach: Reach, button: str, own: OwnNews | None = None
) -> tuple[Draft, bool]:
    """Draw the form and, when asked, the preview; return what is in it and whether it was sent."""
    key = f"{form}.{session.request_key(form)}"

    def name(field: str) -> str:
        return f"{key}.{field}"  # what was typed stays, whatever the row has become

    with st.form(key, border=False):
        title = st.text_input(
            "Заголовок",
            value=own.title if own else "",
            max_chars=domain.LONGEST_TITLE,
            key=name("title"),
        )
        body = st.text_area("Текст", value=own.body if own else "", height=260, key=name("body"))
        st.text(_HINT)
        begins, ends = _span(own, kind, name)
        audience, houses = _audience(own, reach, name)
        at, is_pinned = _publication(own, kind, name)
        with st.container(horizontal=True):
            sent = st.form_submit_button(button, type="primary")
            asked = st.form_submit_button("Показать, как будет")
    draft = Draft(kind, title or "", body or "", audience, houses, begins, ends, is_pinned, at)
    if asked:
        _preview(actor, draft)
    return draft, sent


def _span(own: OwnNews | None, kind: Kind, name: Callable[[str], str]) -> tuple[str, str]:
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


def _audience(
    own: OwnNews | None, reach: Reach, name: Callable[[str], str]
) -> tuple[Audience, tuple[int, ...]]:
    """Ask whom it is for."""
    held = own.audience if own else reach.audiences[0]
    choices = [one.value for one in reach.audiences]
    audience = st.radio(
        "Для кого",
        choices,
        index=choices.index(held) if held in choices else 0,
        format_func=lambda one: news_own.AUDIENCES[Audience(one)],
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


def _publication(own: OwnNews | None, kind: Kind, name: Callable[[str], str]) -> tuple[str, bool]:
    """Ask when it is published, unless it has been, and whether it stays on top."""
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


def _preview(actor: Actor, draft: Draft) -> None:
    """Draw the text as residents would see it."""
    try:
        shown = desk.preview_news(actor=actor, body=draft.body)
    except NewsRefused as refusal:
        st.error(str(refusal), icon=":material/error:")
        return
    markup.show(
        f'<section class="kb-card kb-words" aria-label="Как будет"><h2 class="kb-subtitle">'
        f"{markup.text(clean_line(draft.title))}</h2>{shown}</section>"
    )
