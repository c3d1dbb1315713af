"""Printed tables: thin rules, figures aligned right, heads above a rule."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise

from lib.documents.print.flow import Block
from lib.documents.print.fonts import Line, get_face
from lib.documents.print.lines import wrap_text
from lib.documents.print.page import INK, QUIET, RULE, Color, Page, Span
from lib.documents.print.style import INNER_WIDTH, MARGIN, Style

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

    The outer padding extends into the margins, so that the texts of the first column and
    the figures of the last one align with the edges of the printed area.

    Attributes:
        columns: Their widths add up to `measure_grid(padding)`.
        size: Of the cells' letters, points.
        padding: White space on either side of a cell's text, points.
        edges: Left and right of each column's text, points.
    """

    columns: tuple[GridColumn, ...]
    style: Style
    size: float
    padding: float = PADDING
    edges: tuple[tuple[float, float], ...] = field(init=False)

    def __post_init__(self) -> None:
        widths = (column.width for column in self.columns)
        lefts = accumulate(widths, initial=MARGIN - self.padding)
        edges = ((left + self.padding, right - self.padding) for left, right in pairwise(lefts))
        object.__setattr__(self, "edges", tuple(edges))


def measure_grid(padding: float = PADDING) -> float:
    """Measure all columns together: the printed width and the outer padding, points."""
    return INNER_WIDTH + 2 * padding


def make_head(grid: Grid) -> Block:
    """Make the row of column heads with a dark rule under it."""
    size = min(grid.style.small, grid.size)
    leading, face = size * 1.16, get_face(bold=False)
    # remove the hyphen of a word that is not broken there
    cells = [
        [line.replace("- ", "") for line in wrap_text(column.title, width=_room(edges), size=size)]
        for column, edges in zip(grid.columns, grid.edges, strict=True)
    ]
    most = max(map(len, cells))
    spans: list[Span] = [
        (_start(line, column, edges, size), (most - len(cell) + number) * leading, line, QUIET)
        for column, edges, cell in zip(grid.columns, grid.edges, cells, strict=True)
        for number, line in enumerate(map(face.line, cell))
    ]
    height = most * leading + 5

    def draw(page: Page, top: float) -> None:
        first = top + height - 4.5 - leading * (most - 1)
        page.spans(first, spans, face=face, size=size)
        page.rule(MARGIN, top + height, INNER_WIDTH, weight=0.7, color=QUIET)

    return Block(height, draw, keep=True)


def make_row(
    grid: Grid, texts: Sequence[str], *, height: float = 0.0, running: tuple[Block, ...] = ()
) -> Block:
    """Make one row of plain texts, as `make_measured_row` does."""
    lines = list(map(get_face(bold=False).line, texts))
    return make_measured_row(grid, lines, height=height, running=running)


def make_measured_row(
    grid: Grid,
    lines: Sequence[Line],
    *,
    bold: bool = False,
    height: float = 0.0,
    running: tuple[Block, ...] = (),
) -> Block:
    """Make one row, as high as its longest cell.

    Args:
        grid: The columns.
        lines: One for every column, of the weight that it will be drawn in.
        bold: Whether it is a row of totals.
        height: Of a row of one line, points; 0 means the height of the style.
        running: Heads to repeat where the row begins a page.
    """
    face, size = get_face(bold=bold), grid.size
    spans = _spans(grid, lines, bold=bold)
    one_line = height or grid.style.row
    full = one_line + max((below for _, below, _, _ in spans), default=0.0)

    def draw(page: Page, top: float) -> None:
        page.spans(top + (one_line + size * 0.7) / 2, spans, face=face, size=size)
        page.rule(MARGIN, top + full, INNER_WIDTH, color=RULE)

    return Block(full, draw, running=running)


def _spans(grid: Grid, lines: Sequence[Line], *, bold: bool) -> list[Span]:
    """Place the text of every cell; a text that is too long takes several lines."""
    spans: list[Span] = []
    scale = grid.size / 1000
    for column, edges, line in zip(grid.columns, grid.edges, lines, strict=True):
        if not line.text:
            continue
        color = QUIET if column.is_quiet and not bold else INK
        left, right = edges
        width = line.units * scale
        if width <= _room(edges):
            spans.append((right - width if column.is_figure else left, 0.0, line, color))
        else:
            spans += _wrapped(line.text, column, edges, grid, bold=bold, color=color)
    return spans


def _wrapped(
    text: str,
    column: GridColumn,
    edges: tuple[float, float],
    grid: Grid,
    *,
    bold: bool,
    color: Color,
) -> Iterator[Span]:
    face = get_face(bold=bold)
    for number, part in enumerate(wrap_text(text, width=_room(edges), size=grid.size, bold=bold)):
        line = face.line(part)
        yield _start(line, column, edges, grid.size), number * grid.style.leading, line, color


def _start(line: Line, column: GridColumn, edges: tuple[float, float], size: float) -> float:
    left, right = edges
    return right - line.units * size / 1000 if column.is_figure else left


def _room(edges: tuple[float, float]) -> float:
    """Measure a cell, plus a hundredth of a point for widths that were rounded elsewhere."""
    return edges[1] - edges[0] + 0.01
