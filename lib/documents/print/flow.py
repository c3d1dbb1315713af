"""How blocks of fixed height follow one another over pages, and where a page may break."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from lib.documents.print.page import Page


class Block(NamedTuple):
    """A strip of the page.

    Attributes:
        height: Points.
        draw: Draws it on a page, given the upper edge.
        keep: Whether it must be on one page with the next block.
        running: Blocks to repeat above it when it is the first of a further page.
        is_foot: Whether it is moved to the foot of its page.
    """

    height: float
    draw: Callable[[Page, float], None]
    keep: bool = False
    running: "tuple[Block, ...]" = ()
    is_foot: bool = False


Placed = tuple[Block, float]
"""A block and its upper edge, points below the top of the printed area."""


def make_gap(height: float, *, running: tuple[Block, ...] = ()) -> Block:
    """Make white space that stays with the next block; pass that block's running heads."""
    return Block(height, _draw_nothing, keep=True, running=running)


def keep_together(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Let no page break fall between the blocks."""
    return (*(block._replace(keep=True) for block in blocks[:-1]), *blocks[-1:])


def sum_heights(blocks: Iterable[Block]) -> float:
    """Add up heights, points."""
    return sum(block.height for block in blocks)


def paginate(blocks: Sequence[Block], *, height: float) -> list[list[Placed]]:
    """Spread blocks over pages.

    Args:
        blocks: In reading order.
        height: Of the printed area of every page, points.
    """
    pages: list[list[Block]] = [[]]
    used = 0.0
    for chain in _chains(blocks):
        if pages[-1] and used + sum_heights(chain) > height:
            pages.append(list(chain[0].running))
            used = sum_heights(chain[0].running)
        pages[-1] += chain
        used += sum_heights(chain)
    return [_placed(page, height) for page in pages]


def _chains(blocks: Iterable[Block]) -> list[list[Block]]:
    chains: list[list[Block]] = [[]]
    for block in blocks:
        chains[-1].append(block)
        if not block.keep:
            chains.append([])
    return [chain for chain in chains if chain]


def _placed(page: list[Block], height: float) -> list[Placed]:
    placed: list[Placed] = []
    # A foot that is alone on its page is put at the top, where a reader looks first.
    top, is_moved = 0.0, page[0].is_foot
    for block in page:
        if block.is_foot and not is_moved:
            top, is_moved = top + max(0.0, height - sum_heights(page)), True
        placed.append((block, top))
        top += block.height
    return placed


def _draw_nothing(_page: Page, _top: float) -> None:
    return
