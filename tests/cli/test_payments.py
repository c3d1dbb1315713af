"""`kabinet payment`: online payments from the server's own command line."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest
from typer.testing import CliRunner, Result

from lib import cli, config, startup
from lib.access import Actor
from lib.domain.payments.online import State
from lib.services.packages import exports
from lib.services.payments.paying import OnlineTry
from tests.kit.payments.paying import BankProcess, Payer, bank_id, bank_process, golden_payer


@pytest.fixture(scope="module")
def bank_of_module(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BankProcess]:
    with bank_process(tmp_path_factory.mktemp("bank")) as bank:
        yield bank


@pytest.fixture
def bank(bank_of_module: BankProcess, monkeypatch: pytest.MonkeyPatch) -> BankProcess:
    changed = config.get_settings().model_copy(
        update={"kabinet_demo_bank": bank_of_module.url, "kabinet_address": "http://127.0.0.1:1"}
    )
    monkeypatch.setattr(config, "get_settings", lambda: changed)
    monkeypatch.setattr(startup, "connect", lambda: None)
    monkeypatch.setattr(startup, "disconnect", lambda: None)
    return bank_of_module


@pytest.fixture
def payer(bank: BankProcess, resident: Actor) -> Payer:
    return golden_payer(resident)


@pytest.fixture
def paid(bank: BankProcess, payer: Payer) -> OnlineTry:
    payment = payer.begin()
    bank.press(bank_id(payment.payment_id))
    return payer.refresh(payment.payment_id)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.app, ["payment", *arguments])


def test_payments_are_shown_with_what_the_bank_said(
    bank: BankProcess, payer: Payer, paid: OnlineTry
) -> None:
    payment = payer.begin(sums={next(iter(paid.parts)): Decimal(5)})
    name = bank_id(payment.payment_id)
    bank.press(name)
    bank.book("UPDATE payment SET amount = '4.00' WHERE id = ?", name)
    payer.refresh(payment.payment_id)

    disputed = run("list", "--state", "disputed").output

    assert f"{payment.payment_id}" in disputed
    assert "5,00 ₽  disputed, банк назвал 4.00 RUB" in disputed
    assert str(paid.payment_id) not in disputed
    assert "126,93 ₽  paid" in run("list").output
    assert "Таких платежей нет" in run("list", "--state", "refunded").output


def test_money_is_refunded_in_part_and_then_in_full(payer: Payer, paid: OnlineTry) -> None:
    assert "возвращены" in run("refund", str(paid.payment_id), "--amount", "26,93").output
    assert payer.due == Decimal("26.93")

    assert run("refund", str(paid.payment_id)).exit_code == 0

    assert payer.due == Decimal("126.93")
    again = run("refund", str(paid.payment_id))
    assert (again.exit_code, "уже возвращено" in again.output) == (0, True)


def test_the_same_refund_asked_for_twice_is_made_once(
    bank: BankProcess, payer: Payer, paid: OnlineTry
) -> None:
    first, second = (run("refund", str(paid.payment_id), "--amount", "40") for _ in range(2))

    assert "Деньги возвращены: 40,00 ₽" in first.output
    assert (second.exit_code, "уже возвращено" in second.output) == (0, True)
    assert payer.due == Decimal("40.00")
    name = bank_id(paid.payment_id)
    assert bank.book("SELECT amount FROM refund WHERE payment_id = ?", name) == [("40.00",)]


def test_a_refund_of_a_payment_known_to_billing_asks_to_inform_billing(
    paid: OnlineTry, tmp_path: Path
) -> None:
    part = ("refund", str(paid.payment_id), "--amount")
    assert "биллинг" not in run(*part, "10").output
    exports.export(
        kind=exports.Kind.PAYMENTS,
        organization="kamal",
        recipient="",
        since=None,
        path=tmp_path / "payments_out.csv",
    )

    assert "Платёж уже выгружен в биллинг" in run(*part, "20").output


def test_a_disputed_payment_is_refunded_by_what_the_bank_took(
    bank: BankProcess, payer: Payer
) -> None:
    payment = payer.begin()
    name = bank_id(payment.payment_id)
    bank.press(name)
    bank.book("UPDATE payment SET amount = '150.00' WHERE id = ?", name)
    payer.refresh(payment.payment_id)

    assert "Деньги возвращены: 150,00 ₽" in run("refund", str(payment.payment_id)).output

    assert payer.refresh(payment.payment_id).state is State.REFUNDED


@pytest.mark.usefixtures("payer")
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((str(uuid4()),), "Такого онлайн-платежа нет"),
        ((str(uuid4()), "--amount", "много"), "Сумма не распознана"),
    ],
)
def test_an_impossible_refund_is_refused_in_one_sentence(
    arguments: tuple[str, ...], sentence: str
) -> None:
    refused = run("refund", *arguments)

    assert refused.exit_code == 1
    assert sentence in refused.output
