"""A payment code as bits for paper: the modules of `payment_qr_image`, made in bulk.

Package `qrcode` draws a screen's code; a print run makes two for each of thousands of
receipts. Tests hold both to the same modules, the choice of the mask among them.
"""

from bisect import bisect_left
from dataclasses import dataclass

import numpy as np
from qrcode import util
from qrcode.constants import ERROR_CORRECT_M
from qrcode.exceptions import DataOverflowError

from lib.domain.payment_code import mask as payment_qr_mask
from lib.domain.payment_code.symbol import Bytes, Symbol, symbol

_LARGEST = 40
_MODE_BITS = 4
_PADDING = bytes((util.PAD0, util.PAD1))


def _payload_limit(version: int) -> int:
    bits = util.BIT_LIMIT_TABLE[ERROR_CORRECT_M][version] - _MODE_BITS
    return int(bits - util.length_in_bits(util.MODE_8BIT_BYTE, version)) // 8


_LIMITS = [_payload_limit(version) for version in range(1, _LARGEST + 1)]


@dataclass(frozen=True, slots=True)
class Bitmap:
    """A square of modules without the quiet zone.

    Attributes:
        side: modules in a row.
        rows: from the top, eight modules a byte from the left, black as 1; each row
            begins with a new byte.
    """

    side: int
    rows: bytes


def bitmap(raw: bytes) -> Bitmap:
    """Lay out a payload in byte mode at error correction M, as small as it fits.

    Raises:
        DataOverflowError: more than the 2331 bytes of the largest symbol.
    """
    if len(raw) > _LIMITS[-1]:
        raise DataOverflowError
    made = symbol(bisect_left(_LIMITS, len(raw)) + 1)
    drawn = np.zeros(made.side**2, dtype=np.uint8)
    drawn[made.cells] = np.unpackbits(_codewords(raw, made))
    square = drawn.reshape(made.side, made.side)
    mask = payment_qr_mask.best(made.trial ^ (square * np.uint8(0xFF)))
    rows = np.packbits(made.frames[mask] ^ square, axis=1)
    return Bitmap(made.side, rows.tobytes())


def _codewords(raw: bytes, made: Symbol) -> Bytes:
    """Put data and correction in the order of their drawing."""
    data = np.frombuffer(_data(raw, made) + b"\0", dtype=np.uint8)
    places = np.arange(made.fill.shape[1])
    added = made.remainders[places, data[made.fill]]
    corrections = np.bitwise_xor.reduce(added, axis=1)
    codewords: Bytes = np.concatenate((data[:-1], corrections.view(np.uint8).ravel()))[made.order]
    return codewords


def _data(raw: bytes, made: Symbol) -> bytes:
    """Write mode, length, payload and the end mark, then fill up.

    Mode and end mark are four bits each, so the mark always ends a byte.
    """
    head = int(util.MODE_8BIT_BYTE) << made.length_bits | len(raw)
    bits = (head << 8 * len(raw) | int.from_bytes(raw)) << _MODE_BITS
    data = bits.to_bytes(len(raw) + 1 + made.length_bits // 8)
    return data + (_PADDING * made.capacity)[: made.capacity - len(data)]
