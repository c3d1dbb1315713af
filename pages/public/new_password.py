"""A new password (Новый пароль): from a letter, once and within half an hour."""

import streamlit as st

from lib import links
from lib.services.people import passwords, recoveries
from lib.ui import markup, session
from lib.ui.people import guest

markup.render_title("Новый пароль")
token = st.query_params.get("token", "")
try:
    found = recoveries.get_recovery(token=token)
    guest.render_username(found.username)
    with st.form("new_password", border=False, width=guest.WIDTH):
        password = st.text_input(
            "Новый пароль",
            type="password",
            max_chars=64,
            autocomplete="new-password",
            placeholder="от 10 до 64 знаков",
        )
        repeated = st.text_input(
            "Повтор пароля", type="password", max_chars=64, autocomplete="new-password"
        )
        sent = st.form_submit_button("Сохранить пароль", type="primary")
    if sent:
        recoveries.set_password(
            token=token, password=password, repeated=repeated, address=session.get_address()
        )
        guest.go_to_sign_in("Пароль изменён. Войдите с новым паролем.")
except (passwords.PasswordRefused, passwords.PasswordsDiffer) as refusal:
    st.error(str(refusal), width=guest.WIDTH)
except recoveries.LinkRefused as refusal:
    address = links.link_to_screen(links.RECOVERY)
    guest.render_dead_link(refusal, label="Запросить новое письмо", address=address)
