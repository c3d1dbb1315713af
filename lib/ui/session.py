"""Everything that a tab remembers: the one module that touches `session_state`."""

from typing import cast
from uuid import uuid4

import streamlit as st

from lib.access import Actor
from lib.services.people import sign_in

_ACTOR = "run.actor"
_FLASH = "run.flash"
_REQUEST = "request.{form}"
_CAPTCHA = "captcha.{form}"
_NOTE = "note.{form}.{key}"
_OWN_MACHINE = "127.0.0.1"
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


def address() -> str:
    """Return the client's address, as this tab's connection has it.

    The server has put a forwarded address there if its sender is one of TRUSTED_PROXIES;
    the framework hides the address of this very machine.
    """
    found = st.context.ip_address
    return found if isinstance(found, str) else _OWN_MACHINE


def captcha(form: str) -> str | None:
    """Return the key of the captcha that the form shows, if it shows one."""
    return cast("str | None", st.session_state.get(_CAPTCHA.format(form=form)))


def keep_captcha(form: str, key: str) -> None:
    """Remember which captcha the form shows."""
    st.session_state[_CAPTCHA.format(form=form)] = key


def drop_captcha(form: str) -> None:
    """Forget the captcha that was answered: the form shows a new one."""
    st.session_state.pop(_CAPTCHA.format(form=form), None)


def note(form: str, key: str, value: str) -> None:
    """Keep a word about a form for its next runs: a refusal, the step it has reached."""
    st.session_state[_NOTE.format(form=form, key=key)] = value


def noted(form: str, key: str) -> str | None:
    """Return what is kept about a form."""
    return cast("str | None", st.session_state.get(_NOTE.format(form=form, key=key)))


def take_note(form: str, key: str) -> str | None:
    """Return what is kept about a form, and forget it."""
    return cast("str | None", st.session_state.pop(_NOTE.format(form=form, key=key), None))


def forget_notes(form: str) -> None:
    """Forget all that is kept about a form."""
    beginning = _NOTE.format(form=form, key="")
    for name in [str(name) for name in st.session_state if str(name).startswith(beginning)]:
        del st.session_state[name]


def request_key(form: str) -> str:
    """Return the key of the form as it is drawn now; a late click on an older one finds none."""
    name = _REQUEST.format(form=form)
    return cast("str", st.session_state.setdefault(name, uuid4().hex))


def renew_key(form: str) -> None:
    """Let the form be drawn anew, and empty."""
    st.session_state.pop(_REQUEST.format(form=form), None)


def flash(sentence: str) -> None:
    """Keep a sentence for the next run to say, once."""
    st.session_state[_FLASH] = sentence


def take_flash() -> str | None:
    """Return the sentence that the run before left, and forget it."""
    return cast("str | None", st.session_state.pop(_FLASH, None))
