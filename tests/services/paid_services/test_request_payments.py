"""Paying for a request: once, confirmed only by the bank, apart from debts."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection

from lib import config
from lib.access import AccessDenied, Actor
from lib.acquiring.bank import Method
from lib.domain.payments.online import BankReport, BankState, State
from lib.services.paid_services import request_payments, request_steps, requests
from lib.services.paid_services.request_steps import StepRefused
from lib.services.paid_services.requests import PaidRequest, WithdrawRefused
from lib.services.payments import _steps, commands, paying, settlement
from lib.services.payments.quotes import SumRefused
from lib.ui.paid_services import _words
from tests.kit.attaching import newcomer
from tests.kit.identity import fetch, letters
from tests.kit.paid_services import (
    add_price_list,
    entries,
    order_agreed,
    order_service,
    reread,
    step,
)
from tests.kit.payments.paying import BankProcess, bank_id, bank_process, golden_payer

D = Decimal


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
def clerk(bank: BankProcess, db: Connection, signed_in: Callable[..., Actor]) -> Actor:
    found = signed_in("staff")
    add_price_list(found)
    return found


@pytest.fixture
def request_(clerk: Actor, resident: Actor) -> PaidRequest:
    return order_agreed(resident, clerk)


def begin(actor: Actor, request: PaidRequest, key: UUID | None = None) -> UUID:
    payment_id, _ = request_payments.begin_payment(
        actor=actor,
        account_id=request.account_id,
        appeal_id=request.appeal_id,
        method=Method.CARD,
        request_key=key or uuid4(),
    )
    return payment_id


def pay_request(bank: BankProcess, actor: Actor, request: PaidRequest) -> UUID:
    payment_id = begin(actor, request)
    bank.press(bank_id(payment_id))
    assert refresh_state(actor, request, payment_id) is State.PAID
    return payment_id


def withdraw(actor: Actor, request: PaidRequest, *, key: str | None = None) -> None:
    requests.withdraw_request(
        actor=actor,
        account_id=request.account_id,
        appeal_id=request.appeal_id,
        request_key=key or uuid4().hex,
    )


def refresh_state(actor: Actor, request: PaidRequest, payment_id: UUID) -> State:
    return request_payments.refresh_payment(
        actor=actor, account_id=request.account_id, payment_id=payment_id
    )


class TestPaying:
    def test_is_reported_in_thread_and_letter_and_reduces_no_debt(
        self, bank: BankProcess, resident: Actor, request_: PaidRequest
    ) -> None:
        payer = golden_payer(resident)
        due = payer.due

        pay_request(bank, resident, request_)

        request = reread(resident, request_)
        assert (request.paid, request.is_paid, request.is_payable) == (D(1500), True, False)
        assert entries(request)[-1] == (
            "portal",
            "message",
            "Заявка оплачена онлайн: 1\xa0500,00 ₽.",
        )
        posted = {letter.recipient: letter for letter in letters()[-2:]}
        assert posted["resident@example.org"].subject == f"Заявка № {request.number} оплачена"
        assert "заявка оплачена" in posted["staff@example.org"].body_text
        assert payer.due == due
        assert paying.list_tries(actor=resident, account_id=request.account_id) == ()
        assert fetch("SELECT FROM online_payment_part") == []

    def test_is_described_to_the_bank(
        self, bank: BankProcess, resident: Actor, request_: PaidRequest
    ) -> None:
        payment_id = begin(resident, request_)

        (row,) = bank.book(
            "SELECT amount, description, return_url FROM payment WHERE id = ?", bank_id(payment_id)
        )
        assert D(row[0]) == D(1500)
        assert row[1] == f"Платная услуга, заявка {request_.number}"
        assert row[2].endswith(f"/paid_services?id={request_.appeal_id}&payment={payment_id}")

    def test_of_one_form_or_two_tabs_is_one_payment(
        self, bank: BankProcess, resident: Actor, request_: PaidRequest
    ) -> None:
        before, key = bank.payments(), uuid4()

        payment_ids = {begin(resident, request_, key) for _ in range(2)} | {
            begin(resident, request_)
        }

        assert len(payment_ids) == 1
        assert bank.payments() == before + 1

    def test_a_notice_and_the_payers_return_make_one_entry(
        self, bank: BankProcess, resident: Actor, request_: PaidRequest
    ) -> None:
        payment_id = pay_request(bank, resident, request_)
        for _ in range(2):
            settlement.handle_notice(body=f'{{"id": "{bank_id(payment_id)}"}}'.encode())
            refresh_state(resident, request_, payment_id)

        portal_texts = [words for side, _, words in entries(request_) if side == "portal"]
        assert len(portal_texts) == 1
        assert reread(resident, request_).paid == D(1500)

    def test_a_declined_payment_can_be_started_again(
        self, bank: BankProcess, resident: Actor, request_: PaidRequest
    ) -> None:
        first = begin(resident, request_)
        bank.press(bank_id(first), "refuse")
        assert refresh_state(resident, request_, first) is State.DECLINED

        assert begin(resident, request_) != first

    def test_finished_work_can_still_be_paid(
        self, bank: BankProcess, clerk: Actor, resident: Actor, request_: PaidRequest
    ) -> None:
        request_steps.complete_request(actor=clerk, step=step(request_))

        pay_request(bank, resident, request_)

        assert reread(resident, request_).is_paid

    def test_a_refunded_request_is_not_payable_again(
        self, bank: BankProcess, resident: Actor, request_: PaidRequest
    ) -> None:
        payment_id = pay_request(bank, resident, request_)

        commands.refund_payment(payment_id=payment_id, total=None)

        request = reread(resident, request_)
        assert (request.is_paid, request.refunded, request.is_payable) == (False, D(1500), False)
        with pytest.raises(SumRefused, match="возвращены"):
            begin(resident, request_)
        assert "Возвращено по заявке: 1\xa0500,00 ₽." in entries(request)[-1]
        assert letters()[-1].subject == "Деньги возвращены"


class TestAnotherSum:
    """The bank has taken another sum than asked for."""

    @pytest.fixture
    def disputed(self, bank: BankProcess, resident: Actor, request_: PaidRequest) -> UUID:
        payment_id = begin(resident, request_)
        name = bank_id(payment_id)
        bank.press(name)
        bank.book("UPDATE payment SET amount = '1400.00' WHERE id = ?", name)
        assert refresh_state(resident, request_, payment_id) is State.DISPUTED
        return payment_id

    @pytest.mark.usefixtures("disputed")
    def test_is_neither_paid_again_nor_declined(
        self, clerk: Actor, resident: Actor, request_: PaidRequest
    ) -> None:
        request = reread(resident, request_)
        assert (request.is_disputed, request.is_paid, request.is_payable) == (True, False, False)
        assert "другую сумму" in _words.format_payment(request)
        with pytest.raises(SumRefused, match="прислал другую сумму"):
            begin(resident, request)
        with pytest.raises(StepRefused, match="другую сумму"):
            decline(clerk, request)

    def test_is_recorded_even_if_another_payment_has_begun(
        self, bank: BankProcess, resident: Actor, request_: PaidRequest
    ) -> None:
        first = begin(resident, request_)
        bank.press(bank_id(first), "refuse")
        refresh_state(resident, request_, first)
        second = begin(resident, request_)

        late = BankReport(bank_id(first), BankState.PAID, D("1400.00"), "RUB")
        assert _steps.apply_report(account_id=request_.account_id, payment_id=first, said=late)

        assert reread(resident, request_).waiting == second
        with pytest.raises(SumRefused, match="прислал другую сумму"):
            begin(resident, request_)

    def test_can_be_paid_again_after_a_refund(
        self, resident: Actor, request_: PaidRequest, disputed: UUID
    ) -> None:
        commands.refund_payment(payment_id=disputed, total=None)

        request = reread(resident, request_)
        assert (request.is_disputed, request.is_payable) == (False, True)
        assert begin(resident, request) != disputed


class TestRefusals:
    def test_nothing_is_paid_before_it_is_agreed_or_twice(
        self, bank: BankProcess, resident: Actor, request_: PaidRequest
    ) -> None:
        with pytest.raises(SumRefused, match="согласованную"):
            begin(resident, order_service(resident))
        pay_request(bank, resident, request_)
        with pytest.raises(SumRefused, match="уже оплачена"):
            begin(resident, request_)

    def test_a_request_with_a_payment_is_not_declined(
        self, bank: BankProcess, clerk: Actor, resident: Actor, request_: PaidRequest
    ) -> None:
        payment_id = begin(resident, request_)
        with pytest.raises(StepRefused, match="сейчас оплачивает"):
            decline(clerk, reread(resident, request_))
        bank.press(bank_id(payment_id))
        refresh_state(resident, request_, payment_id)

        with pytest.raises(StepRefused, match="вернуть деньги"):
            decline(clerk, reread(resident, request_))

    def test_a_paid_or_finished_request_is_not_withdrawn(
        self, bank: BankProcess, clerk: Actor, resident: Actor, request_: PaidRequest
    ) -> None:
        payment_id = begin(resident, request_)
        with pytest.raises(WithdrawRefused):
            withdraw(resident, request_)
        bank.press(bank_id(payment_id))
        refresh_state(resident, request_, payment_id)
        with pytest.raises(WithdrawRefused):
            withdraw(resident, request_)
        finished = order_agreed(resident, clerk)
        request_steps.complete_request(actor=clerk, step=step(finished))
        with pytest.raises(WithdrawRefused):
            withdraw(resident, finished)

    def test_a_withdrawn_request_is_not_payable(
        self, resident: Actor, request_: PaidRequest
    ) -> None:
        for _ in range(2):
            withdraw(resident, request_, key="one form")

        assert entries(request_)[-1] == ("resident", "status", "Житель отозвал заявку.")
        with pytest.raises(SumRefused, match="согласованную"):
            begin(resident, request_)
        neighbour = replace(newcomer(), accounts=(request_.account_id + 1,))
        with pytest.raises(AccessDenied):
            withdraw(neighbour, request_)

    def test_a_neighbour_can_neither_pay_nor_read_the_payment(
        self, resident: Actor, request_: PaidRequest
    ) -> None:
        payment_id = begin(resident, request_)
        neighbour = replace(newcomer(), accounts=(request_.account_id + 1,))

        for account in (request_.account_id, request_.account_id + 1):
            asked_for: Any = replace(request_, account_id=account)
            with pytest.raises(AccessDenied):
                begin(neighbour, asked_for)
            with pytest.raises(AccessDenied):
                refresh_state(neighbour, asked_for, payment_id)

    def test_a_payment_of_debts_is_not_found_for_a_request(
        self, resident: Actor, request_: PaidRequest
    ) -> None:
        debts = golden_payer(resident).begin()

        with pytest.raises(AccessDenied):
            refresh_state(resident, request_, debts.payment_id)


def decline(clerk: Actor, request: PaidRequest) -> None:
    request_steps.decline_request(actor=clerk, step=step(request), reason="Не сможем")
