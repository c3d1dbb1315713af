"""ЮKassa by its own SDK: card and СБП, by sending the payer to the bank's page.

The SDK keeps the shop's keys in class attributes, waits for an answer without a limit and
fails if a connection breaks. The client below corrects the last two.
"""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

import requests
import structlog
import yookassa
from requests.adapters import HTTPAdapter
from yookassa.client import ApiClient
from yookassa.domain.exceptions import ApiError, BadRequestError, NotFoundError

from lib import config
from lib.acquiring.bank import BankRefused, BankUnavailable, Method, Order
from lib.domain.payments.online import CURRENCY, BankReport, BankState

NAME = "yookassa"
API = "https://api.yookassa.ru/v3"
_LOG = structlog.get_logger("acquiring")
_CONNECT_SECONDS, _ANSWER_SECONDS = 5, 20
_LONGEST_ITEM = 128  # characters in a line of the receipt and in the description
_LONGEST_ID = 64
_METHODS = {Method.CARD: "bank_card", Method.SBP: "sbp"}
_STATES = {"succeeded": BankState.PAID, "canceled": BankState.CANCELLED}  # all others are pending
# the status of the answer that the SDK is given if there was none
_NO_ANSWER = 503


class _TimeoutAdapter(HTTPAdapter):
    """Limits the wait for a connection and for an answer."""

    def send(self, request: Any, **options: Any) -> requests.Response:  # type: ignore[override]
        options["timeout"] = (_CONNECT_SECONDS, _ANSWER_SECONDS)
        return super().send(request, **options)


class _Client(ApiClient):  # type: ignore[misc] # the SDK ships no types
    """The SDK's client with a timeout, and with an answer for a broken connection."""

    def get_session(self) -> requests.Session:
        session = requests.Session()
        for scheme in ("https://", "http://"):
            session.mount(scheme, _TimeoutAdapter())
        return session

    def execute(self, *arguments: Any) -> requests.Response:
        try:
            answer: requests.Response = super().execute(*arguments)
        except requests.RequestException as failure:
            if failure.response is None:
                failure.response = _no_answer()
            raise
        return answer


class _Payment(yookassa.Payment):  # type: ignore[misc]
    def __init__(self) -> None:
        self.client = _Client()


class _Refund(yookassa.Refund):  # type: ignore[misc]
    def __init__(self) -> None:
        self.client = _Client()


class YookassaBank:
    """The centre's only shop at ЮKassa."""

    def __init__(self, shop_id: str, secret: str) -> None:
        yookassa.Configuration.configure(shop_id, secret, api_url=API)

    @property
    def name(self) -> str:
        """Return the name of the bank that is stored with its payments."""
        return NAME

    def create_payment(self, order: Order) -> BankReport:
        """Create a payment, or return the one created for this order before."""
        request: dict[str, Any] = {
            "amount": _amount(order.amount),
            "capture": True,
            "confirmation": {"type": "redirect", "return_url": order.return_url},
            "payment_method_data": {"type": _METHODS[order.method]},
            "description": order.description[:_LONGEST_ITEM],
            "metadata": {"order": str(order.payment_id)},
        }
        if order.email:
            request["receipt"] = _receipt(order, order.email)
        return _make_report(_call(lambda: _Payment.create(request, str(order.payment_id))))

    def find_payment(self, bank_id: str) -> BankReport | None:
        """Return the bank's report on a payment; None if it has no payment with this id."""
        try:
            return _make_report(_call(lambda: _Payment.find_one(bank_id)))
        except BankRefused:
            return None

    def refund_payment(self, bank_id: str, *, amount: Decimal, key: UUID) -> None:
        """Give back a part of a payment, or all of it; once for each key."""
        request = {"payment_id": bank_id, "amount": _amount(amount)}
        _call(lambda: _Refund.create(request, str(key)))

    def parse_notice(self, body: bytes) -> str | None:
        """Return the bank's id of the payment that a notice is about; None if it is no notice."""
        try:
            notice = json.loads(body)
            about, kind = notice["object"], str(notice["event"])
            bank_id = about["payment_id"] if kind.startswith("refund.") else about["id"]
        except (ValueError, KeyError, TypeError):
            return None
        is_id = (
            isinstance(bank_id, str) and bank_id.isascii() and bank_id.replace("-", "").isalnum()
        )
        return bank_id if is_id and len(bank_id) <= _LONGEST_ID else None


def _call(request: Callable[[], Any]) -> Any:
    """Call the SDK; any failure but a clear refusal means that the outcome is not known."""
    try:
        return request()
    except (BadRequestError, NotFoundError) as refusal:
        _LOG.warning("bank refused", code=refusal.HTTP_CODE)
        raise BankRefused from refusal
    except ApiError as failure:
        _LOG.warning("bank away", code=failure.HTTP_CODE)
        raise BankUnavailable from failure
    except (requests.RequestException, ValueError, TypeError, AttributeError) as failure:
        _LOG.warning("bank away", failure=type(failure).__name__)
        raise BankUnavailable from failure


def _no_answer() -> requests.Response:
    answer = requests.Response()
    answer.status_code = _NO_ANSWER
    answer._content = b'{"type": "error"}'  # noqa: SLF001 - the library has no other way to make one
    return answer


def _amount(value: Decimal) -> dict[str, str]:
    return {"value": f"{value:.2f}", "currency": CURRENCY}


def _receipt(order: Order, email: str) -> dict[str, Any]:
    """Return the data of the fiscal receipt: a line for each group and one for the fee."""
    vat = config.get_settings().yookassa_vat_code
    return {
        "customer": {"email": email},
        "items": [
            {
                "description": item.name[:_LONGEST_ITEM],
                "quantity": "1.00",
                "amount": _amount(item.amount),
                "vat_code": vat,
                "payment_subject": "service",
                "payment_mode": "full_payment",
            }
            for item in order.items
        ],
    }


def _make_report(payment: Any) -> BankReport:
    try:
        refunded, confirmation = payment.refunded_amount, payment.confirmation
        return BankReport(
            bank_id=str(payment.id),
            state=_STATES.get(payment.status, BankState.PENDING),
            amount=payment.amount.value,
            currency=payment.amount.currency,
            refunded=refunded.value if refunded else Decimal("0.00"),
            order=(payment.metadata or {}).get("order"),
            pay_url=confirmation.confirmation_url if confirmation else None,
        )
    except (AttributeError, TypeError, ValueError) as wrong:
        raise BankUnavailable from wrong
