"""Главная of employees: who they are, where they belong, and the screens that are theirs."""

import streamlit as st

from lib import links
from lib.ui import guard, markup, screens, words

actor = guard.signed_in()

markup.title("Главная")
markup.show(
    f'<dl class="kb-facts"><dt>Вы вошли как</dt><dd>{markup.text(actor.full_name)}</dd>'
    f"<dt>Роль</dt><dd>{words.ROLES[actor.role]}</dd>"
    f"<dt>Организация</dt><dd>{markup.text(actor.organization or '–')}</dd></dl>"
)
offered = [screen for screen in screens.menu(actor) if screen.path != links.PROFILE]
for screen in offered:
    st.page_link(screen.script, label=screen.title, icon=screen.icon)
if not offered:
    st.write("Рабочие экраны для вашей роли ещё не открыты.")
