"""What the screens before sign-in share: who is in already, where to go on, what was refused."""

from typing import NoReturn

import streamlit as st

from lib import links
from lib.errors import PortalError
from lib.ui import markup, session

WIDTH = 420
_REFUSAL = "refusal"
_SIGN_IN = "public/sign_in.py"


def is_for_others() -> bool:
    """Tell somebody who is signed in that this screen is for those who are not."""
    actor = session.actor()
    if actor is None:
        return False
    markup.show(
        f"<p>Вы уже вошли как <b>{markup.text(actor.username)}</b>.</p>"
        f'<p class="kb-links"><a href="/">На главную</a>'
        f'<a href="{links.screen(links.SIGN_OUT_PAGE)}">Выйти</a></p>'
    )
    return True


def refuse(form: str, refusal: PortalError, *, keeps_captcha: bool = False) -> NoReturn:
    """Say a refusal in the run that follows, with a new captcha unless this one still serves."""
    if not keeps_captcha:
        session.drop_captcha(form)
    session.note(form, _REFUSAL, str(refusal))
    st.rerun()
    raise AssertionError  # a rerun does not come back


def tell_refusal(form: str) -> None:
    """Say what the run before was refused with, once."""
    said = session.take_note(form, _REFUSAL)
    if said:
        st.error(said, width=WIDTH)


def tell_dead_link(refusal: PortalError, *, label: str, address: str) -> None:
    """Say that the link of a letter is of no use any more, and the way on."""
    st.warning(str(refusal), width=WIDTH)
    way_on(label, address)


def go_to_sign_in(sentence: str) -> None:
    """Lead to «Вход» and say there what has been done."""
    if session.actor() is None:
        session.flash(sentence)
        st.switch_page(_SIGN_IN)
    st.success(sentence, width=WIDTH)
    way_on("Войти", "/")


def way_on(label: str, address: str) -> None:
    """Draw one link that looks like the thing to do."""
    markup.show(
        f'<p><a class="kb-button" href="{markup.text(address)}">{markup.text(label)}</a></p>'
    )
