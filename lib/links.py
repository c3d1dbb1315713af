"""Addresses of the portal's own routes and screens."""

import datetime as dt
import re
from urllib.parse import urlencode

SESSION = "/session"
SIGN_OUT = "/session/end"
RECEIPT = "/documents/receipts/{account_id}/{month}.pdf"
FONTS = "/fonts/{name}"
HEALTH = "/healthz"
READY = "/readyz"

HOME = ""
CHARGES = "charges"
SIGN_OUT_PAGE = "sign_out"
PRIVACY = "privacy"
TERMS = "terms"
# every address at which a screen may lie, for whatever role
SCREENS = (HOME, CHARGES, SIGN_OUT_PAGE, PRIVACY, TERMS)

_SCREEN_ADDRESS = re.compile(r"/([a-z_]*)(\?[\w=&.%-]*)?")


def screen(path: str, **query: object) -> str:
    """Return the address of a screen with its query."""
    return f"/{path}?{urlencode(query)}" if query else f"/{path}"


def receipt(*, account_id: int, period: dt.date, save: bool = False) -> str:
    """Return the address of one receipt; ``save`` makes the browser keep the file."""
    address = RECEIPT.format(account_id=account_id, month=f"{period:%Y-%m}")
    return f"{address}?save=1" if save else address


def is_screen(address: str) -> bool:
    """Tell whether ``address`` is one of our own screens, and no way out of the portal."""
    match = _SCREEN_ADDRESS.fullmatch(address)
    return match is not None and match[1] in SCREENS
