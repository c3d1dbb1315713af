"""Подтверждение регистрации: a letter leads here; a person, and no mail scanner, presses."""

import streamlit as st

from lib import links
from lib.services.people import activations
from lib.ui import markup, session
from lib.ui.people import guest

markup.title("Подтверждение регистрации")
token = st.query_params.get("token", "")
try:
    pending = activations.get_pending(token=token)
    markup.show(f"<p>Имя пользователя — <b>{markup.text(pending.username)}</b>.</p>")
    if st.button("Подтвердить регистрацию", type="primary"):
        activations.activate_login(token=token, address=session.address())
        guest.go_to_sign_in("Регистрация подтверждена. Теперь войдите в личный кабинет.")
except activations.AlreadyActivated as done:
    guest.tell_dead_link(done, label="Войти", address="/")
except activations.ActivationRefused as refusal:
    address = links.screen(links.REGISTRATION)
    guest.tell_dead_link(refusal, label="Зарегистрироваться", address=address)
