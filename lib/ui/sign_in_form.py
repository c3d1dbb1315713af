"""The parts of sign-in that are not a form: the hand-over of the ticket, the demonstration."""

import streamlit as st

from lib import config, links
from lib.ui.markup import text

DEMO_LOGINS = ("resident", "staff", "analyst", "admin")


def hand_over(ticket: str) -> None:
    """Let the browser post the ticket to the session route and land where it wanted to go.

    By POST, so that the ticket stands in no address, no history and no log.
    """
    st.html(
        f'<form id="kb-enter" method="post" action="{links.SESSION}">'
        f'<input type="hidden" name="ticket" value="{text(ticket)}">'
        '<input type="hidden" name="next" value="/"></form><p class="kb-quiet">Входим…</p>'
        '<script>const f = document.getElementById("kb-enter");'
        "f.elements.next.value = location.pathname + location.search; f.submit();</script>",
        unsafe_allow_javascript=True,
    )


def demonstration() -> None:
    """Tell the known passwords, in demonstration mode alone."""
    settings = config.settings()
    if settings.kabinet_demo:
        logins = ", ".join(f"**{login}**" for login in DEMO_LOGINS)
        st.info(
            f"Демонстрация. Войдите как {logins}, пароль — **{settings.demo_password}**.", width=640
        )
