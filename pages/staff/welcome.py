"""Home of employees (Главная): who they are, their organisation, and their screens."""

import streamlit as st

from lib import links
from lib.ui import guard, markup, screens, words

actor = guard.require_actor()

markup.render_title("Главная")
markup.render_markup(
    markup.build_facts(
        [
            ("Вы вошли как", actor.full_name),
            ("Роль", words.ROLES[actor.role]),
            ("Организация", actor.organization or "–"),
        ]
    )
)
offered = [screen for screen in screens.list_menu(actor) if screen.path != links.PROFILE]
for screen in offered:
    st.page_link(screen.script, label=screen.title, icon=screen.icon)
if not offered:
    st.write("Рабочие экраны для вашей роли ещё не открыты.")
