"""Addresses of the routes and screens of the portal."""

import datetime as dt
import re
from collections.abc import Mapping
from urllib.parse import urlencode
from uuid import UUID

SESSION = "/session"
SIGN_OUT = "/session/end"
RECEIPT = "/documents/receipts/{account_id}/{month}.pdf"
STATEMENT = "/documents/statements/{account_id}/{span}.{kind}"
DATA_EXPORT = "/documents/exports/{export_id}.zip"
INSIGHT_FILE = "/documents/insight/{path}.{kind}"
ACCOUNT_REQUEST = "/documents/account_requests/{request_id}"
APPEAL_FILE = "/documents/appeal_files/{account_id}/{file_id}"
MISTAKES = "/mistakes"
PAGE_SCRIPT = "/page.js"
GUIDE_PICTURE = "/guide-pictures/{name}"
FONTS = "/fonts/{name}"
CAPTCHA = "/captcha/{key}"
MAILBOX = "/mailbox"
PAY_ONLINE = "/payments/online"
PAYMENT_NOTICE = "/payments/notice"
PAYMENT_CODE = "/documents/payment_codes/{account_id}/{recipient_id}.png"
DEMO_BANK = "/demo-bank"
HEALTH = "/healthz"
READY = "/readyz"

HOME = ""
CHARGES = "charges"
PAYMENTS = "payments"
PAY = "pay"
METERS = "meters"
ORGANIZATIONS = "organizations"
APPEALS = "appeals"
PAID_SERVICES = "paid_services"
NEWS = "news"
GUIDE = "guide"
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
READINGS_REVIEW = "readings_review"
EXCHANGE = "exchange"
SERVICE_DESK = "service_desk"
ACCOUNT_CARD = "account_card"
NEWS_DESK = "news_desk"
PRICE_LIST = "price_list"
MISTAKES_DESK = "mistakes_desk"
PEOPLE = "people"
AUDIT = "audit"
INSIGHT_RULES = "insight_rules"
INSIGHT_PAYMENTS = "insight_payments"
COLLECTION = "collection"
DEBTS = "debts"
CONSUMPTION = "consumption"
INSIGHT_APPEALS = "insight_appeals"
FREE_QUERY = "free_query"
SAVED_VIEWS = "saved_views"
# the addresses of all screens of all roles
SCREENS = (
    HOME,
    CHARGES,
    PAYMENTS,
    PAY,
    METERS,
    ORGANIZATIONS,
    APPEALS,
    PAID_SERVICES,
    NEWS,
    GUIDE,
    ATTACH,
    PROFILE,
    ACCOUNT_REQUESTS,
    READINGS_REVIEW,
    EXCHANGE,
    SERVICE_DESK,
    ACCOUNT_CARD,
    NEWS_DESK,
    PRICE_LIST,
    MISTAKES_DESK,
    PEOPLE,
    AUDIT,
    INSIGHT_RULES,
    INSIGHT_PAYMENTS,
    COLLECTION,
    DEBTS,
    CONSUMPTION,
    INSIGHT_APPEALS,
    FREE_QUERY,
    SAVED_VIEWS,
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

_OVERVIEW = "overview"  # the first screen of analysts, in the names of files
_SCREEN_ADDRESS = re.compile(r"/([a-z_]*)(\?[\w=&.%+~-]*)?")


def link_to_screen(path: str, **query: object) -> str:
    """Return the address of a screen with its query."""
    return f"/{path}?{urlencode(query)}" if query else f"/{path}"


def link_to_receipt(*, account_id: int, period: dt.date, save: bool = False) -> str:
    """Return the address of a receipt; with ``save``, the browser downloads the file."""
    address = RECEIPT.format(account_id=account_id, month=f"{period:%Y-%m}")
    return f"{address}?save=1" if save else address


def link_to_statement(*, account_id: int, since: dt.date, until: dt.date, kind: str) -> str:
    """Return the address of an account's statement for some months: pdf, xlsx or csv."""
    span = f"{since:%Y-%m}-{until:%Y-%m}"
    return STATEMENT.format(account_id=account_id, span=span, kind=kind)


def link_to_payment_code(*, account_id: int, recipient_id: int, sums: Mapping[int, object]) -> str:
    """Return the address of the picture of a payment code, given amounts by service group."""
    address = PAYMENT_CODE.format(account_id=account_id, recipient_id=recipient_id)
    return f"{address}?{urlencode({f'group.{key}': value for key, value in sums.items()})}"


def link_to_insight_file(*, path: str, kind: str, query: Mapping[str, str], panel: str = "") -> str:
    """Return the address of the figures of a screen of analysts as csv, xlsx or parquet.

    Args:
        path: the screen.
        kind: of the file.
        query: the view, as in the address of the screen.
        panel: key of the panel whose table it is; empty: all of the screen, or the first.
    """
    address = INSIGHT_FILE.format(path=path or _OVERVIEW, kind=kind)
    values = {**query, "panel": panel} if panel else query
    return f"{address}?{urlencode(values)}" if values else address


def read_insight_path(name: str) -> str:
    """Return the screen that the address of a file names."""
    return HOME if name == _OVERVIEW else name


def link_to_captcha(*, key: str) -> str:
    """Return the address of a captcha: ``.png`` is its picture, ``.wav`` its sound."""
    return CAPTCHA.format(key=key)


def link_to_data_export(*, export_id: UUID) -> str:
    """Return the address of a copy of a login's data."""
    return DATA_EXPORT.format(export_id=export_id)


def link_to_account_request(*, request_id: int) -> str:
    """Return the address of the document of an account request."""
    return ACCOUNT_REQUEST.format(request_id=request_id)


def is_screen(address: str) -> bool:
    """Tell whether an address is a screen of the portal and leads nowhere else."""
    match = _SCREEN_ADDRESS.fullmatch(address)
    return match is not None and match[1] in SCREENS
