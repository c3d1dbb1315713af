"""Главная of those whose screens are still to come: who they are and where they belong."""

import streamlit as st

from lib.ui import guard, markup, words

actor = guard.signed_in()

markup.title("Главная")
markup.show(
    f'<dl class="kb-facts"><dt>Вы вошли как</dt><dd>{markup.text(actor.full_name)}</dd>'
    f"<dt>Роль</dt><dd>{words.ROLES[actor.role]}</dd>"
    f"<dt>Организация</dt><dd>{markup.text(actor.organization or '–')}</dd></dl>"
)
st.write("Рабочие экраны для вашей роли ещё не открыты.")
