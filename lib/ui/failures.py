"""The screen of a failed run: a sentence and a button, never a traceback."""

import streamlit as st
import structlog

from lib.errors import PortalError

_LOG = structlog.get_logger("screens")
_APOLOGY = (
    "Что-то пошло не так, и мы уже записали, что именно. "
    "Обновите страницу; если не поможет — загляните немного позже."
)


def render_failure(failure: Exception) -> bool:
    """Draw the failure instead of Streamlit's own screen; a bug is logged once."""
    if isinstance(failure, PortalError):
        st.warning(str(failure), icon=":material/info:")
    else:
        _LOG.error("screen failed", exc_info=failure)
        st.error(_APOLOGY, icon=":material/error:")
    st.button("Повторить", key="failures.again")
    return True
