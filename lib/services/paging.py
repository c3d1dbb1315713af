"""Pages of lists that may get shorter between two requests."""

from collections.abc import Callable, Sequence
from typing import TypeVar

Row = TypeVar("Row")

_FARTHEST = 10_000  # beyond every list, and within the database's integers


def read_page(
    read: Callable[[int], Sequence[Row]],
    *,
    page: int,
    size: int,
    count: Callable[[Row], int],
) -> tuple[int, Sequence[Row]]:
    """Return a page and its number; beyond the end of the list, the last page.

    Args:
        read: returns the rows of a page, given how many rows to skip.
        page: number of the page, from 1.
        size: rows of a page.
        count: returns the number of all rows, which each row has.
    """
    page = max(1, min(page, _FARTHEST))
    rows = read((page - 1) * size)
    if rows or page == 1:
        return page, rows
    first = read(0)
    last = -(-count(first[0]) // size) if first else 1
    return (last, read((last - 1) * size)) if last > 1 else (1, first)
