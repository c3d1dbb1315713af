"""Confirm a registration (Подтверждение регистрации): from a letter, confirmed by a click."""

import streamlit as st

from lib import links
from lib.services.people import activations
from lib.ui import markup, session
from lib.ui.people import guest

markup.render_title("Подтверждение регистрации")
token = st.query_params.get("token", "")
try:
    pending = activations.get_pending(token=token)
    guest.render_username(pending.username)
    # a button, because scanners of mail open links as well
    if st.button("Подтвердить регистрацию", type="primary"):
        activations.activate_login(token=token, address=session.get_address())
        guest.go_to_sign_in("Регистрация подтверждена. Теперь войдите в личный кабинет.")
except activations.AlreadyActivated as done:
    guest.render_dead_link(done, label="Войти", address="/")
except activations.ActivationRefused as refusal:
    address = links.link_to_screen(links.REGISTRATION)
    guest.render_dead_link(refusal, label="Зарегистрироваться", address=address)
