"""Заявки на лицевые счета: documents of residents wait for a decision of their organisation."""

import streamlit as st

from lib.access import Permission
from lib.services.accounts import request_queue
from lib.ui import guard, markup
from lib.ui.accounts import request_card

actor = guard.require(Permission.ACCOUNT_REQUESTS_DECIDE)
queue = request_queue.list_waiting_requests(actor=actor)

markup.title("Заявки на лицевые счета")
request_card.tell_decided(actor, queue)
if not queue.requests:
    st.info("Новых заявок нет.", icon=":material/done_all:")
elif queue.count > len(queue.requests):
    st.caption(f"Показаны первые {len(queue.requests)} из {queue.count}: давние сверху.")
for request in queue.requests:
    request_card.show(actor, request)
