"""Tables like print: thin rules, figures to the right, heads that stand on the rule."""

from collections.abc import Sequence
from dataclasses import dataclass

from lib.documents.flow import Block
from lib.documents.lines import wrapped
from lib.documents.pdf_page import INK, QUIET, RULE, Page
from lib.documents.receipt_style import INNER_WIDTH, MARGIN, Style

PADDING = 3.0
"""White space on either side of a cell's text, points."""


@dataclass(frozen=True, slots=True)
class GridColumn:
    """One column: its head, its width in points, and how quiet its figures are."""

    title: str
    width: float
    is_figure: bool = False
    is_quiet: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """Columns over the width of the page, in the sizes of a style.

    The outer padding hangs over the margins, so that the first letters stand under the
    heading's and the last digits above one another to the edge.

    Attributes:
        columns: Their widths add up to `grid_width(padding)`.
        size: Of the cells' letters, points.
        padding: White space on either side of a cell's text, points.
    """

    columns: tuple[GridColumn, ...]
    style: Style
    size: float
    padding: float = PADDING


def grid_width(padding: float = PADDING) -> float:
    """Measure what the columns share out: the page's width with the overhang, points."""
    return INNER_WIDTH + 2 * padding


def head(grid: Grid) -> Block:
    """Make the row of column heads with a dark rule under it."""
    size = min(grid.style.small, grid.size)
    leading = size * 1.16
    cells = _cells(grid, [column.title for column in grid.columns], size=size)
    for cell in cells:  # a hyphen that no line ends with joins its word again
        cell.lines[:] = [line.replace("- ", "") for line in cell.lines]
    height = max(len(cell.lines) for cell in cells) * leading + 5

    def draw(page: Page, top: float) -> None:
        for cell in cells:
            first = top + height - 4.5 - leading * (len(cell.lines) - 1)
            cell.draw(page, first, leading, color=QUIET)
        page.rule(MARGIN, top + height, INNER_WIDTH, weight=0.7, color=QUIET)

    return Block(height, draw, keep=True)


def row(
    grid: Grid,
    texts: Sequence[str],
    *,
    bold: bool = False,
    height: float = 0.0,
    running: tuple[Block, ...] = (),
) -> Block:
    """Make one row, as high as its longest cell.

    Args:
        grid: The columns.
        texts: One for every column.
        bold: A row of totals.
        height: Of a row of one line, points; the style's without it.
        running: Heads to repeat where the row begins a page.
    """
    leading = grid.style.leading
    cells = _cells(grid, texts, size=grid.size, bold=bold)
    one_line = height or grid.style.row
    full = one_line + (max(len(cell.lines) for cell in cells) - 1) * leading

    def draw(page: Page, top: float) -> None:
        base = top + (one_line + grid.size * 0.7) / 2
        for cell in cells:
            color = QUIET if cell.column.is_quiet and not bold else INK
            cell.draw(page, base, leading, color=color)
        page.rule(MARGIN, top + full, INNER_WIDTH, color=RULE)

    return Block(full, draw, running=running)


@dataclass(frozen=True, slots=True)
class _Cell:
    """Broken text between two edges, the padding taken off."""

    column: GridColumn
    left: float
    right: float
    lines: list[str]
    size: float
    bold: bool

    def draw(self, page: Page, base: float, leading: float, *, color: str) -> None:
        """Draw the lines down from a baseline."""
        for number, line in enumerate(self.lines):
            y = base + number * leading
            if self.column.is_figure:
                page.right(self.right, y, line, size=self.size, bold=self.bold, color=color)
            else:
                page.text(self.left, y, line, size=self.size, bold=self.bold, color=color)


def _cells(grid: Grid, texts: Sequence[str], *, size: float, bold: bool = False) -> list[_Cell]:
    cells, edge = [], MARGIN - grid.padding
    for column, text in zip(grid.columns, texts, strict=True):
        left, right = edge + grid.padding, edge + column.width - grid.padding
        # A hundredth of a point forgives the rounding of widths measured elsewhere.
        lines = wrapped(text, width=right - left + 0.01, size=size, bold=bold)
        cells.append(_Cell(column, left, right, lines, size, bold))
        edge += column.width
    return cells
