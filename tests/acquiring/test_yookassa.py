"""ЮKassa through its SDK, against a local server that answers like the documented API."""

import json
import threading
from collections.abc import Iterator
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID, uuid4

import pytest

from lib import acquiring, config
from lib.acquiring import yookassa_bank
from lib.acquiring.bank import BankRefused, BankUnavailable, Method, Order, ReceiptItem
from lib.acquiring.demonstration import DemonstrationBank, DemonstrationOnly
from lib.acquiring.yookassa_bank import YookassaBank
from lib.domain.payments.online import BankReport, BankState

D = Decimal
NAME = "2d9a1a5e-000f-5000-8000-1b3f5c6d7e8f"
KEY = UUID("11111111-2222-4333-8444-555555555555")


class Shop(ThreadingHTTPServer):
    """What the server answers, and what it was asked."""

    status = 200
    answer: Any = None
    requests: list[tuple[str, dict[str, str], Any]]


class _Handler(BaseHTTPRequestHandler):
    server: Shop

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        self.server.requests.append((f"{self.command} {self.path}", dict(self.headers), body))
        content = self.server.answer
        content = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST  # noqa: N815

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    server = Shop(("127.0.0.1", 0), _Handler)
    server.requests = []
    server.answer = payment()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.setattr(yookassa_bank, "API", f"http://127.0.0.1:{server.server_port}/v3")
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def bank(shop: Shop) -> YookassaBank:
    return YookassaBank("100500", "test_secret")


def payment(**changes: Any) -> dict[str, Any]:
    return {
        "id": NAME,
        "status": "pending",
        "amount": {"value": "126.93", "currency": "RUB"},
        "confirmation": {"type": "redirect", "confirmation_url": "https://yoomoney.example/pay"},
        "created_at": "2014-11-05T10:00:00.000Z",
        "metadata": {"order": str(KEY)},
        "paid": False,
        "refundable": False,
        "recipient": {"account_id": "100500", "gateway_id": "1"},
        "test": True,
        **changes,
    }


def order(**changes: Any) -> Order:
    values: dict[str, Any] = {
        "payment_id": KEY,
        "amount": D("126.93"),
        "description": "Оплата ЖКУ, лицевой счёт 0000012345",
        "return_url": "https://lk.example.ru/pay",
        "notice_url": "https://lk.example.ru/payments/notice",
        "method": Method.SBP,
        "items": [ReceiptItem("Водоснабжение", D("88.53")), ReceiptItem("Жилищные", D("38.40"))],
    }
    return Order(**(values | changes))


