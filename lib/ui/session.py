"""Everything that a tab remembers; no other module touches `session_state`."""

from typing import cast
from uuid import uuid4

import streamlit as st

from lib.access import Actor
from lib.services.people import sign_in

_ACTOR = "run.actor"
_IS_WHOLE = "run.is_whole"
_FLASH = "run.flash"
_ARRIVAL = "run.arrival"
_REQUEST = "request.{form}"
_CAPTCHA = "captcha.{form}"
_NOTE = "note.{form}.{key}"
_OWN_MACHINE = "127.0.0.1"
_TOKEN_COOKIE = "kabinet_session"  # noqa: S105 - a cookie's name
_VISIT_COOKIE = "kabinet_visit"


def begin_run() -> Actor | None:
    """Find the actor once per full run, so that a blocked login loses access at the next run."""
    found = sign_in.find_actor(token=get_token())
    st.session_state[_ACTOR] = found
    st.session_state[_IS_WHOLE] = True
    return found


def begin_part() -> Actor | None:
    """Find the actor for the one part of a screen that can be drawn alone.

    A run of the whole screen has found the actor; the part's own runs find it again, so that a
    blocked login loses access to the part, too.
    """
    if st.session_state.pop(_IS_WHOLE, None):
        return get_actor()
    found = sign_in.find_actor(token=get_token())
    st.session_state[_ACTOR] = found
    return found


def get_token() -> str | None:
    """Return the token of the session that the browser sent when it connected."""
    return st.context.cookies.get(_TOKEN_COOKIE)


def get_actor() -> Actor | None:
    """Return the actor that this run has found, None without a session."""
    return cast("Actor | None", st.session_state.get(_ACTOR))


def get_visit() -> str:
    """Return the browser's cookie before sign-in; empty if cookies are off."""
    return st.context.cookies.get(_VISIT_COOKIE, "")


def get_address() -> str:
    """Return the client's IP address from this tab's connection.

    The server puts a forwarded address there if its sender is one of TRUSTED_PROXIES;
    Streamlit hides the address of the machine it runs on.
    """
    found = st.context.ip_address
    return found if isinstance(found, str) else _OWN_MACHINE


def find_captcha_key(form: str) -> str | None:
    """Return the key of the form's captcha, if the form has one."""
    return cast("str | None", st.session_state.get(_CAPTCHA.format(form=form)))


def keep_captcha_key(form: str, key: str) -> None:
    """Keep the key of the form's captcha."""
    st.session_state[_CAPTCHA.format(form=form)] = key


def drop_captcha_key(form: str) -> None:
    """Forget an answered captcha, so that the form gets a new one."""
    st.session_state.pop(_CAPTCHA.format(form=form), None)


def keep_note(form: str, key: str, value: str) -> None:
    """Keep a value about a form for its next runs: a refusal, a version, a step."""
    st.session_state[_NOTE.format(form=form, key=key)] = value


def find_note(form: str, key: str) -> str | None:
    """Return a value that is kept about a form."""
    return cast("str | None", st.session_state.get(_NOTE.format(form=form, key=key)))


def take_note(form: str, key: str) -> str | None:
    """Return a value that is kept about a form, and forget it."""
    return cast("str | None", st.session_state.pop(_NOTE.format(form=form, key=key), None))


def forget_notes(form: str) -> None:
    """Forget all that is kept about a form."""
    beginning = _NOTE.format(form=form, key="")
    for name in [str(name) for name in st.session_state if str(name).startswith(beginning)]:
        del st.session_state[name]


def read_field(key: str) -> object:
    """Return what the field of this key holds, for the callback of its change."""
    return st.session_state[key]


def request_key(form: str) -> str:
    """Return the key of the form as drawn now; a late click on an older form has no effect."""
    name = _REQUEST.format(form=form)
    return cast("str", st.session_state.setdefault(name, uuid4().hex))


def renew_key(form: str) -> None:
    """Give the form a new key, so that it is drawn empty."""
    st.session_state.pop(_REQUEST.format(form=form), None)


def keep_flash(sentence: str) -> None:
    """Keep a sentence that the next run shows once."""
    st.session_state[_FLASH] = sentence


def keep_arrival(sentence: str) -> None:
    """Remember that this tab goes to the home screen, and what to say there."""
    st.session_state[_ARRIVAL] = sentence


def find_arrival() -> str | None:
    """Return what to say at the home screen; None if this tab does not go there."""
    return cast("str | None", st.session_state.get(_ARRIVAL))


def forget_arrival() -> None:
    """Forget that this tab went to the home screen."""
    st.session_state.pop(_ARRIVAL, None)


def take_flash() -> str | None:
    """Return the sentence of the last run, and forget it."""
    return cast("str | None", st.session_state.pop(_FLASH, None))
