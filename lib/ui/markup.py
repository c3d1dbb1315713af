"""The portal's HTML: markup has a type of its own, and a text becomes markup by escaping.

Builders return ``markupsafe.Markup`` and only ``render_markup`` puts it into the page, so
mypy finds a text that was not escaped. ``Markup("<p>{}</p>").format(text)`` escapes what it
puts in; an f-string does not, and gives a plain ``str``.
"""

import functools
import re
from collections.abc import Iterable

import markupsafe
import streamlit as st
from markupsafe import Markup

_BREAKS = {
    "Перерасчёт": Markup("Пере&shy;расчёт"),
    "измерения": Markup("изме&shy;рения"),
    "коэффициент": Markup("коэффи&shy;циент"),
    "Повышающий": Markup("Повы&shy;шающий"),
    "Водоснабжение": Markup("Водо&shy;снабжение"),
    "Собираемость": Markup("Собирае&shy;мость"),
    "Теплоснабжение": Markup("Тепло&shy;снабжение"),
}
_LONG = re.compile(f"({'|'.join(_BREAKS)})")
# an underscore inside a word is no sign of Markdown
_MARKDOWN = re.compile(r"(?:[\\`*{}\[\]<>#|~$:!&]|(?<![^\W_])_+|_+(?![^\W_]))+")
_TICKS = re.compile("`+")
EMPTY = Markup()


def escape(value: object) -> Markup:
    """Return a value as markup: a text is escaped, markup stays as it is."""
    if value.__class__ is str:  # first, because most values are plain texts
        return _escape_text(value)
    return value if isinstance(value, Markup) else _escape_text(str(value))


# cached, because reruns draw mostly the same words. Only plain texts may get here: a text and
# markup with the same letters are equal, so the cache would return one for the other
_escape_text = functools.lru_cache(maxsize=16_384)(markupsafe.escape)


def join_pieces(pieces: Iterable[Markup]) -> Markup:
    """Join pieces of markup; ``Markup.join`` is slower, as it checks each piece."""
    return str.__new__(Markup, "".join(pieces))


def fill(template: Markup, *values: object) -> Markup:
    """Put escaped values into the ``{}`` of a template, faster than ``Markup.format``."""
    return str.__new__(Markup, str.format(template, *map(escape, values)))


@functools.lru_cache(maxsize=256)
def hyphenate_heading(heading: str) -> Markup:
    """Escape a heading and let its long words break where Russian breaks them."""
    parts = _LONG.split(heading)
    return join_pieces(_BREAKS.get(part) or escape(part) for part in parts)


def strip_markdown(words: str) -> str:
    """Return a text for a widget's label, which reads Markdown: its signs are removed."""
    return _MARKDOWN.sub(" ", words)


def format_code(words: str) -> str:
    """Return a text as code of Markdown, for words of a widget: all its signs stay."""
    fence = "`" * (1 + max((len(ticks) for ticks in _TICKS.findall(words)), default=0))
    # a space that is taken off again: code may begin or end with a tick
    return f"{fence} {words} {fence}" if "`" in words else f"{fence}{words}{fence}"


def build_title(words: str) -> Markup:
    """Return the name of the screen, to be joined with other markup in one element."""
    return fill(Markup('<h1 class="kb-title">{}</h1>'), words)


def build_subtitle(words: str) -> Markup:
    """Return the name of a section of the screen."""
    return fill(Markup('<h2 class="kb-subtitle">{}</h2>'), words)


def build_note(words: str) -> Markup:
    """Return a sentence that says why there is nothing to see."""
    return fill(Markup('<p class="kb-note">{}</p>'), words)


def build_hint(words: str | Markup) -> Markup:
    """Return a paragraph in a muted colour."""
    return fill(Markup('<p class="kb-quiet">{}</p>'), words)


def build_quiet(words: str | Markup) -> Markup:
    """Return words in a muted colour, to be joined with others."""
    return fill(Markup('<span class="kb-quiet">{}</span>'), words)


def build_link(words: str | Markup, address: str) -> Markup:
    """Return a link among words."""
    return fill(Markup('<a class="kb-link" href="{}">{}</a>'), address, words)


def build_links(ways: Iterable[tuple[str, str]]) -> Markup:
    """Return a line of links, given as pairs of text and address; empty without links."""
    anchors = join_pieces(
        fill(Markup('<a href="{}">{}</a>'), address, words) for words, address in ways
    )
    return fill(Markup('<p class="kb-links">{}</p>'), anchors) if anchors else EMPTY


def build_document_button(words: str, address: str, *, is_main: bool = False) -> Markup:
    """Return a link that looks like a button and opens a document in a new tab."""
    kind = "kb-button" if is_main else "kb-button kb-plain"
    template = Markup('<a class="{}" href="{}" target="_blank">{}</a>')
    return fill(template, kind, address, words)


def build_button(words: str, address: str, *, is_main: bool = False) -> Markup:
    """Return a link that looks like a button and opens in the same tab."""
    kind = "kb-button" if is_main else "kb-button kb-plain"
    return fill(Markup('<a class="{}" href="{}">{}</a>'), kind, address, words)


def build_actions(buttons: Iterable[Markup]) -> Markup:
    """Return buttons in a row."""
    return fill(Markup('<p class="kb-actions">{}</p>'), join_pieces(buttons))


def build_facts(facts: Iterable[tuple[str, str | Markup]], *, kind: str = "") -> Markup:
    """Return names and values as a list.

    Args:
        facts: pairs of a name and its value.
        kind: another class of the list.
    """
    items = join_pieces(
        fill(Markup("<dt>{}</dt><dd>{}</dd>"), name, value) for name, value in facts
    )
    mark = f"kb-facts {kind}" if kind else "kb-facts"
    return fill(Markup('<dl class="{}">{}</dl>'), mark, items)


def build_pages(label: str, heading: str, ways: Iterable[tuple[int, str | None]]) -> Markup:
    """Return numbered links to the pages of something long.

    Args:
        label: what the pages are, for a screen reader.
        heading: the word before the numbers.
        ways: pairs of a number and its address; the current page has no address.
    """
    links = join_pieces(
        fill(Markup('<span aria-current="page">{}</span>'), number)
        if address is None
        else fill(Markup('<a href="{}">{}</a>'), address, number)
        for number, address in ways
    )
    template = Markup('<nav class="kb-pages" aria-label="{}">{} {}</nav>')
    return fill(template, label, heading, links)


def build_folded(summary: str, content: Markup) -> Markup:
    """Return content that is folded away; it opens without a run of the screen."""
    if not content:
        return EMPTY
    template = Markup('<details class="kb-more"><summary>{}</summary>{}</details>')
    return fill(template, summary, content)


def render_title(words: str) -> None:
    """Draw the name of the screen."""
    render_markup(build_title(words))


def render_subtitle(words: str) -> None:
    """Draw the name of a section of the screen."""
    render_markup(build_subtitle(words))


def render_markup(content: Markup, *, unsafe_allow_javascript: bool = False) -> None:
    """Put markup into the page.

    Args:
        content: markup made of escaped texts.
        unsafe_allow_javascript: run the scripts in it; three modules need that.

    Raises:
        TypeError: a plain text, which may not have been escaped.
    """
    if not isinstance(content, Markup):
        raise TypeError("Only Markup may be put into the page.")
    st.html(content, unsafe_allow_javascript=unsafe_allow_javascript)