class TestCreate:
    def test_sends_our_key_with_the_order(self, bank: YookassaBank, shop: Shop) -> None:
        report = bank.create_payment(order())

        assert report == BankReport(
            NAME,
            BankState.PENDING,
            D("126.93"),
            "RUB",
            order=str(KEY),
            pay_url="https://yoomoney.example/pay",
        )
        ((request, headers, body),) = shop.requests
        assert request == "POST /v3/payments"
        assert headers["Idempotence-Key"] == str(KEY)
        assert headers["Authorization"].startswith("Basic ")
        assert body["amount"] == {"value": "126.93", "currency": "RUB"}
        assert body["capture"] is True
        assert body["payment_method_data"]["type"] == "sbp"
        assert body["confirmation"] == {
            "type": "redirect",
            "return_url": "https://lk.example.ru/pay",
        }
        assert body["metadata"]["order"] == str(KEY)
        assert "receipt" not in body
        assert "card" not in json.dumps(body)

    def test_a_fiscal_receipt_lists_the_parts_of_the_sum(
        self, bank: YookassaBank, shop: Shop
    ) -> None:
        bank.create_payment(order(email="resident@example.org", method=Method.CARD))

        receipt = shop.requests[0][2]["receipt"]
        assert receipt["customer"]["email"] == "resident@example.org"
        assert [(i["description"], i["amount"]["value"]) for i in receipt["items"]] == [
            ("Водоснабжение", "88.53"),
            ("Жилищные", "38.40"),
        ]
        assert {i["vat_code"] for i in receipt["items"]} == {1}

    @pytest.mark.parametrize(
        ("status", "answer", "refusal"),
        [
            (400, {"type": "error", "code": "invalid_request"}, BankRefused),
            (401, {"type": "error", "code": "invalid_credentials"}, BankUnavailable),
            (429, {"type": "error", "code": "too_many_requests"}, BankUnavailable),
            (500, {"type": "error", "code": "internal_server_error"}, BankUnavailable),
            (502, b"<html>Bad Gateway</html>", BankUnavailable),
            (200, b"<html>", BankUnavailable),
            (200, {}, BankUnavailable),
            (200, [], BankUnavailable),
        ],
    )
    def test_an_answer_without_a_payment_is_an_error(
        self, bank: YookassaBank, shop: Shop, status: int, answer: Any, refusal: type[Exception]
    ) -> None:
        shop.status, shop.answer = status, answer

        with pytest.raises(refusal):
            bank.create_payment(order())

    def test_a_bank_that_does_not_answer_is_unavailable(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(yookassa_bank, "API", "http://127.0.0.1:1/v3")

        with pytest.raises(BankUnavailable):
            YookassaBank("100500", "test_secret").create_payment(order())


class TestStatus:
    @pytest.mark.parametrize(
        ("changes", "state", "refunded"),
        [
            ({"status": "succeeded", "paid": True}, BankState.PAID, D(0)),
            (
                {"status": "succeeded", "refunded_amount": {"value": "40.00", "currency": "RUB"}},
                BankState.PAID,
                D(40),
            ),
            ({"status": "canceled"}, BankState.CANCELLED, D(0)),
            ({"status": "waiting_for_capture"}, BankState.PENDING, D(0)),
            ({"status": "of tomorrow"}, BankState.PENDING, D(0)),
        ],
    )
    def test_is_the_state_that_the_bank_reports(
        self,
        bank: YookassaBank,
        shop: Shop,
        changes: dict[str, Any],
        state: BankState,
        refunded: Decimal,
    ) -> None:
        shop.answer = payment(**changes)

        report = bank.find_payment(NAME)

        assert report is not None
        assert (report.state, report.refunded) == (state, refunded)
        assert shop.requests[0][0] == f"GET /v3/payments/{NAME}"

    def test_of_a_payment_unknown_to_the_bank_is_none(self, bank: YookassaBank, shop: Shop) -> None:
        shop.status, shop.answer = 404, {"type": "error", "code": "not_found"}

        assert bank.find_payment(NAME) is None


def test_a_refund_carries_its_key(bank: YookassaBank, shop: Shop) -> None:
    shop.answer = {
        "id": "r-1",
        "payment_id": NAME,
        "status": "succeeded",
        "amount": {"value": "40.00", "currency": "RUB"},
        "created_at": "2014-11-05T10:00:00.000Z",
    }

    bank.refund_payment(NAME, amount=D(40), key=KEY)

    ((request, headers, body),) = shop.requests
    assert (request, headers["Idempotence-Key"]) == ("POST /v3/refunds", str(KEY))
    assert (body["payment_id"], body["amount"]["value"]) == (NAME, "40.00")


class TestNotice:
    @pytest.mark.parametrize(
        "body",
        [
            {"event": "payment.succeeded", "object": {"id": NAME, "status": "succeeded"}},
            {"event": "payment.canceled", "object": {"id": NAME}},
            {"event": "refund.succeeded", "object": {"id": "r-1", "payment_id": NAME}},
        ],
    )
    def test_names_its_payment(self, bank: YookassaBank, body: dict[str, Any]) -> None:
        assert bank.parse_notice(json.dumps({"type": "notification", **body}).encode()) == NAME

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"[]",
            b"{}",
            b"\xff",
            b'{"event": "payment.succeeded"}',
            b'{"event": "payment.succeeded", "object": "x"}',
            b'{"event": "payment.succeeded", "object": {"id": 5}}',
            b'{"event": "payment.succeeded", "object": {"id": "../x"}}',
            b'{"event": "refund.succeeded", "object": {"id": "r-1"}}',
        ],
    )
    def test_an_invalid_notice_names_no_payment(self, bank: YookassaBank, body: bytes) -> None:
        assert bank.parse_notice(body) is None


def test_the_settings_choose_the_bank(monkeypatch: pytest.MonkeyPatch) -> None:
    def chosen(**environment: str) -> str | None:
        settings = config.read_settings(environment)
        monkeypatch.setattr(config, "get_settings", lambda: settings)
        found = acquiring.find_bank()
        return found.name if found else None

    assert chosen() is None
    assert chosen(KABINET_DEMO="1") == "demo"
    assert chosen(YOOKASSA_SHOP_ID="1", YOOKASSA_SECRET=uuid4().hex) == "yookassa"
    with pytest.raises(DemonstrationOnly):
        DemonstrationBank()
    named = acquiring.find_bank_by_name("yookassa")
    assert named is not None
    assert acquiring.find_bank_by_name("demo") is None
