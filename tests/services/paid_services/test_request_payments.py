"""Paying for a request: once, by the bank's word alone, and beside the debts."""

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
from tests.kit.identity import asked, letters
from tests.kit.paid_services import again, agreed, entries, listed, ordered, step
from tests.kit.paying import BankProcess, bank_id, bank_process, golden_payer

D = Decimal


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
    return bank_of_module


@pytest.fixture
def clerk(bank: BankProcess, db: Connection, signed_in: Callable[..., Actor]) -> Actor:
    found = signed_in("staff")
    listed(found)
    return found


@pytest.fixture
def request_(clerk: Actor, resident: Actor) -> PaidRequest:
    return agreed(resident, clerk)


def begin(actor: Actor, request: PaidRequest, key: UUID | None = None) -> UUID:
    payment_id, _ = request_payments.begin_payment(
        actor=actor,
        account_id=request.account_id,
        appeal_id=request.appeal_id,
        method=Method.CARD,
        request_key=key or uuid4(),
    )
    return payment_id


def paid(bank: BankProcess, actor: Actor, request: PaidRequest) -> UUID:
    payment_id = begin(actor, request)
    bank.press(bank_id(payment_id))
    assert refreshed(actor, request, payment_id) is State.PAID
    return payment_id


def withdraw(actor: Actor, request: PaidRequest, *, key: str | None = None) -> None:
    requests.withdraw_request(
        actor=actor,
        account_id=request.account_id,
        appeal_id=request.appeal_id,
        request_key=key or uuid4().hex,
    )


def refreshed(actor: Actor, request: PaidRequest, payment_id: UUID) -> State:
    return request_payments.refresh_payment(
        actor=actor, account_id=request.account_id, payment_id=payment_id
    )


class TestPaying:
    def test_is_told_to_thread_and_payer_and_lessens_no_debt(
        self, bank: BankProcess, resident: Actor, request_: PaidRequest
    ) -> None:
        payer = golden_payer(resident)
        due = payer.due

        paid(bank, resident, request_)

        request = again(resident, request_)
        assert (request.paid, request.is_paid, request.is_payable) == (D(1500), True, False)
        assert entries(request)[-1] == (
            "portal",
            "message",
            "Заявка оплачена онлайн: 1\xa0500,00 ₽.",
        )
        told = {letter.recipient: letter for letter in letters()[-2:]}
        assert told["resident@example.org"].subject == f"Заявка № {request.number} оплачена"
        assert "заявка оплачена" in told["staff@example.org"].body_text
        assert payer.due == due
        assert paying.list_tries(actor=resident, account_id=request.account_id) == ()
        assert asked("SELECT FROM online_payment_part") == []

    def test_goes_to_the_bank_as_what_it_is(
        self, bank: BankProcess, resident: Actor, request_: PaidRequest
    ) -> None:
        payment_id = begin(resident, request_)

        (made,) = bank.book(
            "SELECT amount, description, return_url FROM payment WHERE id = ?", bank_id(payment_id)
        )
        assert D(made[0]) == D(1500)
        assert made[1] == f"Платная услуга, заявка {request_.number}"
        assert made[2].endswith(f"/paid_services?id={request_.appeal_id}&payment={payment_id}")

    def test_of_one_form_or_two_tabs_is_one_payment(
        self, bank: BankProcess, resident: Actor, request_: PaidRequest
    ) -> None:
        before, key = bank.payments(), uuid4()

        begun = {begin(resident, request_, key) for _ in range(2)} | {begin(resident, request_)}

        assert len(begun) == 1
        assert bank.payments() == before + 1

    def test_heard_of_by_notice_and_return_is_written_once(
        self, bank: BankProcess, resident: Actor, request_: PaidRequest
    ) -> None:
        payment_id = paid(bank, resident, request_)
        for _ in range(2):
            settlement.handle_notice(body=f'{{"id": "{bank_id(payment_id)}"}}'.encode())
            refreshed(resident, request_, payment_id)

        told = [words for side, _, words in entries(request_) if side == "portal"]
        assert len(told) == 1
        assert again(resident, request_).paid == D(1500)

    def test_declined_is_begun_anew(
        self, bank: BankProcess, resident: Actor, request_: PaidRequest
    ) -> None:
        first = begin(resident, request_)
        bank.press(bank_id(first), "refuse")
        assert refreshed(resident, request_, first) is State.DECLINED

        assert begin(resident, request_) != first

    def test_what_is_done_is_paid_afterwards(
        self, bank: BankProcess, clerk: Actor, resident: Actor, request_: PaidRequest
    ) -> None:
        request_steps.complete_request(actor=clerk, step=step(request_))

        paid(bank, resident, request_)

        assert again(resident, request_).is_paid

    def test_given_back_is_not_asked_for_again(
        self, bank: BankProcess, resident: Actor, request_: PaidRequest
    ) -> None:
        payment_id = paid(bank, resident, request_)

        commands.refund_payment(payment_id=payment_id, total=None)

        request = again(resident, request_)
        assert (request.is_paid, request.refunded, request.is_payable) == (False, D(1500), False)
        with pytest.raises(SumRefused, match="возвращены"):
            begin(resident, request_)
        assert "Возвращено по заявке: 1\xa0500,00 ₽." in entries(request)[-1]
        assert letters()[-1].subject == "Деньги возвращены"


