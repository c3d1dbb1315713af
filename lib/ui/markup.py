"""Our own HTML: every text in it goes through one escaping function."""

import functools
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
_MARKDOWN = re.compile(r"[\\`*_{}\[\]<>#|~$:!&]+")


def text(value: object) -> str:
    """Escape a text for HTML: the only way that words get into our markup."""
    return _escaped(str(value))


# most words of a screen were on it a moment ago
_escaped = functools.lru_cache(maxsize=16_384)(html.escape)


@functools.lru_cache(maxsize=256)
def hyphenated(heading: str) -> str:
    """Escape a heading and let its long words break where Russian breaks them."""
    return _LONG.sub(lambda found: _BREAKS[found[0]], text(heading))


def heading(words: str) -> str:
    """Return the name of the screen, to stand before other markup in one element."""
    return f'<h1 class="kb-title">{text(words)}</h1>'


def label(words: str) -> str:
    """Return a text for a widget's label, which reads Markdown: its signs are taken out."""
    return _MARKDOWN.sub(" ", words)


def title(words: str) -> None:
    """Draw the name of the screen."""
    st.html(heading(words))


def action(words: str, address: str, *, is_main: bool = False) -> str:
    """Return a link that looks like a button, to a document in a tab of its own."""
    kind = "kb-button" if is_main else "kb-button kb-plain"
    return f'<a class="{kind}" href="{text(address)}" target="_blank">{text(words)}</a>'


def way(words: str, address: str, *, is_main: bool = False) -> str:
    """Return a link that looks like a button and leads on in this tab."""
    kind = "kb-button" if is_main else "kb-button kb-plain"
    return f'<a class="{kind}" href="{text(address)}">{text(words)}</a>'


def note(words: str) -> str:
    """Return a sentence that says why there is nothing to see."""
    return f'<p class="kb-note">{text(words)}</p>'


def subtitle(words: str) -> None:
    """Draw the name of a section of the screen."""
    st.html(f'<h2 class="kb-subtitle">{text(words)}</h2>')


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
