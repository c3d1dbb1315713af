"""A public document of the centre: versioned, so that a consent can name what it was given to."""

import streamlit as st

from lib import config
from lib.ui import markup
from lib.ui.markup import text


def show(*, title: str, version: str, since: str, body: str) -> None:
    """Draw a document; ``{centre}`` in it is the centre's name from the settings."""
    markup.title(title)
    markup.show(f'<p class="kb-quiet">Версия {text(version)}, действует с {text(since)}</p>')
    st.markdown(body.replace("{centre}", _plain(config.settings().kabinet_centre_name)), width=720)


def _plain(name: str) -> str:
    """Keep a name from being read as Markdown."""
    return "".join(f"\\{letter}" if letter in "\\`*_[]<>#$" else letter for letter in name)
