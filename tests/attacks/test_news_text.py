"""Attacks by news texts: HTML, scripts in links, foreign pictures, exponential Markdown."""

import re
import time
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from db import session as database
from lib.access import Actor, Role
from lib.documents import news_text
from lib.domain.news import LONGEST_BODY, Audience, Draft, Kind, NewsRefused
from lib.services.news import desk, publication

ALLOWED = {
    *("p", "br", "hr", "strong", "em", "code", "pre", "blockquote", "ul", "ol", "li"),
    *("a", "h3", "h4", "table", "thead", "tbody", "tr", "th", "td"),
}
SAFE = re.compile(r"(?:https?://|mailto:|tel:)", re.IGNORECASE)
STAFF = Actor(1, "staff", "Анна", "Петрова Анна", Role.STAFF, "ОАО «Камал»", 1)
EVIL = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<iframe src=https://evil.example></iframe>",
    "<a href='javascript:alert(1)'>x</a>",
    "<style>*{display:none}</style>",
    "<!-- --><b onmouseover=alert(1)>x</b>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](javascript&#58;alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](data:image/svg+xml;base64,PHN2Zz4=)",
    "[x](file:///etc/passwd)",
    "[x](//evil.example)",
    "[x](/session/end)",
    "[x][y]\n\n[y]: javascript:alert(1)",
    "<javascript:alert(1)>",
    "![x](https://evil.example/pixel.png)",
    "![x](data:image/svg+xml;base64,PHN2Zz4=)",
    "![x][y]\n\n[y]: https://evil.example/pixel.png",
    '[x](https://a.example "onmouseover=alert(1)")',
    '[x](https://a.example/"onmouseover="alert(1))',
    "```<script>\nalert(1)\n```",
    "`<script>alert(1)</script>`",
    "| <script>alert(1)</script> |\n|---|\n| <svg onload=alert(1)> |",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\u202e<script>\u0000alert(1)</script>",
    "<form action=https://evil.example><input name=password></form>",
    "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
]
_SEEN = "FROM visible_news(now(), NULL, 100, 0, false)"


class Reader(HTMLParser):
    """Read HTML as a browser does and collect its elements."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def harmless(html: str) -> bool:
    return all(
        tag in ALLOWED
        and (
            set(attributes) <= {"href", "rel"}
            and (attributes.get("href") is None or SAFE.match(str(attributes["href"])))
            and attributes["rel"] == "noopener nofollow"
            if tag == "a"
            else not attributes
        )
        for tag, attributes in Reader(html).tags
    )


@pytest.mark.parametrize("evil", EVIL)
def test_hostile_text_does_not_become_an_element(evil: str) -> None:
    for body in (evil, f"> - # {evil}", f"**{evil}**"):
        assert harmless(news_text.render_markdown(body)), news_text.render_markdown(body)
        assert harmless(news_text.render_plain(body))


@given(st.text(alphabet="<>[]()!*_`#|-\"'&:/ \nabjavscriptх", max_size=200))
def test_whatever_is_written_is_harmless(body: str) -> None:
    assert harmless(news_text.render_markdown(body))
    assert harmless(news_text.render_plain(body))


def _measure(body: str) -> tuple[float, str]:
    """Return the seconds of CPU that a body takes, and its HTML."""
    start = time.process_time()
    html = news_text.render_markdown(body[:LONGEST_BODY])
    return time.process_time() - start, html


@pytest.mark.parametrize(
    "bomb",
    [
        "[" * LONGEST_BODY,
        ">" * LONGEST_BODY,
        "![[" * (LONGEST_BODY // 3),
        "*a **b " * (LONGEST_BODY // 7),
        "*_" * (LONGEST_BODY // 2),
        "[a](" * (LONGEST_BODY // 4),
        "- " * (LONGEST_BODY // 2),
        "|a" * 5_000 + "\n" + "|-" * 5_000,
        "<" * LONGEST_BODY,
        "".join(f"[{n}]: http://x.y\n" for n in range(1_100)),
        "".join("`" * n + " " for n in range(190)),
    ],
    ids=lambda bomb: bomb[:4],
)
def test_nested_markdown_takes_no_longer_than_many_ordinary_texts(bomb: str) -> None:
    text = "Завтра *не будет* воды: [график](https://example.ru) у дома.\n\n" * 400
    ordinary, _ = _measure(f"{bomb[:4]}\n\n{text}")  # a text that was seen before costs nothing
    taken, html = _measure(bomb)

    # at most 25 when this was written; an exponential parser would take hours
    assert taken < 250 * ordinary
    assert len(html) < 20 * LONGEST_BODY
    assert html.count("<blockquote>") <= 20


def test_a_megabyte_is_refused_before_it_is_read() -> None:
    body = "я" * 1_000_000
    draft = Draft(Kind.NEWS, "Заголовок", body, Audience.ORGANIZATION)
    start = time.process_time()

    with pytest.raises(NewsRefused, match="сократите"):
        desk.preview_news(actor=STAFF, body=body)
    with pytest.raises(NewsRefused, match="сократите"):
        publication.publish_news(actor=STAFF, draft=draft, request_key="k", address="")
    with pytest.raises(NewsRefused, match="сократите"):
        publication.publish_news(
            actor=STAFF, draft=replace(draft, title=body, body="x"), request_key="k", address=""
        )

    assert time.process_time() - start < 3


@pytest.mark.usefixtures("db")
def test_a_resident_reads_news_only_through_the_function(resident: Actor) -> None:
    """Neither the rows, nor others' marks, nor accounts outside the transaction."""
    with database.transaction(database.OWNER) as session:
        organization = session.scalar(text("SELECT min(id) FROM organization WHERE kind = 'tsg'"))
        session.execute(
            text(
                "INSERT INTO news (organization_id, kind, title, body, audience, published_at, "
                "created_at) VALUES (:own, 'news', 'Чужая', 'x', 'organization', now(), now())"
            ),
            {"own": organization},
        )

    with database.transaction(resident.viewer) as session:
        for table in ("news", "news_house"):
            assert session.scalar(text(f"SELECT count(*) FROM {table}")) == 0
        titles = session.scalars(text(f"SELECT title {_SEEN}")).all()
        assert "Чужая" not in titles
        assert len(titles) > 0
    with database.transaction(replace(resident.viewer, accounts=())) as session:
        assert session.scalars(text(f"SELECT id {_SEEN}")).all() == []
