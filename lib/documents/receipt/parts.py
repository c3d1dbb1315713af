"""Pieces that several sections of the receipt share: headings, notes, name–value rows."""

from functools import lru_cache

from lib.documents.print.flow import Block, make_gap
from lib.documents.print.grid import PADDING
from lib.documents.print.lines import wrap_text
from lib.documents.print.page import INK, QUIET, Color, Page
from lib.documents.print.style import INNER_WIDTH, MARGIN, Style
from lib.documents.receipt.sections import SECTION_TITLES, Section
from lib.domain import formats

day = lru_cache(maxsize=1024)(formats.format_date)
"""Writes a date; a print run has few different ones, and writing one is slow."""

HEADING_SIZE = 9.0
HEADING_HEIGHT = 14.0


def draw_heading(page: Page, x: float, top: float, section: Section) -> None:
    """Write a section's printed heading."""
    page.text(x, top + HEADING_SIZE, SECTION_TITLES[section], size=HEADING_SIZE, bold=True)


def make_section_heading(section: Section, style: Style) -> Block:
    """Make the heading of a section of full width; it stays with what follows."""

    def draw(page: Page, top: float) -> None:
        draw_heading(page, MARGIN, top + style.gap, section)

    return Block(HEADING_HEIGHT + style.gap, draw, keep=True)


def note(text: str, style: Style, *, color: Color = QUIET) -> list[Block]:
    """Make a note of full width in small letters, a block for every printed line."""
    size = style.small + 0.4

    def line_block(line: str) -> Block:
        return Block(
            size * 1.3,
            lambda page, top: page.text(MARGIN, top + size, line, size=size, color=color),
        )

    lines = wrap_text(text, width=INNER_WIDTH - PADDING, size=size)
    return [make_gap(3), *map(line_block, lines)]


def pair(
    name: str, value: str, *, left: float, width: float, style: Style, bold: bool = False
) -> Block:
    """Make one row of a name and its value, the value wrapped beside the name."""
    name_width = 0.36 * width
    names = wrap_text(name, width=name_width - PADDING, size=style.small + 0.4)
    lines = wrap_text(value, width=width - name_width, size=style.text, bold=bold)
    count = max(len(names), len(lines))

    def draw(page: Page, top: float) -> None:
        for number, line in enumerate(names):
            y = top + style.text + number * style.leading
            page.text(left, y, line, size=style.small + 0.4, color=QUIET)
        for number, line in enumerate(lines):
            y = top + style.text + number * style.leading
            page.text(left + name_width, y, line, size=style.text, bold=bold, color=INK)

    return Block(style.leading * count + 2.2, draw)
