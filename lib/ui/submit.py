"""A form sent: a refusal beside it, or the form renewed and a sentence after the rerun."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st

from lib.errors import PortalError
from lib.ui import session


@contextmanager
def outcome(*, form: str, done: str = "") -> Iterator[Callable[[str], None]]:
    """Show a refusal in place; on success renew the form and rerun with ``done``.

    What is only known once it is done is told to the function that the block gets.
    """
    said = [done]
    try:
        yield said.append
    except PortalError as refusal:
        st.error(str(refusal), icon=":material/error:")
        return
    session.renew_key(form)
    session.flash(said[-1])
    st.rerun()


def told() -> None:
    """Say what the run before has done, once."""
    sentence = session.take_flash()
    if sentence:
        st.success(sentence, icon=":material/check_circle:")
