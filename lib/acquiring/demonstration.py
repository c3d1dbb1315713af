"""The client of the demonstration bank; the server is ``lib.web.demo_bank``.

The bank speaks JSON over HTTP on this machine, only in demonstration mode:

``POST /demo-bank/payments``, header ``Idempotence-Key``: amount (a string, «126.93»), currency,
order, description, method, return_url, notice_url. Answers with the payment: id, status
(``pending``, ``paid``, ``cancelled``), amount, currency, refunded, order, pay_url. The same key
again returns the same payment.

``GET /demo-bank/payments/{id}`` answers with the payment, or with 404.

``POST /demo-bank/payments/{id}/refunds``, header ``Idempotence-Key``: amount. Answers with the
payment, or with 409 if less than that is left to refund.

``GET /demo-bank/pay/{id}`` is the page of the payer. A notice is a POST of ``{"id": …}`` to
notice_url, repeated a few times until it is answered with 200.
"""

import json
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

import requests

from lib import config, links
from lib.acquiring.bank import BankRefused, BankUnavailable, Order
from lib.domain.payments.online import CURRENCY, BankReport, BankState
from lib.errors import PortalError

NAME = "demo"
_SECONDS = 5
_OK, _NOT_FOUND, _CLIENT, _SERVER = 200, 404, 400, 500


class DemonstrationOnly(PortalError):
    """The demonstration bank was requested outside demonstration mode."""

    def __init__(self) -> None:
        super().__init__("Демонстрационный банк есть только в демонстрационном режиме.")


class DemonstrationBank:
    """The bank of the demonstration, called over HTTP like any other."""

    def __init__(self) -> None:
        settings = config.get_settings()
        if not settings.kabinet_demo:
            raise DemonstrationOnly
        base = settings.kabinet_demo_bank or f"http://{_host(settings.host)}:{settings.port}"
        self._address = base + links.DEMO_BANK

    @property
    def name(self) -> str:
        """Return the name of the bank that is stored with its payments."""
        return NAME

    def create_payment(self, order: Order) -> BankReport:
        """Create a payment, or return the one created for this order before."""
        answer = self._ask(
            "POST",
            "/payments",
            key=order.payment_id,
            body={
                "amount": str(order.amount),
                "currency": CURRENCY,
                "order": str(order.payment_id),
                "description": order.description,
                "method": order.method.value,
                "return_url": order.return_url,
                "notice_url": order.notice_url,
            },
        )
        if answer is None:
            raise BankUnavailable
        return _make_report(answer)

    def find_payment(self, bank_id: str) -> BankReport | None:
        """Return the bank's report on a payment; None if it has no payment with this id."""
        found = self._ask("GET", f"/payments/{_check_id(bank_id)}")
        return None if found is None else _make_report(found)

    def refund_payment(self, bank_id: str, *, amount: Decimal, key: UUID) -> None:
        """Give back a part of a payment, or all of it; once for each key."""
        body = {"amount": str(amount)}
        if self._ask("POST", f"/payments/{_check_id(bank_id)}/refunds", key=key, body=body) is None:
            raise BankRefused

    def parse_notice(self, body: bytes) -> str | None:
        """Return the bank's id of the payment that a notice is about; None if it is no notice."""
        try:
            notice = json.loads(body)
        except ValueError:
            return None
        bank_id = notice.get("id") if isinstance(notice, dict) else None
        return bank_id if isinstance(bank_id, str) and _is_id(bank_id) else None

    def _ask(
        self, method: str, path: str, *, key: UUID | None = None, body: dict[str, str] | None = None
    ) -> dict[str, Any] | None:
        """Send a request and return the payment in the answer; None if the bank has none."""
        headers = {} if key is None else {"Idempotence-Key": str(key)}
        try:
            with requests.Session() as session:
                session.trust_env = False  # the bank is on this machine: no proxy
                answer = session.request(
                    method, self._address + path, json=body, headers=headers, timeout=_SECONDS
                )
            if answer.status_code == _NOT_FOUND:
                return None
            if _CLIENT <= answer.status_code < _SERVER:
                raise BankRefused
            if answer.status_code != _OK:
                raise BankUnavailable
            payment = answer.json()
        except requests.RequestException as failure:
            raise BankUnavailable from failure
        if not isinstance(payment, dict):
            raise BankUnavailable
        return payment


def _make_report(payment: dict[str, Any]) -> BankReport:
    try:
        return BankReport(
            bank_id=str(payment["id"]),
            state=BankState(payment["status"]),
            amount=Decimal(payment["amount"]),
            currency=str(payment["currency"]),
            refunded=Decimal(payment["refunded"]),
            order=payment["order"],
            pay_url=payment["pay_url"],
        )
    except (KeyError, ValueError, TypeError, InvalidOperation) as wrong:
        raise BankUnavailable from wrong


def _host(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _is_id(bank_id: str) -> bool:
    return bank_id.isascii() and bank_id.replace("-", "").isalnum() and len(bank_id) <= 64  # noqa: PLR2004 - no id is longer


def _check_id(bank_id: str) -> str:
    """Return the id after checking that it cannot change the path of an address."""
    if not _is_id(bank_id):
        raise BankRefused
    return bank_id
