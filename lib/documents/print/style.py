"""The measures of printed documents: margins, and the sizes of three densities."""

from dataclasses import dataclass

from lib.documents.print.page import HEIGHT, MM, WIDTH

MARGIN = 10 * MM
INNER_WIDTH = WIDTH - 2 * MARGIN
INNER_HEIGHT = HEIGHT - 2 * MARGIN
RIGHT_EDGE = WIDTH - MARGIN


@dataclass(frozen=True, slots=True)
class Style:
    """Sizes of one density, points.

    Attributes:
        text: Letters of tables.
        leading: From line to line inside a cell.
        row: Height of a table row of one line.
        small: Letters of column heads and notes.
        gap: White space between sections.
        module: Side of a code's module where the room permits it.
        box: Height of a row with an empty box to write in.
    """

    text: float
    leading: float
    row: float
    small: float
    gap: float
    module: float
    box: float


DENSITIES = (
    Style(text=8.3, leading=10, row=14, small=7.1, gap=12, module=0.43 * MM, box=19),
    Style(text=7.8, leading=9.4, row=12.8, small=6.8, gap=11, module=0.42 * MM, box=18),
    Style(text=7, leading=8.2, row=9.8, small=6.2, gap=7, module=0.4 * MM, box=14.5),
)
"""From roomy to compact: a receipt is set in the first that fits it on one page."""
