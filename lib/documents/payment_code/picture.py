"""A payment code as a picture: for a screen, and to be saved and opened in a bank's application."""

import io

from PIL import Image

from lib.domain.payment_code.bitmap import bitmap
from lib.domain.payment_code.image import QUIET_ZONE_MODULES

_MODULE = 8  # pixels; half of them on a screen of ordinary density
_WHITE = 1


def draw(payload: bytes) -> bytes:
    """Draw a payload as PNG with its quiet zone."""
    made = bitmap(payload)
    # the symbol has black as 1, a picture of one bit has it as 0
    symbol = Image.frombytes("1", (made.side, made.side), made.rows, "raw", "1;I")
    side = made.side + 2 * QUIET_ZONE_MODULES
    picture = Image.new("1", (side, side), _WHITE)
    picture.paste(symbol, (QUIET_ZONE_MODULES, QUIET_ZONE_MODULES))
    large = picture.resize((side * _MODULE, side * _MODULE), Image.Resampling.NEAREST)
    written = io.BytesIO()
    large.save(written, "PNG", optimize=True)
    return written.getvalue()
