"""Our own HTML: every text in it goes through one escaping function."""

import html
import re

import streamlit as st

_BREAKS = {
    "Перерасчёт": "Пере&shy;расчёт",
    "измерения": "изме&shy;рения",
    "коэффициент": "коэффи&shy;циент",
    "Повышающий": "Повы&shy;шающий",
    "Водоснабжение": "Водо&shy;снабжение",
    "Теплоснабжение": "Тепло&shy;снабжение",
}
_LONG = re.compile("|".join(_BREAKS))


def text(value: object) -> str:
    """Escape a text for HTML: the only way that words get into our markup."""
    return html.escape(str(value))


def hyphenated(heading: str) -> str:
    """Escape a heading and let its long words break where Russian breaks them."""
    return _LONG.sub(lambda found: _BREAKS[found[0]], text(heading))


def title(words: str) -> None:
    """Draw the name of the screen."""
    st.html(f'<h1 class="kb-title">{text(words)}</h1>')


def folded(summary: str, content: str) -> str:
    """Return content that is folded away until asked for; no run of the screen is needed."""
    return (
        f'<details class="kb-more"><summary>{text(summary)}</summary>{content}</details>'
        if content
        else ""
    )


def show(markup: str) -> None:
    """Put markup made of escaped texts into the page."""
    st.html(markup)
