"""One saved view: what it is, its name and who sees it, a new subscription, its deletion."""

import streamlit as st

from lib import links
from lib.access import Actor
from lib.domain.insight import saved
from lib.errors import PortalError
from lib.services.insight.saved import subscriptions, views
from lib.services.insight.saved.views import SavedView
from lib.ui import markup, query, session, submit
from lib.ui.insight import _view_forms, view_list


def render_view(actor: Actor, view: SavedView) -> None:
    """Draw a view with what may be done to it."""
    back = markup.build_links([("Все виды", links.link_to_screen(links.SAVED_VIEWS))])
    facts = markup.build_facts(
        [
            ("Что показывает", view_list.describe_filters(view)),
            ("Месяцы", view_list.describe_months(view)),
            ("Кто сохранил", "вы" if view.is_own else view.author),
        ]
    )
    opening = markup.build_actions([markup.build_button("Открыть вид", view.address, is_main=True)])
    markup.render_markup(markup.build_title(view.name) + back + facts + opening)
    if view.is_own:
        _render_changing(actor, view)
    if view.is_mailed:
        _render_subscribing(actor, view)
    if view.is_own:
        _render_deletion(actor, view)


def _render_changing(actor: Actor, view: SavedView) -> None:
    form = f"view.{view.view_id}"
    key = f"{form}.{session.request_key(form)}"
    with st.form(key, border=False):
        name = st.text_input("Название", view.name, saved.LONGEST_NAME, key=f"{key}.name")
        is_shared = st.checkbox("Показать коллегам", view.is_shared, key=f"{key}.shared")
        sent = st.form_submit_button("Сохранить изменения")
    if sent:
        with submit.report_outcome(form=form, done="Вид изменён."):
            views.change_view(
                actor=actor,
                view_id=view.view_id,
                name=name or "",
                is_shared=is_shared,
                address=session.get_address(),
            )


def _render_subscribing(actor: Actor, view: SavedView) -> None:
    form = f"view.mail.{view.view_id}"
    key = f"{form}.{session.request_key(form)}"
    markup.render_subtitle("Подписаться на письма")
    try:
        figures = subscriptions.list_figures(actor=actor, view_id=view.view_id)
    except PortalError as failure:  # the facts are not there yet
        markup.render_markup(markup.build_note(str(failure)))
        return
    wish = _view_forms.choose_wish(figures, key=key)
    if st.button("Подписаться", key=f"{key}.send"):
        with submit.report_outcome(form=form, done="Подписка оформлена."):
            subscriptions.subscribe(
                actor=actor,
                view_id=view.view_id,
                wish=wish,
                request_key=session.request_key(form),
                address=session.get_address(),
            )
            query.set_values(id=None)


def _render_deletion(actor: Actor, view: SavedView) -> None:
    with st.popover("Удалить вид", key=f"view.delete.{view.view_id}"):
        st.write("Удалить вид? Подписки на него, и коллег тоже, удалятся вместе с ним.")
        if st.button("Да, удалить", key=f"view.delete.{view.view_id}.yes"):
            with submit.report_outcome(form=f"view.{view.view_id}", done="Вид удалён."):
                views.delete_view(actor=actor, view_id=view.view_id, address=session.get_address())
                query.set_values(id=None)
