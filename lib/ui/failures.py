"""What a person sees when a run fails: a sentence and a way on, never a traceback."""

import streamlit as st
import structlog

from lib.errors import PortalError

_LOG = structlog.get_logger("screens")
_APOLOGY = (
    "Что-то пошло не так, и мы уже записали, что именно. "
    "Обновите страницу; если не поможет — загляните немного позже."
)


def show(failure: Exception) -> bool:
    """Draw the failure and keep Streamlit from drawing its own; a bug is logged once."""
    if isinstance(failure, PortalError):
        st.warning(str(failure), icon=":material/info:")
    else:
        _LOG.error("screen failed", exc_info=failure)
        st.error(_APOLOGY, icon=":material/error:")
    st.button("Повторить", key="failures.again")
    return True
