"""Sign-out (Выход): a click confirms, because a link alone must not sign anybody out."""

import streamlit as st
from markupsafe import Markup

from lib import links
from lib.ui import guard, markup
from lib.ui.markup import fill

guard.require_actor()

markup.render_title("Выход")
st.write("Выйти из личного кабинета на этом устройстве?")
markup.render_markup(
    fill(
        Markup(
            '<form method="post" action="{}">'
            '<button class="kb-button" type="submit">Выйти</button></form>'
        ),
        links.SIGN_OUT,
    )
)
