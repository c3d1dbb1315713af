"""Paying online with a bank in a separate process: no payment is lost or doubled."""

import datetime as dt
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from starlette.testclient import TestClient

from db import session as database
from lib import clock, config
from lib.access import AccessDenied, Actor
from lib.acquiring.bank import BankRefused, BankUnavailable
from lib.domain.payments.online import State
from lib.services.payments import history, paying, settlement
from lib.services.payments.quotes import SumRefused
from lib.web import demo_bank
from tests.kit.payments.paying import BankProcess, Payer, bank_id, bank_process, golden_payer, rows

D = Decimal
pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture(scope="module")
def bank_of_module(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BankProcess]:
    with bank_process(tmp_path_factory.mktemp("bank")) as bank:
        yield bank


@pytest.fixture
def bank(bank_of_module: BankProcess, monkeypatch: pytest.MonkeyPatch) -> BankProcess:
    # port 1: notices of the bank's process reach nobody; tests send them
    settings = config.get_settings().model_copy(
        update={"kabinet_demo_bank": bank_of_module.url, "kabinet_address": "http://127.0.0.1:1"}
    )
    monkeypatch.setattr(config, "get_settings", lambda: settings)
    return bank_of_module


@pytest.fixture
def bank_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bank: BankProcess) -> BankProcess:
    """A bank that nobody has started yet."""
    stopped_bank = BankProcess(tmp_path)
    settings = config.get_settings().model_copy(update={"kabinet_demo_bank": stopped_bank.url})
    monkeypatch.setattr(config, "get_settings", lambda: settings)
    return stopped_bank


@pytest.fixture
def payer(bank: BankProcess, resident: Actor) -> Payer:
    return golden_payer(resident)


def notice(name: str) -> bool:
    return settlement.handle_notice(body=json.dumps({"id": name}).encode())


def raise_unavailable(**_: object) -> None:
    raise BankUnavailable


def letters() -> list[str]:
    return [row[0] for row in rows("SELECT subject FROM letter ORDER BY id")]


def move_clock(monkeypatch: pytest.MonkeyPatch, **ahead: float) -> None:
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + dt.timedelta(**ahead))


def test_a_payment_taken_by_the_bank_reduces_the_debt_at_once(
    bank: BankProcess, payer: Payer
) -> None:
    assert payer.due == D("126.93")

    payment = payer.begin()
    assert (payment.state, payer.due) == (State.WAITING, D("126.93"))
    assert payment.pay_url == f"{bank.url}/demo-bank/pay/{bank_id(payment.payment_id)}"
    bank.press(bank_id(payment.payment_id))
    refreshed = payer.refresh(payment.payment_id)

    assert (refreshed.state, refreshed.pay_url) == (State.PAID, None)
    assert payer.due == 0
    latest = history.list_payments(
        actor=payer.actor, account_id=payer.account_id, since=None, until=None
    )[-1]
    assert (latest.amount, latest.counted) == (D("126.93"), "ещё не учтён")
    assert letters() == ["Платёж получен"]
    assert rows("SELECT action, details ->> 'amount' FROM audit_event WHERE action = 'paid'") == [
        ("paid", "126,93")
    ]
    assert rows("SELECT happening, status FROM online_payment_event ORDER BY id") == [
        ("accepted", "waiting"),
        ("paid", "paid"),
    ]


def test_a_double_click_is_one_payment(bank: BankProcess, payer: Payer) -> None:
    key, before = uuid4(), bank.payments()

    first, second = payer.begin(key=key), payer.begin(key=key, sums={1: D(5)})

    assert first == second
    assert bank.payments() == before + 1


def test_a_late_click_after_paying_shows_what_was_paid(bank: BankProcess, payer: Payer) -> None:
    key = uuid4()
    sums = payer.sums
    bank.press(bank_id(payer.begin(key=key).payment_id))

    again = payer.begin(key=key, sums=sums)

    assert (again.state, again.pay_url) == (State.PAID, None)


def test_repeated_notices_and_the_redirect_are_one_payment(bank: BankProcess, payer: Payer) -> None:
    payment = payer.begin()
    name = bank_id(payment.payment_id)
    bank.press(name)

    assert [notice(name), notice(name)] == [True, True]

    assert payer.refresh(payment.payment_id).state is State.PAID
    settlement.check_due_payments()
    assert letters() == ["Платёж получен"]
    assert payer.due == 0


