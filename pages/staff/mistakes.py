"""Ошибки в тексте: what readers have found waits for those who mend it."""

import streamlit as st

from lib.access import Permission
from lib.services.mistakes import decisions
from lib.ui import guard, markup, mistakes

actor = guard.require(Permission.MISTAKES_DECIDE)
waiting = decisions.list_waiting_mistakes(actor=actor)

markup.title("Ошибки в тексте")
if not waiting.mistakes:
    st.info("Новых сообщений нет.", icon=":material/done_all:")
elif waiting.count > len(waiting.mistakes):
    st.caption(f"Показаны первые {len(waiting.mistakes)} из {waiting.count}: давние сверху.")
for mistake in waiting.mistakes:
    mistakes.show(actor, mistake)
