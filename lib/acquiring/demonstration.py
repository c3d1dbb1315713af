"""The demonstration bank as a client sees it; its own side is ``lib.web.demo_bank``.

It speaks HTTP on loopback, in JSON, and exists in demonstration mode alone:

``POST /demo-bank/payments``, header ``Idempotence-Key``: amount (a string, «126.93»), currency,
order, description, method, return_url, notice_url. Answers with the payment: id, status
(``pending``, ``paid``, ``cancelled``), amount, currency, refunded, order, pay_url. The same key
again returns the same payment.

``GET /demo-bank/payments/{id}`` answers with the payment, or with 404.

``POST /demo-bank/payments/{id}/refunds``, header ``Idempotence-Key``: amount. Answers with the
payment, or with 409 where there is not so much left of it.

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
    """The demonstration bank is asked for where there is no demonstration."""

    def __init__(self) -> None:
        super().__init__("Демонстрационный банк есть только в демонстрационном режиме.")


class DemonstrationBank:
    """The bank of the demonstration, spoken to over HTTP like any other."""

    def __init__(self) -> None:
        settings = config.get_settings()
        if not settings.kabinet_demo:
            raise DemonstrationOnly
        own = settings.kabinet_demo_bank or f"http://{_host(settings.host)}:{settings.port}"
        self._address = own + links.DEMO_BANK

    @property
    def name(self) -> str:
        """Return the name under which payments remember their bank."""
        return NAME

    def create_payment(self, order: Order) -> BankReport:
        """Make a payment, or return the one that this order has made before."""
        made = self._ask(
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
        if made is None:
            raise BankUnavailable
        return _word(made)

    def find_payment(self, bank_id: str) -> BankReport | None:
        """Return what the bank says of a payment; None where it knows none of that name."""
        found = self._ask("GET", f"/payments/{_name(bank_id)}")
        return None if found is None else _word(found)

    def refund_payment(self, bank_id: str, *, amount: Decimal, key: UUID) -> None:
        """Give back a part of a payment, or all of it; once for each key."""
        body = {"amount": str(amount)}
        if self._ask("POST", f"/payments/{_name(bank_id)}/refunds", key=key, body=body) is None:
            raise BankRefused

    def parse_notice(self, body: bytes) -> str | None:
        """Return which payment a notice is about; None where it is no notice."""
        try:
            said = json.loads(body)
        except ValueError:
            return None
        named = said.get("id") if isinstance(said, dict) else None
        return named if isinstance(named, str) and _is_name(named) else None

    def _ask(
        self, method: str, path: str, *, key: UUID | None = None, body: dict[str, str] | None = None
    ) -> dict[str, Any] | None:
        """Ask and return the payment of the answer; None where there is none of that name."""
        headers = {} if key is None else {"Idempotence-Key": str(key)}
        try:
            with requests.Session() as session:
                session.trust_env = False  # no proxy stands before this very machine
                answer = session.request(
                    method, self._address + path, json=body, headers=headers, timeout=_SECONDS
                )
            if answer.status_code == _NOT_FOUND:
                return None
            if _CLIENT <= answer.status_code < _SERVER:
                raise BankRefused
            if answer.status_code != _OK:
                raise BankUnavailable
            said = answer.json()
        except requests.RequestException as failure:
            raise BankUnavailable from failure
        if not isinstance(said, dict):
            raise BankUnavailable
        return said


def _word(said: dict[str, Any]) -> BankReport:
    try:
        return BankReport(
            bank_id=str(said["id"]),
            state=BankState(said["status"]),
            amount=Decimal(said["amount"]),
            currency=str(said["currency"]),
            refunded=Decimal(said["refunded"]),
            order=said["order"],
            pay_url=said["pay_url"],
        )
    except (KeyError, ValueError, TypeError, InvalidOperation) as wrong:
        raise BankUnavailable from wrong


def _host(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _is_name(name: str) -> bool:
    return name.isascii() and name.replace("-", "").isalnum() and len(name) <= 64  # noqa: PLR2004 - no name is longer


def _name(bank_id: str) -> str:
    """Return a name that is part of an address and leads nowhere else in it."""
    if not _is_name(bank_id):
        raise BankRefused
    return bank_id