def test_without_a_notice_the_job_asks_the_bank(
    bank: BankProcess, payer: Payer, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment = payer.begin()
    bank.press(bank_id(payment.payment_id))
    settlement.check_due_payments()
    assert payer.due == D("126.93")  # it is too early

    move_clock(monkeypatch, seconds=31)
    settlement.check_due_payments()

    assert payer.due == 0
    assert rows("SELECT check_at FROM online_payment") == [(None,)]


def test_the_job_asks_at_growing_intervals(
    payer: Payer, monkeypatch: pytest.MonkeyPatch, bank: BankProcess
) -> None:
    payer.begin()
    asked_at = []
    monkeypatch.setattr(settlement, "check_payment", lambda **key: asked_at.append(key))
    for _ in range(30):
        move_clock(monkeypatch, minutes=1)
        settlement.check_due_payments()

    assert 4 <= len(asked_at) <= 7


def test_a_notice_after_cancelling_still_counts(bank: BankProcess, payer: Payer) -> None:
    payment = payer.begin()
    assert payer.cancel(payment.payment_id).state is State.CANCELLED
    assert rows("SELECT count(*) FROM audit_event WHERE action = 'payment_cancelled'") == [(1,)]
    bank.press(bank_id(payment.payment_id))

    assert notice(bank_id(payment.payment_id))

    assert payer.due == 0
    assert letters() == ["Платёж получен"]


def test_the_bank_is_asked_about_a_cancelled_payment(
    bank: BankProcess, payer: Payer, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment = payer.begin()
    payer.cancel(payment.payment_id)
    bank.press(bank_id(payment.payment_id))

    move_clock(monkeypatch, seconds=31)
    settlement.check_due_payments()

    assert payer.due == 0


def test_cancelling_a_paid_payment_shows_that_it_is_paid(bank: BankProcess, payer: Payer) -> None:
    payment = payer.begin()
    bank.press(bank_id(payment.payment_id))

    assert payer.cancel(payment.payment_id).state is State.PAID
    assert rows("SELECT count(*) FROM audit_event WHERE action = 'payment_cancelled'") == [(0,)]


def test_the_bank_refuses_and_the_resident_repeats(bank: BankProcess, payer: Payer) -> None:
    payment = payer.begin()
    bank.press(bank_id(payment.payment_id), "refuse")
    assert payer.refresh(payment.payment_id).state is State.DECLINED

    again = payer.begin()
    bank.press(bank_id(again.payment_id))

    assert payer.refresh(again.payment_id).state is State.PAID
    assert payer.due == 0
    assert len(paying.list_tries(actor=payer.actor, account_id=payer.account_id)) == 2


@pytest.mark.parametrize(
    "wrong", ["amount = '126.92'", "amount = '1.00'", "amount = '9126.93'", "currency = 'USD'"]
)
def test_another_amount_or_currency_is_disputed_and_closes_nothing(
    bank: BankProcess, payer: Payer, wrong: str
) -> None:
    payment = payer.begin()
    name = bank_id(payment.payment_id)
    bank.press(name)
    bank.book(f"UPDATE payment SET {wrong} WHERE id = ?", name)

    assert notice(name)

    assert payer.refresh(payment.payment_id).state is State.DISPUTED
    assert payer.due == D("126.93")
    assert letters() == []
    assert rows("SELECT count(*) FROM audit_event WHERE action = 'payment_disputed'") == [(1,)]


class TestRefund:
    @pytest.fixture
    def paid(self, bank: BankProcess, payer: Payer) -> paying.OnlineTry:
        payment = payer.begin()
        bank.press(bank_id(payment.payment_id))
        return payer.refresh(payment.payment_id)

    def give_back(self, payer: Payer, paid: paying.OnlineTry, total: str) -> None:
        settlement.refund_payment(
            account_id=payer.account_id, payment_id=paid.payment_id, total=D(total)
        )

    def test_a_partial_refund_is_owed_again(self, payer: Payer, paid: paying.OnlineTry) -> None:
        self.give_back(payer, paid, "40.00")

        assert payer.due == D("40.00")
        assert sorted(payer.sums.values()) == [D("1.60"), D("38.40")]
        assert letters() == ["Платёж получен", "Деньги возвращены"]

    def test_a_full_refund_ends_the_payment(self, payer: Payer, paid: paying.OnlineTry) -> None:
        self.give_back(payer, paid, "26.93")
        self.give_back(payer, paid, "126.93")

        assert payer.refresh(paid.payment_id).state is State.REFUNDED
        assert payer.due == D("126.93")

    def test_more_than_was_paid_is_refused(self, payer: Payer, paid: paying.OnlineTry) -> None:
        with pytest.raises(BankRefused):
            self.give_back(payer, paid, "126.94")

        assert payer.due == 0

    def test_a_refund_lost_before_it_was_recorded_is_not_repeated(
        self,
        bank: BankProcess,
        payer: Payer,
        paid: paying.OnlineTry,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        with monkeypatch.context() as patched:
            patched.setattr(settlement, "check_payment", raise_unavailable)
            with pytest.raises(BankUnavailable):
                self.give_back(payer, paid, "40.00")
        assert payer.due == 0

        self.give_back(payer, paid, "40.00")

        assert payer.due == D("40.00")
        name = bank_id(paid.payment_id)
        assert bank.book("SELECT refunded FROM payment WHERE id = ?", name) == [("40.00",)]

    def test_a_refund_confirmed_by_notice_after_a_time_out_is_not_repeated(
        self,
        bank: BankProcess,
        payer: Payer,
        paid: paying.OnlineTry,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        name = bank_id(paid.payment_id)
        with monkeypatch.context() as patched:
            patched.setattr(settlement, "check_payment", raise_unavailable)
            with pytest.raises(BankUnavailable):
                self.give_back(payer, paid, "40.00")
        assert notice(name)

        self.give_back(payer, paid, "40.00")

        assert payer.due == D("40.00")
        assert bank.book("SELECT refunded FROM payment WHERE id = ?", name) == [("40.00",)]

    def test_a_larger_total_after_a_time_out_refunds_the_difference(
        self,
        bank: BankProcess,
        payer: Payer,
        paid: paying.OnlineTry,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        with monkeypatch.context() as patched:
            patched.setattr(settlement, "check_payment", raise_unavailable)
            with pytest.raises(BankUnavailable):
                self.give_back(payer, paid, "40.00")

        self.give_back(payer, paid, "60.00")

        name = bank_id(paid.payment_id)
        assert bank.book("SELECT refunded FROM payment WHERE id = ?", name) == [("60.00",)]
        assert payer.due == D("60.00")

    def test_a_timed_out_refund_is_found_without_a_notice(
        self, payer: Payer, paid: paying.OnlineTry, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as patched:
            patched.setattr(settlement, "check_payment", raise_unavailable)
            with pytest.raises(BankUnavailable):
                self.give_back(payer, paid, "40.00")

        move_clock(monkeypatch, seconds=31)
        settlement.check_due_payments()

        assert payer.due == D("40.00")
        assert rows("SELECT check_at FROM online_payment") == [(None,)]

    def test_a_slow_refund_is_asked_about_until_it_is_made(
        self,
        bank: BankProcess,
        payer: Payer,
        paid: paying.OnlineTry,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        name, slow = bank_id(paid.payment_id), "UPDATE payment SET refunded = ? WHERE id = ?"
        with monkeypatch.context() as patched:
            patched.setattr(settlement, "check_payment", lambda **_: None)
            self.give_back(payer, paid, "40.00")
        bank.book(slow, "0.00", name)
        move_clock(monkeypatch, seconds=31)
        settlement.check_due_payments()
        assert payer.due == 0

        bank.book(slow, "40.00", name)
        move_clock(monkeypatch, minutes=10)
        settlement.check_due_payments()

        assert payer.due == D("40.00")
        assert rows("SELECT check_at FROM online_payment") == [(None,)]

    def test_a_refund_that_is_never_made_is_not_asked_about_for_ever(
        self,
        bank: BankProcess,
        payer: Payer,
        paid: paying.OnlineTry,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        with monkeypatch.context() as patched:
            patched.setattr(settlement, "check_payment", lambda **_: None)
            self.give_back(payer, paid, "40.00")
        name = bank_id(paid.payment_id)
        bank.book("UPDATE payment SET refunded = '0.00' WHERE id = ?", name)
        with database.transaction(database.OPERATOR) as session:
            session.execute(text("UPDATE online_payment SET checks = 80"))

        move_clock(monkeypatch, seconds=31)
        settlement.check_due_payments()

        assert rows("SELECT check_at FROM online_payment") == [(None,)]

    def test_a_refused_refund_does_not_wait(self, payer: Payer, paid: paying.OnlineTry) -> None:
        with pytest.raises(BankRefused):
            self.give_back(payer, paid, "200.00")

        assert rows("SELECT check_at FROM online_payment") == [(None,)]

    def test_a_refund_made_at_the_bank_is_recorded_by_notice(
        self, bank: BankProcess, payer: Payer, paid: paying.OnlineTry
    ) -> None:
        name = bank_id(paid.payment_id)
        bank.book("UPDATE payment SET refunded = '126.93' WHERE id = ?", name)

        assert [notice(name), notice(name)] == [True, True]

        assert payer.due == D("126.93")
        assert letters() == ["Платёж получен", "Деньги возвращены"]


class TestBankDown:
    def test_a_payment_waits_until_the_bank_is_back(
        self, bank_down: BankProcess, payer: Payer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        payment = payer.begin()
        assert (payment.state, payment.pay_url) == (State.CREATED, None)
        move_clock(monkeypatch, seconds=31)
        settlement.check_due_payments()  # the bank is still away: the job tries again later

        bank_down.start()
        try:
            move_clock(monkeypatch, minutes=10)
            settlement.check_due_payments()
            assert payer.refresh(payment.payment_id).state is State.WAITING
            assert bank_down.payments() == 1
        finally:
            bank_down.stop()
        assert payer.refresh(payment.payment_id).state is State.WAITING
        with pytest.raises(BankUnavailable):
            notice(bank_id(payment.payment_id))

    @pytest.mark.usefixtures("bank_down")
    def test_a_payment_that_was_never_made_can_be_cancelled(self, payer: Payer) -> None:
        payment = payer.begin()

        assert payer.cancel(payment.payment_id).state is State.CANCELLED
        assert rows("SELECT check_at FROM online_payment") == [(None,)]

    @pytest.mark.usefixtures("bank_down")
    def test_after_half_a_day_the_payment_is_not_made(
        self, payer: Payer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        payment = payer.begin()
        move_clock(monkeypatch, hours=13)

        settlement.check_due_payments()

        assert payer.refresh(payment.payment_id).state is State.DECLINED


def test_billings_payment_with_the_same_reference_counts_once(
    bank: BankProcess, payer: Payer
) -> None:
    payment = payer.begin()
    bank.press(bank_id(payment.payment_id))
    payer.refresh(payment.payment_id)
    reference = bank_id(payment.payment_id)
    assert payer.due == 0

    with database.transaction(database.OWNER) as session:
        session.execute(
            text(
                "INSERT INTO payment (account_id, external_id, reference, paid_on, amount, period,"
                " channel, is_reversal) VALUES (:account, 'P-1', :reference, '2014-11-05', 126.93,"
                " '2014-11-01', 'online', false)"
            ),
            {"account": payer.account_id, "reference": reference},
        )

    assert payer.due == 0  # an open month: billing's payment counts, once
    with database.transaction(database.OWNER) as session:
        session.execute(text("UPDATE payment SET period = '2014-10-01' WHERE reference <> ''"))
    assert payer.due == D("126.93")  # the balance of the bill already contains it


def test_a_fee_is_added_and_does_not_reduce_the_debt(
    bank: BankProcess, payer: Payer, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = config.get_settings().model_copy(update={"kabinet_payment_fee": D("1.2")})
    monkeypatch.setattr(config, "get_settings", lambda: settings)

    payment = payer.begin()
    assert (payment.amount, payment.fee) == (D("126.93"), D("1.52"))
    name = bank_id(payment.payment_id)
    assert bank.book("SELECT amount FROM payment WHERE id = ?", name) == [("128.45",)]
    bank.press(name)

    assert payer.refresh(payment.payment_id).state is State.PAID
    assert payer.due == 0


class TestRefusals:
    @pytest.mark.parametrize(
        ("amount", "sentence"),
        [
            ("0", "больше нуля"),
            ("-5", "не подходит"),
            ("0.99", "Онлайн можно оплатить"),
            ("250000.01", "Онлайн можно оплатить"),
            ("1e30", "не подходит"),
            ("NaN", "не подходит"),
            ("Infinity", "не подходит"),
            ("10.001", "доли копейки"),
        ],
    )
    def test_an_impossible_sum_is_refused(self, payer: Payer, amount: str, sentence: str) -> None:
        group = next(iter(payer.sums))

        with pytest.raises(SumRefused, match=sentence):
            payer.begin(sums={group: D(amount)})

        assert rows("SELECT count(*) FROM online_payment") == [(0,)]

    def test_another_accounts_group_is_refused(self, payer: Payer) -> None:
        with pytest.raises(SumRefused, match="Обновите страницу"):
            payer.begin(sums={2**40: D(5)})

    def test_a_foreign_account_is_not_found(self, payer: Payer) -> None:
        stranger = next(
            row[0]
            for row in rows("SELECT id FROM account ORDER BY id")
            if row[0] not in payer.actor.accounts
        )
        payment = payer.begin()

        for call in (
            lambda: payer.begin(account_id=stranger),
            lambda: paying.list_tries(actor=payer.actor, account_id=stranger),
            lambda: Payer(payer.actor, stranger).refresh(payment.payment_id),
            lambda: payer.refresh(uuid4()),
            lambda: payer.cancel(uuid4()),
        ):
            with pytest.raises(AccessDenied):
                call()

    def test_no_more_than_five_wait_at_once(self, payer: Payer) -> None:
        for _ in range(5):
            payer.begin()

        with pytest.raises(SumRefused, match="уже начато"):
            payer.begin()

    def test_without_a_bank_nobody_pays_online(
        self, payer: Payer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings = config.get_settings().model_copy(update={"kabinet_demo": False})
        monkeypatch.setattr(config, "get_settings", lambda: settings)

        assert not paying.is_online_available()
        with pytest.raises(AccessDenied):
            payer.begin()


class TestForgedNotices:
    @pytest.mark.parametrize(
        "body",
        [b"", b"{", b"[]", b"null", b'{"id": 5}', b'{"id": "../pay"}', b'{"id": "x?y"}', b"\xff"],
    )
    @pytest.mark.usefixtures("bank")
    def test_an_invalid_notice_is_not_recorded(self, body: bytes) -> None:
        assert settlement.handle_notice(body=body) is False

    def test_a_notice_of_an_unpaid_payment_changes_nothing(self, payer: Payer) -> None:
        payment = payer.begin()
        name = bank_id(payment.payment_id)
        forged = {"id": name, "status": "paid", "amount": "126.93", "event": "payment.succeeded"}

        assert settlement.handle_notice(body=json.dumps(forged).encode())

        assert payer.refresh(payment.payment_id).state is State.WAITING
        assert payer.due == D("126.93")

    def test_a_notice_of_a_foreign_payment_pays_no_debt(
        self, bank: BankProcess, payer: Payer
    ) -> None:
        """A payment of another shop, or an order with an unknown key."""
        payment = payer.begin()
        name = bank_id(payment.payment_id)
        bank.press(name)
        bank.book("UPDATE payment SET wished = ? WHERE id = ?", str(uuid4()), name)

        assert notice(name) is False

        assert payer.due == D("126.93")


def test_the_bank_page_and_its_book_are_absent_without_the_demonstration(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = config.get_settings().model_copy(update={"kabinet_demo": False})
    monkeypatch.setattr(config, "get_settings", lambda: settings)
    with TestClient(demo_bank.create_application()) as client:
        for method, path in (
            ("POST", "/payments"),
            ("GET", "/payments/demo-1"),
            ("POST", "/payments/demo-1/refunds"),
            ("GET", "/pay/demo-1"),
            ("POST", "/pay/demo-1"),
        ):
            assert client.request(method, f"/demo-bank{path}").status_code == 404


def test_a_deleted_logins_payments_stay_without_its_name(payer: Payer) -> None:
    payment = payer.begin()

    with database.transaction(database.OWNER) as session:
        for table in ("account_access", "login_contact", "web_session", "sign_in_ticket"):
            session.execute(
                text(f"DELETE FROM {table} WHERE login_id = :key"), {"key": payer.actor.login_id}
            )
    with database.transaction(database.GATE) as session:
        session.execute(text("DELETE FROM login WHERE id = :key"), {"key": payer.actor.login_id})

    settlement.check_payment(account_id=payer.account_id, payment_id=payment.payment_id)
    assert rows("SELECT login_id, status FROM online_payment") == [(None, "waiting")]


def test_a_residents_transaction_cannot_write_the_banks_data(payer: Payer) -> None:
    payment = payer.begin()
    for statement in (
        "UPDATE online_payment SET status = 'paid', paid_at = now()",
        "DELETE FROM online_payment",
        (
            "INSERT INTO online_payment (account_id, id, request_key, bank, method, amount, fee, "
            "status, created_at, paid_at) SELECT account_id, gen_random_uuid(), gen_random_uuid(), "
            "bank, method, amount, fee, 'paid', now(), now() FROM online_payment"
        ),
        (
            "INSERT INTO online_payment_event (account_id, payment_id, happened_at, happening, "
            "status) SELECT account_id, id, now(), 'paid', 'paid' FROM online_payment"
        ),
    ):
        with (
            pytest.raises(ProgrammingError),
            database.transaction(payer.actor.viewer) as session,
        ):
            session.execute(text(statement))

    assert payer.refresh(payment.payment_id).state is State.WAITING
