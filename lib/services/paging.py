"""Pages of lists that grow shorter while somebody reads them."""

from collections.abc import Callable, Sequence
from typing import TypeVar

Row = TypeVar("Row")

_FARTHEST = 10_000  # past every list, and within what the database counts


def read_page(
    read: Callable[[int], Sequence[Row]],
    *,
    page: int,
    size: int,
    count: Callable[[Row], int],
) -> tuple[int, Sequence[Row]]:
    """Return a page with its number; where the list has become shorter than that, the last one.

    Args:
        read: returns a page's rows, given how many to skip.
        page: which one is asked for, from 1.
        size: how many rows a page has.
        count: tells by a row how many there are in all.
    """
    page = max(1, min(page, _FARTHEST))
    rows = read((page - 1) * size)
    if rows or page == 1:
        return page, rows
    first = read(0)
    last = -(-count(first[0]) // size) if first else 1
    return (last, read((last - 1) * size)) if last > 1 else (1, first)
