"""The choice of a QR mask: penalty points of all eight at once, as package `qrcode` gives them.

Bit n of a module is its colour under mask n, so that one operation on bytes judges all
masks (ISO/IEC 18004, clause 7.8.3). Squares are flat, row after row.
"""

import numpy as np
from numpy.typing import NDArray

from lib.domain.payment_code.symbol import MASKS, WORD, Bytes

_SHIFTS = np.arange(MASKS, dtype=np.uint64)[:, None, None, None]
_LOWEST = np.uint64(0x0101010101010101)
_FINDER_LOOKALIKE = 11
_RUN, _RUN_BEGUN, _FINDER, _BLOCK = 1, 2, 40, 3
# of one in each row of the tally; the last one, black modules, is judged apart
_POINTS = np.array([_RUN, _RUN, _RUN_BEGUN, _RUN_BEGUN, _FINDER, _FINDER, _BLOCK, 0])


def best(trial: Bytes) -> int:
    """Return the mask with the fewest points, the first of equals.

    Args:
        trial: The square of modules, a bit for each mask.
    """
    side, size = len(trial), trial.size
    # the rows and then the columns, both followed by blank lines up to whole words
    lines = np.zeros((2, side + -side % WORD, side), dtype=np.uint8)
    lines[0, :side], lines[1, :side] = trial, trial.T
    tally = np.zeros((len(_POINTS), lines[0].size), dtype=np.uint8)
    same = _alike(lines)
    _mark_runs(same, five=tally[0:2].reshape(-1), begun=tally[2:4].reshape(-1))
    _mark_finders(lines, tally[4:6].reshape(lines.shape))
    flat, count = trial.reshape(-1), size - side - 1
    below = ~(flat[side:] ^ flat[:-side])
    tally[6, :count] = same[:count] & same[side:][:count] & below[:count]
    tally[7, :size] = flat
    counts = _counts(tally, side)
    return int(np.argmin(counts @ _POINTS + _balance(counts[:, 7], size)))


def _alike(lines: Bytes) -> Bytes:
    """Mark where a module is like the next one of its line."""
    flat, side = lines.reshape(-1), lines.shape[-1]
    same = np.empty_like(flat)
    np.invert(flat[1:] ^ flat[:-1], out=same[:-1])
    by_line = same.reshape(lines.shape)
    by_line[:, :, -1] = 0
    by_line[:, side:] = 0
    return same


def _mark_runs(same: Bytes, *, five: Bytes, begun: Bytes) -> None:
    """Mark every five of a colour in a line, and once more the first five of a run."""
    two = same[1:] & same[:-1]
    np.bitwise_and(two[2:], two[:-2], out=five[: two.size - 2])
    np.bitwise_and(five[1:], ~five[:-1], out=begun[1:])
    begun[0] = five[0]


def _mark_finders(lines: Bytes, marks: Bytes) -> None:
    """Mark 1011101 with four white modules before or behind it."""
    black = lines.reshape(-1)
    white = ~black
    two = white[1:] & white[:-1]
    four = two[2:] & two[:-2]
    edge = white[1:-1] & black[2:]  # 01 behind a module
    end, count = black.size - 6, black.size - _FINDER_LOOKALIKE + 1
    core = black[:end] & edge[:end] & black[3:][:end] & black[4:][:end] & edge[4:]
    marks.reshape(-1)[:count] = (core[:count] & four[7:]) | (four[:count] & core[4:])
    marks[:, :, lines.shape[-1] - _FINDER_LOOKALIKE + 1 :] = 0


def _counts(tally: Bytes, side: int) -> NDArray[np.int64]:
    """Count the bits of each row by mask: up to 177 words add up byte by byte."""
    words = tally.view(np.uint64).reshape(len(tally), -1, side)
    sums = ((words >> _SHIFTS) & _LOWEST).sum(axis=-1)
    counts: NDArray[np.int64] = sums.view(np.uint8).sum(axis=-1, dtype=np.int64)
    return counts


def _balance(black: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """Give ten points for each whole twentieth off equal parts of black and white."""
    return 10 * (abs(black / size * 100 - 50) / 5).astype(np.int64)
