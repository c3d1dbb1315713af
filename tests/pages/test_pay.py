"""The screen «Оплата» in all its states."""

import base64
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

import pytest
import zxingcpp
from PIL import Image
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from db import session as database
from lib import config
from lib.access import Actor
from lib.domain.payment_code import reader
from tests.kit.pages import draw_screen, markup, press
from tests.kit.payments.paying import BankProcess, Payer, bank_id, bank_process, golden_payer

SCREEN = "resident/pay.py"


@pytest.fixture(scope="module")
def bank_of_module(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BankProcess]:
    with bank_process(tmp_path_factory.mktemp("bank")) as bank:
        yield bank


@pytest.fixture
def bank(bank_of_module: BankProcess, monkeypatch: pytest.MonkeyPatch) -> BankProcess:
    change(monkeypatch, kabinet_demo_bank=bank_of_module.url, kabinet_address="http://127.0.0.1:1")
    return bank_of_module


@pytest.fixture
def payer(bank: BankProcess, resident: Actor) -> Payer:
    return golden_payer(resident)


@pytest.fixture
def open_screen(monkeypatch: pytest.MonkeyPatch, db: object) -> Callable[..., AppTest]:
    """Open the screen as an actor and return it drawn."""

    def show(actor: Actor, **query: object) -> AppTest:
        return draw_screen(monkeypatch, actor, SCREEN, **query)

    return show


def change(monkeypatch: pytest.MonkeyPatch, **settings: object) -> None:
    changed = config.get_settings().model_copy(update=settings)
    monkeypatch.setattr(config, "get_settings", lambda: changed)


def decoded(page: AppTest) -> dict[str, str]:
    """Return the sum of every code on the page by the recipient's account."""
    found = {}
    for encoded in re.findall(r'src="data:image/png;base64,([^"]+)"', markup(page)):
        picture = Image.open(io.BytesIO(base64.b64decode(encoded))).convert("L")
        (code,) = zxingcpp.read_barcodes(picture)
        fields = reader.parse(code.bytes).fields
        found[fields["PersonalAcc"]] = fields["Sum"]
    return found


def test_the_sums_due_are_in_the_fields(
    open_screen: Callable[..., AppTest], resident: Actor
) -> None:
    page = open_screen(resident)

    assert [(field.label, field.value) for field in page.text_input] == [
        ("Водоснабжение, ₽", "88,53"),
        ("Жилищные, ₽", "38,40"),
        ("Теплоснабжение, ₽", "0,00"),
    ]
    assert "126,93 ₽" in markup(page)


def test_the_next_step_shows_closed_debts_the_bank_and_a_code_per_recipient(
    open_screen: Callable[..., AppTest], resident: Actor
) -> None:
    page = press(open_screen(resident), "Продолжить")

    html = markup(page)
    assert "Что закроет этот платёж" in html
    assert "октябрь 2014" in html
    assert 'action="/payments/online"' in html
    assert "Без комиссии" in html
    assert decoded(page) == {"40702810600000000043": "8853", "40702810300000000042": "3840"}
    assert not page.text_input


def test_sums_are_typed_with_a_comma_or_a_point_and_change_the_codes(
    open_screen: Callable[..., AppTest], resident: Actor
) -> None:
    page = open_screen(resident)
    page.text_input[0].set_value("100.5")
    page.text_input[1].set_value("")
    page.text_input[2].set_value("1 000,05 ₽")
    page.run()
    assert "1\N{NO-BREAK SPACE}100,55 ₽" in markup(page)

    page = press(page, "Продолжить")

    assert decoded(page)["40702810600000000043"] == "10050"
    assert "аванс: зачтётся в следующих месяцах" in markup(page)
    page = press(page, "Изменить суммы")
    assert [field.value for field in page.text_input] == [
        "100,50",
        "0,00",
        "1\N{NO-BREAK SPACE}000,05",
    ]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("сто", "Сумма не распознана"),
        ("-5", "Сумма не распознана"),
        ("5,001", "Сумма не распознана"),
        ("<script>alert(1)</script>", "Сумма не распознана"),
        ("9" * 20, "Сумма не распознана"),
        ("0", "хотя бы одну сумму"),
    ],
)
def test_an_invalid_sum_is_refused(
    open_screen: Callable[..., AppTest], resident: Actor, typed: str, sentence: str
) -> None:
    page = open_screen(resident)
    page.text_input[0].set_value(typed)
    page.text_input[1].set_value("0")

    page = press(page, "Продолжить")

    assert sentence in page.error[0].value
    assert "<script>alert" not in markup(page)
    assert "kb-code" not in markup(page)


