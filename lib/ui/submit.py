"""The outcome of a form: a refusal beside it, or a new form and a sentence after the rerun."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import NoReturn

import streamlit as st
from streamlit.errors import StreamlitAPIException

from lib import links
from lib.errors import PortalError
from lib.ui import session


@contextmanager
def report_outcome(
    *, form: str, done: str = "", is_part: bool = False
) -> Iterator[Callable[[str], None]]:
    """Show a refusal in place; on success renew the form and rerun with ``done``.

    The block gets a function that sets the sentence, if it depends on the result.

    Args:
        form: its name.
        done: the sentence after a success.
        is_part: the form is in a fragment, which draws the sentence: the rest of the screen stays.
    """
    sentences = [done]
    try:
        yield sentences.append
    except PortalError as refusal:
        st.error(str(refusal), icon=":material/error:")
        return
    session.renew_key(form)
    session.keep_flash(sentences[-1])
    if is_part:
        _rerun_part()
    st.rerun()


def _rerun_part() -> None:
    with suppress(StreamlitAPIException):  # the whole screen is being drawn, not the part alone
        st.rerun(scope="fragment")


def go_home(*, done: str) -> NoReturn:
    """Open the home screen and show ``done`` there.

    The tab remembers that it goes there until it arrives: a second press of the button stops this
    run and starts the page again, which would otherwise stay on the screen.
    """
    session.keep_arrival(done)
    st.rerun()
    raise AssertionError  # a rerun does not come back


def arrive(path: str, *, home: str) -> None:
    """Go on to the home screen after ``go_home``; once there, keep its sentence.

    Args:
        path: the address of the screen that this run opens.
        home: the script of the current actor's home screen.
    """
    done = session.find_arrival()
    if done is None:
        return
    if path != links.HOME:
        st.switch_page(home)
    session.forget_arrival()
    session.keep_flash(done)


def render_flash() -> None:
    """Draw the sentence of the last run, once."""
    sentence = session.take_flash()
    if sentence:
        st.success(sentence, icon=":material/check_circle:")
