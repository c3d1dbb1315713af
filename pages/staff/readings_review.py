"""Показания на проверке: doubtful readings wait for a decision of their organisation."""

import streamlit as st

from lib.access import Permission
from lib.services.meters import review
from lib.ui import guard, markup
from lib.ui.meters import review_queue

actor = guard.require(Permission.READINGS_REVIEW)
queue = review.list_doubtful(actor=actor)

markup.title("Показания на проверке")
if not queue.readings:
    st.info("Сомнительных показаний нет.", icon=":material/done_all:")
elif queue.count > len(queue.readings):
    st.caption(f"Показаны первые {len(queue.readings)} из {queue.count}: давние сверху.")
for reading in queue.readings:
    review_queue.show(actor, reading)
