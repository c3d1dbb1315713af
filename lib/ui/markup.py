"""Our own HTML: every text in it goes through one escaping function."""

import html
from pathlib import Path

import streamlit as st

_STYLESHEET = Path(__file__).with_name("portal.css")


def text(value: object) -> str:
    """Escape a text for HTML: the only way that words get into our markup."""
    return html.escape(str(value))


def show(markup: str) -> None:
    """Put markup made of escaped texts into the page."""
    st.html(markup)


def style() -> None:
    """Put the portal's stylesheet into the page."""
    st.html(_STYLESHEET)
