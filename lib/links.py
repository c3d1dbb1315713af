"""Addresses of the portal's own routes and screens."""

import datetime as dt
import re
from urllib.parse import urlencode
from uuid import UUID

SESSION = "/session"
SIGN_OUT = "/session/end"
RECEIPT = "/documents/receipts/{account_id}/{month}.pdf"
DATA_EXPORT = "/documents/exports/{export_id}.zip"
ACCOUNT_REQUEST = "/documents/account_requests/{request_id}"
FONTS = "/fonts/{name}"
CAPTCHA = "/captcha/{key}"
MAILBOX = "/mailbox"
HEALTH = "/healthz"
READY = "/readyz"

HOME = ""
CHARGES = "charges"
SIGN_OUT_PAGE = "sign_out"
PRIVACY = "privacy"
TERMS = "terms"
REGISTRATION = "registration"
ACTIVATION = "activation"
RECOVERY = "recovery"
NEW_PASSWORD = "new_password"  # noqa: S105 - a screen's address
EMAIL_CHANGE = "email_change"
INVITATION = "invitation"
ATTACH = "attach"
PROFILE = "profile"
ACCOUNT_REQUESTS = "account_requests"
PEOPLE = "people"
AUDIT = "audit"
# every address at which a screen may lie, for whatever role
SCREENS = (
    HOME,
    CHARGES,
    ATTACH,
    PROFILE,
    ACCOUNT_REQUESTS,
    PEOPLE,
    AUDIT,
    SIGN_OUT_PAGE,
    PRIVACY,
    TERMS,
    REGISTRATION,
    ACTIVATION,
    RECOVERY,
    NEW_PASSWORD,
    EMAIL_CHANGE,
    INVITATION,
)

_SCREEN_ADDRESS = re.compile(r"/([a-z_]*)(\?[\w=&.%-]*)?")


def screen(path: str, **query: object) -> str:
    """Return the address of a screen with its query."""
    return f"/{path}?{urlencode(query)}" if query else f"/{path}"


def receipt(*, account_id: int, period: dt.date, save: bool = False) -> str:
    """Return the address of one receipt; ``save`` makes the browser keep the file."""
    address = RECEIPT.format(account_id=account_id, month=f"{period:%Y-%m}")
    return f"{address}?save=1" if save else address


def captcha(*, key: str) -> str:
    """Return the address of a captcha; ``.png`` shows it, ``.wav`` says it."""
    return CAPTCHA.format(key=key)


def data_export(*, export_id: UUID) -> str:
    """Return the address of a copy of one's data."""
    return DATA_EXPORT.format(export_id=export_id)


def account_request(*, request_id: int) -> str:
    """Return the address of the document of a request for an account."""
    return ACCOUNT_REQUEST.format(request_id=request_id)


def is_screen(address: str) -> bool:
    """Tell whether ``address`` is one of our own screens, and no way out of the portal."""
    match = _SCREEN_ADDRESS.fullmatch(address)
    return match is not None and match[1] in SCREENS
