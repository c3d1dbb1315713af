"""Everything that a tab remembers: the one module that touches `session_state`."""

from typing import cast

import streamlit as st

from lib.access import Actor
from lib.services import sign_in

_ACTOR = "run.actor"
_TOKEN_COOKIE = "kabinet_session"  # noqa: S105 - a cookie's name
_VISIT_COOKIE = "kabinet_visit"


def begin_run() -> Actor | None:
    """Find out, once per full run, who looks: a dismissed employee loses access on the next."""
    found = sign_in.find_actor(token=token())
    st.session_state[_ACTOR] = found
    return found


def token() -> str | None:
    """Return the session's token, as the browser sent it when it connected."""
    return st.context.cookies.get(_TOKEN_COOKIE)


def actor() -> Actor | None:
    """Return who looks, as this run found out when it began."""
    return cast("Actor | None", st.session_state.get(_ACTOR))


def visit() -> str:
    """Return the browser's pre-session cookie; empty where cookies are off."""
    return st.context.cookies.get(_VISIT_COOKIE, "")
