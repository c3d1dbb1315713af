"""What the screens before sign-in share: refusals, dead links, the way on."""

from typing import NoReturn

import streamlit as st
from markupsafe import Markup

from lib import links
from lib.errors import PortalError
from lib.ui import markup, session, submit
from lib.ui.markup import fill

WIDTH = 420
_REFUSAL = "refusal"
_USERNAME = Markup("<p>Имя пользователя — <b>{}</b>.</p>")


def render_signed_in() -> bool:
    """Draw a note for a reader who is signed in already; return whether they are."""
    actor = session.get_actor()
    if actor is None:
        return False
    ways = markup.build_links(
        [
            ("На главную", "/"),
            ("Выйти", links.link_to_screen(links.SIGN_OUT_PAGE)),
        ]
    )
    note = fill(Markup("<p>Вы уже вошли как <b>{}</b>.</p>"), actor.username)
    markup.render_markup(note + ways)
    return True


def render_username(username: str) -> None:
    """Draw whose login a letter's link is about."""
    markup.render_markup(fill(_USERNAME, username))


def refuse(form: str, refusal: PortalError, *, keeps_captcha: bool = False) -> NoReturn:
    """Keep a refusal for the next run, with a new captcha unless this one still serves."""
    if not keeps_captcha:
        session.drop_captcha_key(form)
    session.keep_note(form, _REFUSAL, str(refusal))
    st.rerun()
    raise AssertionError  # a rerun does not come back


def render_refusal(form: str) -> None:
    """Draw the refusal of the last run, once."""
    refusal = session.take_note(form, _REFUSAL)
    if refusal:
        st.error(refusal, width=WIDTH)


def render_dead_link(refusal: PortalError, *, label: str, address: str) -> None:
    """Say that the link of a letter no longer works, and draw the way on."""
    st.warning(str(refusal), width=WIDTH)
    _render_way_on(label, address)


def go_to_sign_in(sentence: str) -> None:
    """Open «Вход» and say there what has been done."""
    if session.get_actor() is None:
        submit.go_home(done=sentence)
    st.success(sentence, width=WIDTH)
    _render_way_on("Войти", "/")


def _render_way_on(label: str, address: str) -> None:
    button = markup.build_button(label, address, is_main=True)
    markup.render_markup(fill(Markup("<p>{}</p>"), button))
