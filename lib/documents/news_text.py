"""The text of news as safe HTML: Markdown from staff, or plain text from billing.

There are three protections: the parser allows no HTML and no pictures, the cleaner keeps a
short list of elements, and a link must be a web, mail or phone address.
"""

import functools
import html
import re

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

_NESTING = 20  # quotes and lists deeper than that are left out
_PARSER = MarkdownIt(
    "commonmark", {"html": False, "linkify": False, "maxNesting": _NESTING, "breaks": True}
).disable(["image", "html_block", "html_inline"])
_PARSER.enable("table")
# the screen's own headings are above these
_HEADINGS = {"h1": "h3", "h2": "h3", "h3": "h4", "h4": "h4", "h5": "h4", "h6": "h4"}
_CLEANER = nh3.Cleaner(
    tags={
        *("p", "br", "hr", "strong", "em", "code", "pre", "blockquote", "ul", "ol", "li"),
        *("a", "h3", "h4", "table", "thead", "tbody", "tr", "th", "td"),
    },
    attributes={"*": set(), "a": {"href"}},
    url_schemes={"https", "http", "mailto", "tel"},
    url_relative="deny",
    link_rel="noopener nofollow",
)
_BREAKS = re.compile(r"\n\s*\n")
_TAGS = re.compile(r"<[^>]*>")


@functools.lru_cache(maxsize=256)
def render_markdown(body: str) -> Markup:
    """Return Markdown as safe HTML."""
    tokens = _PARSER.parse(body)
    for token in tokens:
        _lower_heading(token)
    rendered = _PARSER.renderer.render(tokens, _PARSER.options, {})
    return Markup(_CLEANER.clean(rendered))  # noqa: S704 - the cleaner keeps only safe elements


@functools.lru_cache(maxsize=256)
def render_plain(body: str) -> Markup:
    """Return plain text as HTML paragraphs."""
    parts = (part.strip() for part in _BREAKS.split(body.replace("\r\n", "\n")))
    return Markup("").join(
        Markup("<p>{}</p>").format(Markup("<br>").join(part.split("\n"))) for part in parts if part
    )


def cut_excerpt(safe: Markup, *, longest: int) -> str:
    """Return the first words of a safe text, without tags: for lists and letters."""
    # as a plain text: ``Markup`` would escape the tags that are looked for
    spaced = str(safe).replace("</p>", " ").replace("</li>", " ").replace("<br>", " ")
    words = " ".join(html.unescape(_TAGS.sub("", spaced)).split())
    if len(words) <= longest:
        return words
    return words[:longest].rsplit(" ", 1)[0] + "…"


def _lower_heading(token: Token) -> None:
    if token.tag in _HEADINGS:
        token.tag = _HEADINGS[token.tag]
