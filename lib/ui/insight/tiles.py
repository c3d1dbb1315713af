"""Figures on top of a screen: name, figure, change, and a small line."""

from collections.abc import Sequence
from decimal import Decimal

from markupsafe import Markup

from lib.domain import formats
from lib.domain.insight import figures
from lib.domain.insight.answers import Tile, Unit
from lib.services.insight.screens import Insight
from lib.ui import markup
from lib.ui.insight import cells, tables
from lib.ui.markup import EMPTY, fill, join_pieces

_TILE = Markup(
    '<section class="kb-tile"><h2>{}</h2><p class="kb-figure">{}</p>'
    '<p class="{}">{}</p>{}</section>'
)
# Streamlit takes drawings out of markup; a mask of the theme's colour stays
_LINE = Markup('<p class="kb-spark" aria-hidden="true" style="--kb-line: url(\'{}\')"></p>')
_DRAWING = (
    "data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22 viewBox=%220 0 100 28%22 "
    "preserveAspectRatio=%22none%22%3E%3Cpolyline points=%22{}%22 fill=%22none%22 "
    "stroke=%22black%22 stroke-width=%222%22 vector-effect=%22non-scaling-stroke%22/%3E%3C/svg%3E"
)
_HEIGHT, _WIDTH, _MARGIN = 28, 100, 2


def build_tiles(found: Insight) -> Markup:
    """Return the figures of a screen; one that leads to another screen keeps the filters."""
    tiles = join_pieces(_build_tile(found, tile) for tile in found.page.tiles)
    return fill(Markup('<div class="kb-tiles">{}</div>'), tiles)


def _build_tile(found: Insight, tile: Tile) -> Markup:
    name: Markup | str = tile.name
    if tile.path:
        name = markup.build_link(tile.name, tables.link_to_view(tile.path, found.view))
    mark = "kb-quiet"
    if tile.is_good is not None and not cells.is_zero(tile.change):
        mark = "kb-better" if tile.is_good else "kb-worse"
    return fill(_TILE, name, _format(tile), mark, tile.change, _build_line(tile.line))


def _format(tile: Tile) -> str:
    if tile.value is None:
        return formats.NO_DATA
    if tile.unit is Unit.MONEY:
        return figures.format_large(Decimal(tile.value))
    return cells.format_cell(tile.value, tile.unit)


def _build_line(values: Sequence[Decimal | None]) -> Markup:
    known = [value for value in values if value is not None]
    if len(known) < 2:  # noqa: PLR2004 - a line has two ends
        return EMPTY
    low, high = min(known), max(known)
    span = high - low or Decimal(1)
    step = Decimal(_WIDTH) / (len(values) - 1)
    room = _HEIGHT - 2 * _MARGIN
    points = " ".join(
        f"{step * place:.1f},{_HEIGHT - _MARGIN - (value - low) / span * room:.1f}"
        for place, value in enumerate(values)
        if value is not None
    )
    return fill(_LINE, _DRAWING.format(points))
