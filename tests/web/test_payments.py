"""Payment routes: who may begin, notices of the bank, payment codes."""

import io
import json
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
import zxingcpp
from PIL import Image
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from lib import config, links
from lib.domain.payment_code import reader
from lib.services.people import sign_in
from lib.web.cookies import SESSION
from lib.web.failures import HANDLERS
from lib.web.middleware import PortalMiddleware
from lib.web.routes import ROUTES
from tests.kit.payments.paying import BankProcess, Payer, bank_id, bank_process, golden_payer, rows
from tests.kit.portal import PASSWORD

HOST = "http://portal.test"
OWN = {"Origin": HOST}


@pytest.fixture(scope="module")
def bank_of_module(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BankProcess]:
    with bank_process(tmp_path_factory.mktemp("bank")) as bank:
        yield bank


@pytest.fixture
def bank(bank_of_module: BankProcess, monkeypatch: pytest.MonkeyPatch) -> BankProcess:
    settings = config.get_settings().model_copy(
        update={"kabinet_demo_bank": bank_of_module.url, "kabinet_address": "http://127.0.0.1:1"}
    )
    monkeypatch.setattr(config, "get_settings", lambda: settings)
    return bank_of_module


@pytest.fixture
def portal(db: object, bank: BankProcess) -> Iterator[TestClient]:
    app = Starlette(
        routes=list(ROUTES), exception_handlers=HANDLERS, middleware=[Middleware(PortalMiddleware)]
    )
    with TestClient(app, base_url=HOST, follow_redirects=False) as client:
        yield client


@pytest.fixture
def payer(portal: TestClient) -> Payer:
    """The resident, also signed in in the portal's browser."""
    ticket = sign_in.issue_ticket(name="resident", password=PASSWORD, visit="v", remember=False)
    token = sign_in.open_session(ticket=ticket, visit="v").token
    portal.cookies.set(SESSION, token)
    actor = sign_in.find_actor(token=token)
    assert actor is not None
    return golden_payer(actor)


@pytest.fixture
def form(payer: Payer) -> Callable[..., dict[str, str]]:
    def fill(**changes: str) -> dict[str, str]:
        fields = {"account": str(payer.account_id), "key": uuid4().hex, "way": "card"}
        fields |= {f"group.{group}": str(amount) for group, amount in payer.sums.items()}
        return fields | changes

    return fill


class TestPayOnline:
    def test_sends_the_payer_to_the_banks_page(
        self, portal: TestClient, form: Callable[..., dict[str, str]], bank: BankProcess
    ) -> None:
        answer = portal.post(links.PAY_ONLINE, data=form(way="sbp"), headers=OWN)

        assert answer.status_code == 303
        assert answer.headers["location"].startswith(f"{bank.url}/demo-bank/pay/demo-")
        assert rows("SELECT amount, method FROM online_payment")[0][1] == "sbp"

    def test_a_form_sent_twice_is_one_payment(
        self, portal: TestClient, form: Callable[..., dict[str, str]]
    ) -> None:
        fields = form()

        sent = [portal.post(links.PAY_ONLINE, data=fields, headers=OWN) for _ in range(2)]

        assert sent[0].headers["location"] == sent[1].headers["location"]
        assert rows("SELECT count(*) FROM online_payment") == [(1,)]

    @pytest.mark.parametrize(
        ("changed", "status"),
        [
            ({"account": "999999"}, 404),
            ({"account": "one"}, 404),
            ({"key": "none"}, 404),
            ({"way": "gift"}, 404),
            ({"group.999999": "5"}, 400),
            ({"group.1": "<b>"}, 400),
            ({"group.1": "-5"}, 400),
        ],
    )
    def test_refuses_foreign_accounts_and_invalid_sums(
        self,
        portal: TestClient,
        form: Callable[..., dict[str, str]],
        changed: dict[str, str],
        status: int,
    ) -> None:
        answer = portal.post(links.PAY_ONLINE, data=form(**changed), headers=OWN)

        assert answer.status_code == status
        assert rows("SELECT count(*) FROM online_payment") == [(0,)]

    def test_a_foreign_page_cannot_begin_a_payment(
        self, portal: TestClient, form: Callable[..., dict[str, str]]
    ) -> None:
        foreign = {"Origin": "http://evil.test"}

        assert portal.post(links.PAY_ONLINE, data=form(), headers=foreign).status_code == 403
        assert rows("SELECT count(*) FROM online_payment") == [(0,)]

    def test_a_stranger_cannot_begin_a_payment(
        self, portal: TestClient, form: Callable[..., dict[str, str]]
    ) -> None:
        fields = form()
        portal.cookies.clear()

        assert portal.post(links.PAY_ONLINE, data=fields, headers=OWN).status_code == 404


class TestNotice:
    def test_is_answered_after_it_was_recorded(
        self, portal: TestClient, payer: Payer, bank: BankProcess
    ) -> None:
        payment = payer.begin()
        name = bank_id(payment.payment_id)
        bank.press(name)
        portal.cookies.clear()

        answer = portal.post(links.PAYMENT_NOTICE, content=json.dumps({"id": name}))

        assert answer.status_code == 200
        assert payer.due == 0

    @pytest.mark.parametrize(
        ("body", "status"),
        [
            (b"", 404),
            (b'{"id": "demo-nobody"}', 404),
            (b"x" * 65_537, 413),
            (b'{"id": "' + b"y" * 65_537, 413),
        ],
    )
    def test_an_invalid_notice_is_not_found(
        self, portal: TestClient, body: bytes, status: int
    ) -> None:
        assert portal.post(links.PAYMENT_NOTICE, content=body).status_code == status

    def test_must_be_repeated_while_the_bank_is_away(
        self, portal: TestClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings = config.get_settings().model_copy(
            update={"kabinet_demo_bank": "http://127.0.0.1:1"}
        )
        monkeypatch.setattr(config, "get_settings", lambda: settings)

        answer = portal.post(links.PAYMENT_NOTICE, content=b'{"id": "demo-1"}')

        assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")


class TestPaymentCode:
    @pytest.fixture
    def address(self, payer: Payer) -> str:
        bill = payer.card.bill
        assert bill is not None
        group = bill.groups[0]
        return links.link_to_payment_code(
            account_id=payer.account_id,
            recipient_id=group.recipient_id,
            sums={group.group_id: "12,34"},
        )

    def test_is_a_picture_that_can_be_scanned(self, portal: TestClient, address: str) -> None:
        answer = portal.get(address)

        assert answer.headers["content-type"] == "image/png"
        assert answer.headers["content-disposition"] == 'attachment; filename="kod-oplaty.png"'
        picture = Image.open(io.BytesIO(answer.content)).convert("L")
        (code,) = zxingcpp.read_barcodes(picture)
        assert reader.parse(code.bytes).fields["Sum"] == "1234"

    def test_is_only_for_holders_of_its_account(self, portal: TestClient, address: str) -> None:
        account = address.split("/")[3]
        foreign = address.replace(f"/{account}/", "/999999/")
        wrong = address.replace(".png", "0.png")
        assert [portal.get(a).status_code for a in (foreign, wrong, f"{address}x")] == [404] * 3
        portal.cookies.clear()

        assert portal.get(address).status_code == 404
