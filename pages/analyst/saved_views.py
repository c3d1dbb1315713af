"""Saved views (Мои виды): one's own and colleagues', and subscriptions to them."""

import streamlit as st

from lib.access import AccessDenied, Permission
from lib.services.insight.saved import subscriptions, views
from lib.ui import frame, guard, markup, query, session
from lib.ui.insight import view_card, view_list

actor = guard.require(Permission.INSIGHT_READ)
pause_key = query.get_text("pause")
if pause_key:  # the link of a letter; the address forgets it, so that resuming stays
    paused = subscriptions.pause_by_link(actor=actor, pause_key=pause_key)
    words = "Подписка приостановлена. Возобновить её можно здесь же."
    session.keep_flash(words if paused else "Эта подписка уже приостановлена или удалена.")
    query.set_values(pause=None)
    st.rerun()

view_id = query.get_number("id")
if view_id is not None:
    try:
        view = views.get_view(actor=actor, view_id=view_id)
    except AccessDenied:
        guard.refuse()
    view_card.render_view(actor, view)
    frame.end_screen()

markup.render_title("Мои виды")
markup.render_markup(view_list.build_lists(views.list_views(actor=actor)))
view_list.render_subscriptions(actor, subscriptions.list_subscriptions(actor=actor))
