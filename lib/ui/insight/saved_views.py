"""Actions on top of a screen of analysts: save the view, share it, subscribe to it."""

from collections.abc import Sequence

import streamlit as st

from lib import config, links
from lib.access import Actor, Permission
from lib.domain.insight import saved
from lib.domain.insight.occasions import Figure
from lib.domain.insight.view import Months
from lib.services.insight.saved import subscriptions, views, wishes
from lib.ui import session, submit
from lib.ui.insight import _view_forms

_SHARE = "Ссылка откроет этот же вид: фильтры и месяцы в ней. Коллега увидит то, что ему доступно."
_SAVED = "Вид сохранён, он в разделе «Мои виды»."
_SUBSCRIBED = "Подписка оформлена, вид сохранён: они в разделе «Мои виды»."


@st.fragment
def render_actions(
    path: str, *, months: Months | None = None, figures: Sequence[Figure] | None = None
) -> None:
    """Draw the actions for the screen as its address is now.

    They are drawn alone when one of them is pressed: the facts are not asked again. What is under
    a button is drawn when it is pressed: screens stay quick.

    Args:
        path: the screen.
        months: the first and the last month that it shows; None: it has no months.
        figures: what letters can be sent about; None: it is not sent by e-mail.
    """
    actor = session.begin_part()
    if actor is None or not actor.may(Permission.INSIGHT_READ):
        st.rerun()
    submit.render_flash()
    with st.container(horizontal=True, key="kb-view-actions"):
        form = f"view.save.{path}"
        saving = st.popover("Сохранить вид", key=_name(form), on_change="rerun", type="tertiary")
        if saving.open:
            with saving:
                _render_saving(actor, path, months, form)
        sharing = st.popover(
            "Поделиться", key=f"view.share.{path}", on_change="rerun", type="tertiary"
        )
        if sharing.open:
            with sharing:
                _render_link(path, months)
        form = f"view.mail.{path}"
        if figures is not None:
            mailing = st.popover("Подписаться", key=_name(form), on_change="rerun", type="tertiary")
            if mailing.open:
                with mailing:
                    _render_subscribing(actor, path, months, figures)


def _name(form: str) -> str:
    """Return the key of a form as drawn now: a popover with a new one is closed."""
    return f"{form}.{session.request_key(form)}"


def _render_saving(actor: Actor, path: str, months: Months | None, form: str) -> None:
    key = _name(form)
    with st.form(f"{key}.form", border=False):
        name = st.text_input("Название", max_chars=saved.LONGEST_NAME, key=f"{key}.name")
        query = _view_forms.choose_months(st.query_params.to_dict(), months, key=key)
        is_shared = st.checkbox("Показать коллегам", key=f"{key}.shared")
        sent = st.form_submit_button("Сохранить", type="primary")
    if sent:
        with submit.report_outcome(form=form, done=_SAVED, is_part=True):
            views.save_view(
                actor=actor,
                name=name or "",
                path=path,
                query=query,
                is_shared=is_shared,
                request_key=session.request_key(form),
                address=session.get_address(),
            )


def _render_link(path: str, months: Months | None) -> None:
    query = saved.fix_months(saved.clean_query(st.query_params.to_dict()), months)
    st.write(_SHARE)  # our own markup does not know the theme inside a popover
    address = config.get_settings().address + links.link_to_screen(path, **query)
    st.code(address, language=None, wrap_lines=True)


def _render_subscribing(
    actor: Actor, path: str, months: Months | None, figures: Sequence[Figure]
) -> None:
    form = f"view.mail.{path}"
    key = _name(form)
    name = st.text_input("Название вида", max_chars=saved.LONGEST_NAME, key=f"{key}.name")
    query = _view_forms.choose_months(st.query_params.to_dict(), months, key=key)
    wish = _view_forms.choose_wish(figures, key=key)
    if not st.button("Подписаться на письма", type="primary", key=f"{key}.send"):
        return
    with submit.report_outcome(form=form, done=_SUBSCRIBED, is_part=True):
        wishes.read_bound(wish, figures)  # before the view is saved
        request_key, address = session.request_key(form), session.get_address()
        view_id = views.save_view(
            actor=actor,
            name=name or "",
            path=path,
            query=query,
            is_shared=False,
            request_key=request_key,
            address=address,
        )
        subscriptions.subscribe(
            actor=actor, view_id=view_id, wish=wish, request_key=request_key, address=address
        )
