"""Tables that look like a bill: a caption, headings, rows and totals; blocks on a phone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from lib.ui.markup import EMPTY, escape, fill, hyphenate_heading, join_pieces

_ROW, _TOTAL = Markup('<tr><th scope="row">'), Markup('<tr class="kb-total"><th scope="row">')
_END_OF_HEADING, _END_OF_ROW = Markup("</th>"), Markup("</tr>")
_END_OF_CELL, _END_OF_BOX = Markup("</td>"), Markup("</div></td>")
_BOX = Markup("<div>")
_TABLE = Markup(
    '<table class="kb-bill {}"><caption>{}</caption><thead><tr><th scope="col">{}</th>{}</tr>'
    "</thead><tbody>{}</tbody>{}</table>"
)


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's name; words are aligned left and may break, figures are aligned right.

    On a phone the main column is beside the row's heading. A heading with an address is a link.
    """

    name: str
    is_word: bool = False
    is_main: bool = False
    address: str = ""

    @property
    def mark(self) -> Markup:
        """Return the class attribute of the column's cells."""
        if self.is_main:
            return Markup(' class="kb-main"')
        return Markup(' class="kb-word"') if self.is_word else EMPTY


def list_word_headings(first: str, *others: str) -> tuple[Heading, ...]:
    """Return the headings of a table in which all columns hold words."""
    return Heading(first), *(Heading(name, is_word=True) for name in others)


def build_table(
    *,
    caption: str | Markup,
    headings: Sequence[Heading],
    rows: Iterable[Sequence[str | Markup]],
    kind: str = "",
    totals: Iterable[Sequence[str]] = (),
    beside: Markup = EMPTY,
    is_boxed: bool = False,
) -> Markup:
    """Return a table; the first cell of each row is its heading.

    Args:
        caption: visible, and read by screen readers.
        headings: one for each column; the first column has the headings of rows.
        rows: texts or markup, as many as there are headings.
        kind: a class of its own, for widths.
        totals: rows that sum up, at the foot.
        beside: markup to the right of the caption.
        is_boxed: cells have several parts, which stay together on a phone.
    """
    first, *others = headings
    head = join_pieces(
        fill(Markup('<th scope="col"{}>{}</th>'), heading.mark, _name_column(heading))
        for heading in others
    )
    # the tags that open a cell are the same in every row
    opening = Markup('<td data-label="{}"{}>') + (_BOX if is_boxed else EMPTY)
    openings = [fill(opening, heading.name, heading.mark) for heading in others]
    endings = list_endings(openings, is_boxed=is_boxed)
    body = join_pieces(build_row(row, endings) for row in rows)
    foot = join_pieces(build_row(row, endings, is_total=True) for row in totals)
    return fill(
        _TABLE,
        kind,
        fill(Markup("<span>{}</span> {}"), caption, beside) if beside else caption,
        _name_column(first),
        head,
        body,
        fill(Markup("<tfoot>{}</tfoot>"), foot) if foot else EMPTY,
    )


def _name_column(heading: Heading) -> Markup:
    words = hyphenate_heading(heading.name)
    if not heading.address:
        return words
    return fill(Markup('<a href="{}">{}</a>'), heading.address, words)


def list_endings(openings: Sequence[Markup], *, is_boxed: bool = False) -> list[Markup]:
    """Return the tags after each cell of a row: they end it and begin the next one.

    They are the same in every row of a table.

    Args:
        openings: the tags that begin the cells after the row's heading.
        is_boxed: the openings begin a box in each cell.
    """
    ending = _END_OF_BOX if is_boxed else _END_OF_CELL
    ends = [_END_OF_HEADING, *(ending for _ in openings)]
    return list(map(join_pieces, zip(ends, [*openings, _END_OF_ROW], strict=True)))


def build_row(
    row: Iterable[str | Markup], endings: Sequence[Markup], *, is_total: bool = False
) -> Markup:
    """Return a row of a table.

    Args:
        row: texts or markup, the row's heading first.
        endings: the tags after each of them.
        is_total: the row sums up.
    """
    pieces = [_TOTAL if is_total else _ROW]
    for cell, ending in zip(row, endings, strict=True):
        pieces += (escape(cell), ending)
    return join_pieces(pieces)
