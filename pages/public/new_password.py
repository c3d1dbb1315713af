"""Новый пароль: a letter leads here, once and within half an hour."""

import streamlit as st

from lib import links
from lib.services.people import recoveries
from lib.ui import markup
from lib.ui.people import guest, recovery_form

markup.title("Новый пароль")
token = st.query_params.get("token", "")
try:
    found = recoveries.get_recovery(token=token)
    markup.show(f"<p>Имя пользователя — <b>{markup.text(found.username)}</b>.</p>")
    recovery_form.show_new_password(token)
except recoveries.LinkRefused as refusal:
    address = links.screen(links.RECOVERY)
    guest.tell_dead_link(refusal, label="Запросить новое письмо", address=address)
