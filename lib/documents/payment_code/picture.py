"""A payment code for a screen: a picture to scan, or to save and open in a bank's application."""

import io
from functools import lru_cache

from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_M
from qrcode.util import MODE_8BIT_BYTE, QRData

from lib.documents.payment_code.symbol import QUIET_ZONE_MODULES

_MODULE = 8  # pixels; half of them on a screen of ordinary density


@lru_cache(maxsize=256)  # a page shows the same code at every rerun, and drawing takes 30 ms
def draw_picture(payload: bytes) -> bytes:
    """Draw a payload as PNG with its quiet zone.

    The bytes go in byte mode without an ECI header: bank apps read the encoding from the
    payload itself. Error correction M (DOMAIN §1.6).
    """
    code = QRCode(error_correction=ERROR_CORRECT_M, box_size=_MODULE, border=QUIET_ZONE_MODULES)
    code.add_data(QRData(payload, mode=MODE_8BIT_BYTE))
    code.make(fit=True)
    written = io.BytesIO()
    code.make_image().save(written, optimize=True)
    return written.getvalue()
