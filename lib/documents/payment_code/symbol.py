"""A payment code for paper: the modules of its QR symbol, made quickly enough for print runs."""

from bisect import bisect_left
from dataclasses import dataclass
from typing import Any

import zxingcpp
from PIL import Image
from qrcode import util
from qrcode.constants import ERROR_CORRECT_M

QUIET_ZONE_MODULES = 4
"""Leave this margin around a symbol, or scanners will not find it."""
_MODE_BITS = 4
# zxing-cpp spends five sixths of its time on comparing masks. On payment codes mask 0 has as few
# penalty points as its choice, and damaged pictures are read as often (docs/performance.md).
_MASK = 0


def _count_bytes(version: int) -> int:
    """Count the bytes that a symbol of a version holds at error correction M."""
    bits = util.BIT_LIMIT_TABLE[ERROR_CORRECT_M][version] - _MODE_BITS
    return int(bits - util.length_in_bits(util.MODE_8BIT_BYTE, version)) // 8


_CAPACITIES = [_count_bytes(version) for version in range(1, 41)]


@dataclass(frozen=True, slots=True)
class Symbol:
    """A square of modules without the quiet zone.

    Attributes:
        side: Modules in a row.
        rows: From the top, eight modules a byte from the left, black as 0; each row begins
            with a new byte.
    """

    side: int
    rows: bytes


def make_symbol(payload: bytes) -> Symbol:
    """Lay out a payload as a QR symbol of error correction M.

    The size follows from the number of bytes alone, as on screens, so that codes side by
    side are alike. Digits may be packed tighter inside.

    Raises:
        ValueError: The payload is longer than the largest symbol holds.
    """
    barcode = zxingcpp.create_barcode(
        payload,
        zxingcpp.QRCode,
        ec_level="M",
        version=bisect_left(_CAPACITIES, len(payload)) + 1,
        dataMask=_MASK,
        eci="0",  # otherwise a header would name the encoding, which bank apps do not expect
    )
    drawn: Any = barcode.to_image(
        scale=1, add_quiet_zones=False
    )  # a buffer, though its types do not say so
    side = drawn.shape[0]
    picture = Image.frombytes("L", (side, side), bytes(drawn))
    return Symbol(side, picture.convert("1", dither=Image.Dither.NONE).tobytes())
