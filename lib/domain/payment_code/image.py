"""The picture of a payment code as a square of modules, for a screen or for paper."""

import qrcode
from qrcode.constants import ERROR_CORRECT_M
from qrcode.util import MODE_8BIT_BYTE, QRData

QUIET_ZONE_MODULES = 4
"""Whoever draws the matrix leaves this margin, or scanners will not find the symbol."""


def matrix(raw: bytes) -> tuple[tuple[bool, ...], ...]:
    """Lay out a payload as QR modules, True for black, without the quiet zone.

    The bytes go in byte mode without an ECI header: bank apps read the encoding
    from the payload itself. Error correction M (DOMAIN §1.6).

    Args:
        raw: A payload of at most 550 bytes, as the writer returns it.

    Returns:
        The rows from the top, each from the left.
    """
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(QRData(raw, mode=MODE_8BIT_BYTE))
    code.make(fit=True)
    return tuple(tuple(bool(module) for module in row) for row in code.get_matrix())
