"""The outcome of a form: a refusal beside it, or a new form and a sentence after the rerun."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st

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


def render_flash() -> None:
    """Draw the sentence of the last run, once."""
    sentence = session.take_flash()
    if sentence:
        st.success(sentence, icon=":material/check_circle:")
