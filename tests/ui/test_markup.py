from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from markupsafe import Markup

from lib.ui import markup, tables
from lib.ui.tables import Heading

SCRIPT = '<script>alert("1")</script>'
ESCAPED = "&lt;script&gt;alert(&#34;1&#34;)&lt;/script&gt;"


def test_a_plain_text_is_not_put_into_the_page() -> None:
    unescaped: Any = f"<p>{SCRIPT}</p>"

    with pytest.raises(TypeError, match="Only Markup"):
        markup.render_markup(unescaped)


@pytest.mark.parametrize(
    "html",
    [
        markup.escape(SCRIPT),
        markup.fill(Markup("{}"), SCRIPT),
        Markup("{}").format(SCRIPT),
        Markup("") + SCRIPT,
        Markup("").join([SCRIPT]),
    ],
)
def test_composition_escapes_a_plain_text(html: Markup) -> None:
    assert type(html) is Markup
    assert html == ESCAPED


@pytest.mark.parametrize(
    "html",
    [
        markup.build_title(SCRIPT),
        markup.build_subtitle(SCRIPT),
        markup.build_note(SCRIPT),
        markup.build_hint(SCRIPT),
        markup.build_quiet(SCRIPT),
        markup.build_link(SCRIPT, SCRIPT),
        markup.build_links([(SCRIPT, SCRIPT)]),
        markup.build_button(SCRIPT, SCRIPT),
        markup.build_document_button(SCRIPT, SCRIPT),
        markup.build_facts([(SCRIPT, SCRIPT)]),
        markup.build_folded(SCRIPT, markup.escape(SCRIPT)),
        markup.hyphenate_heading(SCRIPT),
        tables.build_table(
            caption=SCRIPT,
            headings=(Heading(SCRIPT), Heading(SCRIPT)),
            rows=[(SCRIPT, SCRIPT)],
            totals=[(SCRIPT, SCRIPT)],
        ),
    ],
)
def test_builders_escape_their_arguments(html: Markup) -> None:
    assert type(html) is Markup
    assert "<script" not in html
    assert ESCAPED in html


def test_markup_is_not_escaped_again() -> None:
    bold = Markup("<b>да</b>")

    assert markup.escape(bold) is bold
    assert markup.build_hint(bold) == '<p class="kb-quiet"><b>да</b></p>'
    table = tables.build_table(caption="", headings=(Heading("а"), Heading("б")), rows=[("", bold)])
    assert "<b>да</b>" in table


def test_a_text_equal_to_known_markup_is_escaped_all_the_same() -> None:
    """A cache whose keys mix markup and texts would return the markup."""
    known = Markup("<i>Дом 7</i>")
    assert markup.escape(known) is known

    assert markup.escape("<i>Дом 7</i>") == "&lt;i&gt;Дом 7&lt;/i&gt;"


@pytest.mark.parametrize("value", [7, Decimal("1.50"), date(2026, 11, 28), None])
def test_other_values_are_converted_to_text(value: object) -> None:
    assert markup.escape(value) == str(value)


def test_long_headings_break_where_russian_breaks_them() -> None:
    assert markup.hyphenate_heading("Перерасчёт & <b>") == "Пере&shy;расчёт &amp; &lt;b&gt;"


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("месяц_начала", "месяц_начала"),
        ("_курсив_ и __жирный__", "курсив и жирный"),
        ("*a* [b](c) $d$ :red[e]", "a b (c) d red e"),
    ],
)
def test_signs_of_markdown_are_removed_but_not_within_a_word(words: str, shown: str) -> None:
    assert " ".join(markup.strip_markdown(words).split()) == shown


@pytest.mark.parametrize(
    ("words", "code"), [("read_csv", "`read_csv`"), ("a`b", "`` a`b ``"), ("``", "``` `` ```")]
)
def test_code_keeps_all_its_signs(words: str, code: str) -> None:
    assert markup.format_code(words) == code
