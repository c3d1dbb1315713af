"""Оплата in the states that a resident may find it in."""

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
from tests.kit.pages import markup, press, shown
from tests.kit.paying import BankProcess, Payer, bank_id, bank_process, golden_payer

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
def opened(monkeypatch: pytest.MonkeyPatch, db: object) -> Callable[..., AppTest]:
    """Open the screen as somebody and return it as drawn."""

    def show(actor: Actor, **query: object) -> AppTest:
        return shown(monkeypatch, actor, SCREEN, **query)

    return show


def change(monkeypatch: pytest.MonkeyPatch, **settings: object) -> None:
    changed = config.get_settings().model_copy(update=settings)
    monkeypatch.setattr(config, "get_settings", lambda: changed)


def decoded(page: AppTest) -> dict[str, str]:
    """Return recipient's account and sum of every code on the page."""
    found = {}
    for drawn in re.findall(r'src="data:image/png;base64,([^"]+)"', markup(page)):
        picture = Image.open(io.BytesIO(base64.b64decode(drawn))).convert("L")
        (code,) = zxingcpp.read_barcodes(picture)
        fields = reader.parse(code.bytes).fields
        found[fields["PersonalAcc"]] = fields["Sum"]
    return found


def test_the_sums_due_stand_in_the_fields(opened: Callable[..., AppTest], resident: Actor) -> None:
    page = opened(resident)

    assert [(field.label, field.value) for field in page.text_input] == [
        ("Водоснабжение, ₽", "88,53"),
        ("Жилищные, ₽", "38,40"),
        ("Теплоснабжение, ₽", "0,00"),
    ]
    assert "126,93 ₽" in markup(page)


def test_going_on_shows_what_is_closed_the_bank_and_a_code_for_each_recipient(
    opened: Callable[..., AppTest], resident: Actor
) -> None:
    page = press(opened(resident), "Продолжить")

    shown = markup(page)
    assert "Что закроет этот платёж" in shown
    assert "октябрь 2014" in shown
    assert 'action="/payments/online"' in shown
    assert "Без комиссии" in shown
    assert decoded(page) == {"40702810600000000043": "8853", "40702810300000000042": "3840"}
    assert not page.text_input


def test_sums_are_typed_with_a_comma_or_a_point_and_change_the_codes(
    opened: Callable[..., AppTest], resident: Actor
) -> None:
    page = opened(resident)
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
def test_a_sum_that_is_none_goes_no_further(
    opened: Callable[..., AppTest], resident: Actor, typed: str, sentence: str
) -> None:
    page = opened(resident)
    page.text_input[0].set_value(typed)
    page.text_input[1].set_value("0")

    page = press(page, "Продолжить")

    assert sentence in page.error[0].value
    assert "<script>alert" not in markup(page)
    assert "kb-code" not in markup(page)


def test_more_than_banks_take_is_paid_by_code_alone(
    opened: Callable[..., AppTest], resident: Actor
) -> None:
    page = opened(resident)
    page.text_input[0].set_value("999 999 999,99")

    page = press(page, "Продолжить")

    assert "/payments/online" not in markup(page)
    assert "Онлайн за один раз" in markup(page)
    assert decoded(page)["40702810600000000043"] == "99999999999"


def test_the_fee_is_shown_before_paying(
    opened: Callable[..., AppTest], resident: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(monkeypatch, kabinet_payment_fee=Decimal("1.2"))

    page = press(opened(resident), "Продолжить")

    assert "Комиссия 1,52 ₽, всего спишется <b>128,45 ₽</b>" in markup(page)


def test_without_a_bank_there_are_codes_alone(
    opened: Callable[..., AppTest], resident: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(monkeypatch, kabinet_demo=False)

    page = press(opened(resident), "Продолжить")

    assert "/payments/online" not in markup(page)
    assert len(decoded(page)) == 2


def test_coming_back_from_the_bank_shows_the_state_and_the_fallen_debt_at_once(
    opened: Callable[..., AppTest], payer: Payer, bank: BankProcess
) -> None:
    begun = payer.begin()
    bank.press(bank_id(begun.payment_id))

    page = opened(payer.actor, account=payer.account_id, payment=begun.payment_id)

    assert "Платёж получен" in page.success[0].value
    assert [field.value for field in page.text_input] == ["0,00"] * 3
    assert "оплачен" in markup(page)


def test_a_payment_that_waits_is_gone_on_with_or_cancelled(
    opened: Callable[..., AppTest], payer: Payer
) -> None:
    begun = payer.begin()
    page = opened(payer.actor)
    assert "завершите или отмените его" in markup(page)

    page = opened(payer.actor, account=payer.account_id, payment=begun.payment_id)
    assert f'href="{begun.pay_url}">Перейти к оплате' in markup(page)
    page = press(page, "Отменить платёж")

    assert "Платёж отменён" in page.info[0].value
    assert f"repeat={begun.payment_id}" in markup(page)


def test_a_payment_is_repeated_with_its_own_sums(
    opened: Callable[..., AppTest], payer: Payer
) -> None:
    group = next(iter(payer.sums))
    begun = payer.begin(sums={group: Decimal("7.77")})
    payer.cancel(begun.payment_id)

    page = opened(payer.actor, account=payer.account_id, repeat=begun.payment_id)

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
def test_whatever_stands_in_the_address_shows_ones_own(
    opened: Callable[..., AppTest], resident: Actor, query: dict[str, str]
) -> None:
    page = opened(resident, **query)

    assert page.text_input[0].value == "88,53"
    assert not page.success


def test_a_neighbours_payment_in_the_address_is_nobodys(
    opened: Callable[..., AppTest], payer: Payer
) -> None:
    begun = payer.begin()
    others = tuple(one for one in payer.actor.accounts if one != payer.account_id)
    neighbour = replace(payer.actor, accounts=others)

    page = opened(neighbour, account=payer.account_id, payment=begun.payment_id)

    assert not page.warning
    assert str(begun.payment_id) not in markup(page)


def test_every_text_of_billing_is_escaped(opened: Callable[..., AppTest], resident: Actor) -> None:
    evil = "<script>alert(1)</script>"
    with database.transaction(database.OWNER) as connection:
        for table in ("service_group", "organization"):
            connection.execute(text(f"UPDATE {table} SET name = '{evil}'"))

    page = press(opened(resident), "Продолжить")

    assert evil not in markup(page)
    assert "&lt;script&gt;" in markup(page)