class TestAnotherSum:
    """The bank has taken money, and not what was asked for."""

    @pytest.fixture
    def disputed(self, bank: BankProcess, resident: Actor, request_: PaidRequest) -> UUID:
        payment_id = begin(resident, request_)
        name = bank_id(payment_id)
        bank.press(name)
        bank.book("UPDATE payment SET amount = '1400.00' WHERE id = ?", name)
        assert refreshed(resident, request_, payment_id) is State.DISPUTED
        return payment_id

    @pytest.mark.usefixtures("disputed")
    def test_is_neither_paid_again_nor_declined(
        self, clerk: Actor, resident: Actor, request_: PaidRequest
    ) -> None:
        request = again(resident, request_)
        assert (request.is_disputed, request.is_paid, request.is_payable) == (True, False, False)
        assert "другую сумму" in _words.format_payment(request)
        with pytest.raises(SumRefused, match="прислал другую сумму"):
            begin(resident, request)
        with pytest.raises(StepRefused, match="другую сумму"):
            decline(clerk, request)

    def test_is_written_down_though_another_payment_has_begun(
        self, bank: BankProcess, resident: Actor, request_: PaidRequest
    ) -> None:
        first = begin(resident, request_)
        bank.press(bank_id(first), "refuse")
        refreshed(resident, request_, first)
        second = begin(resident, request_)

        late = BankReport(bank_id(first), BankState.PAID, D("1400.00"), "RUB")
        assert _steps.apply_report(account_id=request_.account_id, payment_id=first, said=late)

        assert again(resident, request_).waiting == second
        with pytest.raises(SumRefused, match="прислал другую сумму"):
            begin(resident, request_)

    def test_given_back_may_be_paid_rightly(
        self, resident: Actor, request_: PaidRequest, disputed: UUID
    ) -> None:
        commands.refund_payment(payment_id=disputed, total=None)

        request = again(resident, request_)
        assert (request.is_disputed, request.is_payable) == (False, True)
        assert begin(resident, request) != disputed


class TestRefusals:
    def test_nothing_is_paid_before_it_is_agreed_or_twice(
        self, bank: BankProcess, resident: Actor, request_: PaidRequest
    ) -> None:
        with pytest.raises(SumRefused, match="согласованную"):
            begin(resident, ordered(resident))
        paid(bank, resident, request_)
        with pytest.raises(SumRefused, match="уже оплачена"):
            begin(resident, request_)

    def test_what_is_paid_or_being_paid_is_not_declined(
        self, bank: BankProcess, clerk: Actor, resident: Actor, request_: PaidRequest
    ) -> None:
        payment_id = begin(resident, request_)
        with pytest.raises(StepRefused, match="сейчас оплачивает"):
            decline(clerk, again(resident, request_))
        bank.press(bank_id(payment_id))
        refreshed(resident, request_, payment_id)

        with pytest.raises(StepRefused, match="вернуть деньги"):
            decline(clerk, again(resident, request_))

    def test_what_is_paid_or_being_paid_or_done_is_not_withdrawn(
        self, bank: BankProcess, clerk: Actor, resident: Actor, request_: PaidRequest
    ) -> None:
        payment_id = begin(resident, request_)
        with pytest.raises(WithdrawRefused):
            withdraw(resident, request_)
        bank.press(bank_id(payment_id))
        refreshed(resident, request_, payment_id)
        with pytest.raises(WithdrawRefused):
            withdraw(resident, request_)
        done = agreed(resident, clerk)
        request_steps.complete_request(actor=clerk, step=step(done))
        with pytest.raises(WithdrawRefused):
            withdraw(resident, done)

    def test_what_is_withdrawn_is_not_paid_and_a_second_click_does_nothing(
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

    def test_a_neighbour_neither_pays_nor_asks(
        self, resident: Actor, request_: PaidRequest
    ) -> None:
        payment_id = begin(resident, request_)
        neighbour = replace(newcomer(), accounts=(request_.account_id + 1,))

        for account in (request_.account_id, request_.account_id + 1):
            asked_for: Any = replace(request_, account_id=account)
            with pytest.raises(AccessDenied):
                begin(neighbour, asked_for)
            with pytest.raises(AccessDenied):
                refreshed(neighbour, asked_for, payment_id)

    def test_a_payment_for_debts_is_none_for_a_request(
        self, resident: Actor, request_: PaidRequest
    ) -> None:
        debts = golden_payer(resident).begin()

        with pytest.raises(AccessDenied):
            refreshed(resident, request_, debts.payment_id)


def decline(clerk: Actor, request: PaidRequest) -> None:
    request_steps.decline_request(actor=clerk, step=step(request), reason="Не сможем")