def test_a_sum_above_the_banks_limit_is_paid_only_by_code(
    open_screen: Callable[..., AppTest], resident: Actor
) -> None:
    page = open_screen(resident)
    page.text_input[0].set_value("999 999 999,99")

    page = press(page, "Продолжить")

    assert "/payments/online" not in markup(page)
    assert "Онлайн за один раз" in markup(page)
    assert decoded(page)["40702810600000000043"] == "99999999999"


def test_the_fee_is_shown_before_paying(
    open_screen: Callable[..., AppTest], resident: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(monkeypatch, kabinet_payment_fee=Decimal("1.2"))

    page = press(open_screen(resident), "Продолжить")

    assert "Комиссия 1,52 ₽, всего спишется <b>128,45 ₽</b>" in markup(page)


def test_without_a_bank_there_are_only_codes(
    open_screen: Callable[..., AppTest], resident: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(monkeypatch, kabinet_demo=False)

    page = press(open_screen(resident), "Продолжить")

    assert "/payments/online" not in markup(page)
    assert len(decoded(page)) == 2


def test_after_the_bank_the_state_and_the_reduced_debt_are_shown_at_once(
    open_screen: Callable[..., AppTest], payer: Payer, bank: BankProcess
) -> None:
    payment = payer.begin()
    bank.press(bank_id(payment.payment_id))

    page = open_screen(payer.actor, account=payer.account_id, payment=payment.payment_id)

    assert "Платёж получен" in page.success[0].value
    assert [field.value for field in page.text_input] == ["0,00"] * 3
    assert "оплачен" in markup(page)


def test_a_waiting_payment_can_be_continued_or_cancelled(
    open_screen: Callable[..., AppTest], payer: Payer
) -> None:
    payment = payer.begin()
    page = open_screen(payer.actor)
    assert "завершите или отмените его" in markup(page)

    page = open_screen(payer.actor, account=payer.account_id, payment=payment.payment_id)
    assert f'href="{payment.pay_url}">Перейти к оплате' in markup(page)
    page = press(page, "Отменить платёж")

    assert "Платёж отменён" in page.info[0].value
    assert f"repeat={payment.payment_id}" in markup(page)


def test_a_payment_is_repeated_with_its_own_sums(
    open_screen: Callable[..., AppTest], payer: Payer
) -> None:
    group = next(iter(payer.sums))
    payment = payer.begin(sums={group: Decimal("7.77")})
    payer.cancel(payment.payment_id)

    page = open_screen(payer.actor, account=payer.account_id, repeat=payment.payment_id)

    assert [field.value for field in page.text_input] == ["7,77", "0,00", "0,00"]


@pytest.mark.parametrize(
    "query",
    [
        {"payment": "1"},
        {"account": "999999", "payment": str(uuid4())},
        {"account": "<b>", "payment": "<b>", "repeat": "<b>"},
        {"repeat": str(uuid4())},
    ],
)
def test_any_address_shows_only_ones_own_data(
    open_screen: Callable[..., AppTest], resident: Actor, query: dict[str, str]
) -> None:
    page = open_screen(resident, **query)

    assert page.text_input[0].value == "88,53"
    assert not page.success


def test_a_neighbours_payment_in_the_address_is_not_shown(
    open_screen: Callable[..., AppTest], payer: Payer
) -> None:
    payment = payer.begin()
    others = tuple(account for account in payer.actor.accounts if account != payer.account_id)
    neighbour = replace(payer.actor, accounts=others)

    page = open_screen(neighbour, account=payer.account_id, payment=payment.payment_id)

    assert not page.warning
    assert str(payment.payment_id) not in markup(page)


def test_every_text_of_billing_is_escaped(
    open_screen: Callable[..., AppTest], resident: Actor
) -> None:
    evil = "<script>alert(1)</script>"
    with database.transaction(database.OWNER) as connection:
        for table in ("service_group", "organization"):
            connection.execute(text(f"UPDATE {table} SET name = '{evil}'"))

    page = press(open_screen(resident), "Продолжить")

    assert evil not in markup(page)
    assert "&lt;script&gt;" in markup(page)
