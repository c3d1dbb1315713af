"""The outcome of a form: a refusal beside it, or a new form and a sentence after the rerun."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn

import streamlit as st

from lib import links
from lib.errors import PortalError
from lib.ui import session


@contextmanager
def report_outcome(*, form: str, done: str = "") -> Iterator[Callable[[str], None]]:
    """Show a refusal in place; on success renew the form and rerun with ``done``.

    The block gets a function that sets the sentence, if it depends on the result.
    """
    sentences = [done]
    try:
        yield sentences.append
    except PortalError as refusal:
        st.error(str(refusal), icon=":material/error:")
        return
    session.renew_key(form)
    session.keep_flash(sentences[-1])
    st.rerun()


def go_home(script: str, *, done: str) -> NoReturn:
    """Open the home screen, whose script is given, and show ``done`` there.

    The tab keeps its destination until it arrives: a second press of the button stops this run
    and starts the page again, which would otherwise stay on the screen.
    """
    session.keep_destination(script, done)
    st.rerun()
    raise AssertionError  # a rerun does not come back


def arrive(path: str) -> None:
    """Go on to the destination of ``go_home``; at the home screen, keep its sentence.

    Args:
        path: the address of the screen that this run opens.
    """
    destination = session.find_destination()
    if destination is None:
        return
    script, done = destination
    if path != links.HOME:
        st.switch_page(script)
    session.forget_destination()
    session.keep_flash(done)


def render_flash() -> None:
    """Draw the sentence of the last run, once."""
    sentence = session.take_flash()
    if sentence:
        st.success(sentence, icon=":material/check_circle:")
