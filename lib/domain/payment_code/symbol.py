"""What all QR symbols of one version share, prepared once for the encoder of bulk runs.

Frames are drawn by package `qrcode` and block sizes are its tables, so that nothing but
a payload's own share of a symbol is left to compute (ISO/IEC 18004, clauses 7.5 to 7.9).
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from qrcode import base, util
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

Bytes = NDArray[np.uint8]
Words = NDArray[np.uint64]
Places = NDArray[np.intp]

MASKS = 8
WORD = 8  # bytes
_FIELD = 255  # elements of GF(256) without nought
_EXP = np.array(base.EXP_TABLE[:_FIELD], dtype=np.uint8)
_LOG = np.array(base.LOG_TABLE, dtype=np.intp)


@dataclass(frozen=True, slots=True)
class Symbol:
    """One version at error correction M.

    Attributes:
        side: modules in a row.
        capacity: bytes of data: mode, length, payload, padding.
        length_bits: of the field that says how many bytes the payload has.
        fill: by block and place, which byte of data; `capacity` is none, before the
            bytes of the shorter blocks.
        remainders: by place and byte, what the byte adds to its block's correction, in
            whole words.
        order: of the codewords, among data and the blocks' words of correction.
        cells: flat places of the codewords' bits, in their order.
        trial: a bit of each module for each mask: the symbol without data and format
            information, as the masks are compared.
        frames: by mask, the symbol without data.
    """

    side: int
    capacity: int
    length_bits: int
    fill: Places
    remainders: Words
    order: Places
    cells: Places
    trial: Bytes
    frames: Bytes


# payloads of one centre spread over a few versions; a large version takes a megabyte
@lru_cache(maxsize=12)
def symbol(version: int) -> Symbol:
    """Prepare a version, 1 to 40."""
    blocks = base.rs_blocks(version, ERROR_CORRECT_M)
    sizes = [block.data_count for block in blocks]
    correction = blocks[0].total_count - blocks[0].data_count
    order = _order(sizes, correction)
    trials = [_frame(version, mask=mask, is_trial=True) << mask for mask in range(MASKS)]
    frames = [_frame(version, mask=mask) for mask in range(MASKS)]
    return Symbol(
        side=len(frames[0]),
        capacity=sum(sizes),
        length_bits=util.length_in_bits(util.MODE_8BIT_BYTE, version),
        fill=_fill(sizes),
        remainders=_remainders(max(sizes), correction),
        order=order,
        cells=_cells(version)[: 8 * len(order)],
        trial=np.bitwise_or.reduce(trials),
        frames=np.stack(frames),
    )


def _frame(version: int, *, mask: int, is_trial: bool = False, data: bytes = b"") -> Bytes:
    """Let the package draw a symbol of given codewords; what they leave is nought, masked."""
    code = QRCode(version=version, error_correction=ERROR_CORRECT_M)
    code.data_cache = data
    code.makeImpl(is_trial, mask)
    return np.array(code.modules, dtype=np.uint8)


def _cells(version: int) -> Places:
    """Walk the modules that are free for data in pairs of columns, up and down from the right."""
    empty = _frame(version, mask=0)
    free = empty != _frame(version, mask=0, data=b"\xff" * empty.size)
    side = len(free)
    walk: list[int] = []
    for turn, right in enumerate([*range(side - 1, 6, -2), *range(5, 0, -2)]):
        rows = range(side) if turn % 2 else range(side - 1, -1, -1)
        walk += [row * side + col for row in rows for col in (right, right - 1) if free[row, col]]
    return np.array(walk, dtype=np.intp)


def _fill(sizes: list[int]) -> Places:
    longest, none = max(sizes), sum(sizes)
    starts = np.cumsum([0, *sizes[:-1]])
    rows = [
        [none] * (longest - size) + list(range(start, start + size))
        for start, size in zip(starts.tolist(), sizes, strict=True)
    ]
    return np.array(rows, dtype=np.intp)


def _order(sizes: list[int], correction: int) -> Places:
    """Take the first byte of every block, then the second, then the corrections likewise."""
    starts = np.cumsum([0, *sizes]).tolist()
    data = [
        start + place
        for place in range(max(sizes))
        for start, size in zip(starts, sizes, strict=False)
        if place < size
    ]
    stride = -(-correction // WORD) * WORD
    after = [
        starts[-1] + block * stride + place
        for place in range(correction)
        for block in range(len(sizes))
    ]
    return np.array([*data, *after], dtype=np.intp)


def _remainders(longest: int, correction: int) -> Words:
    """Divide every byte at every place of the longest block by the generator beforehand."""
    divisor = _generator(correction)[1:]
    rows = [divisor]
    for _ in range(longest - 1):
        above = np.append(rows[-1][1:], np.uint8(0))
        rows.append(above ^ _product(divisor, rows[-1][:1]))
    places = np.pad(np.stack(rows[::-1]), ((0, 0), (0, -correction % WORD)))
    every_byte = np.arange(_FIELD + 1, dtype=np.uint8)
    return _product(every_byte[None, :, None], places[:, None, :]).view(np.uint64)


def _generator(degree: int) -> Bytes:
    """Multiply (x - 2^0)(x - 2^1)… with the highest power first."""
    made = np.array([1], dtype=np.uint8)
    for power in range(degree):
        shifted = _product(made, _EXP[power : power + 1])
        made = np.append(made, np.uint8(0)) ^ np.append(np.uint8(0), shifted)
    return made


def _product(left: Bytes, right: Bytes) -> Bytes:
    """Multiply in GF(256)."""
    powers = _EXP[(_LOG[left] + _LOG[right]) % _FIELD]
    return np.where((left == 0) | (right == 0), np.uint8(0), powers)
