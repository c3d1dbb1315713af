"""Выход: asked once, because an address alone must not sign anybody out."""

import streamlit as st

from lib import links
from lib.ui import guard, markup

guard.signed_in()

markup.title("Выход")
st.write("Выйти из личного кабинета на этом устройстве?")
markup.show(
    f'<form method="post" action="{links.SIGN_OUT}">'
    '<button class="kb-button" type="submit">Выйти</button></form>'
)
