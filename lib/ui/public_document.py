"""A public document of the centre, with a version that a consent can name."""

import streamlit as st

from lib import config
from lib.ui import markup


def render_document(*, title: str, version: str, since: str, body: str) -> None:
    """Draw a document; ``{centre}`` in it is the centre's name from the settings."""
    markup.render_title(title)
    markup.render_markup(markup.build_hint(f"Версия {version}, действует с {since}"))
    st.markdown(
        body.replace("{centre}", _escape_markdown(config.get_settings().kabinet_centre_name)),
        width=720,
    )


def _escape_markdown(name: str) -> str:
    """Escape the signs of Markdown in a name."""
    return "".join(f"\\{letter}" if letter in "\\`*_[]<>#$" else letter for letter in name)
