"""kill -9 between any two steps of a payment, and parallel requests: none lost or doubled."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from db import session as database
from db.embedded import EmbeddedServer
from db.session import DatabaseRole
from lib import config
from lib.domain.payments.online import State
from lib.services.payments import settlement
from lib.services.people import sign_in
from tests.kit.payments.paying import BankProcess, Payer, bank_id, bank_process, golden_payer, rows
from tests.kit.portal import PASSWORD, ROOT
from tests.kit.prepared import DEMO, bind_engines, clone_database


@pytest.fixture(scope="module")
def paying_database(server: EmbeddedServer) -> Iterator[str]:
    with clone_database(server, DEMO) as name:
        yield name


@pytest.fixture(scope="module")
def bank_of_module(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BankProcess]:
    with bank_process(tmp_path_factory.mktemp("bank")) as bank:
        yield bank


@pytest.fixture
def bank(
    server: EmbeddedServer,
    paying_database: str,
    bank_of_module: BankProcess,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[BankProcess]:
    settings = config.get_settings().model_copy(
        update={"kabinet_demo_bank": bank_of_module.url, "kabinet_address": "http://127.0.0.1:1"}
    )
    monkeypatch.setattr(config, "get_settings", lambda: settings)
    bank_of_module.book("DELETE FROM payment")
    with bind_engines(server, paying_database):
        with database.transaction(database.OWNER) as session:
            for table in ("event", "part"):
                session.execute(text(f"DELETE FROM online_payment_{table}"))
            session.execute(text("DELETE FROM online_payment"))
            session.execute(text("DELETE FROM letter"))
        yield bank_of_module


@pytest.fixture
def token() -> str:
    ticket = sign_in.issue_ticket(name="resident", password=PASSWORD, visit="v", remember=False)
    return sign_in.open_session(ticket=ticket, visit="v").token


@pytest.fixture
def payer(bank: BankProcess, token: str) -> Payer:
    actor = sign_in.find_actor(token=token)
    assert actor is not None
    return golden_payer(actor)


@pytest.fixture(scope="module")
def launcher(bank_of_module: BankProcess) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.kit.payments.paying_victim"],
        cwd=ROOT,
        env={
            **os.environ,
            "KABINET_DEMO_BANK": bank_of_module.url,
            "KABINET_ADDRESS": "http://127.0.0.1:1",
        },
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    yield process
    process.communicate()


@pytest.fixture
def killed(
    server: EmbeddedServer, paying_database: str, token: str, launcher: "subprocess.Popen[str]"
) -> Callable[..., None]:
    """Run the form's request or a notice in a process that is killed at a step."""
    urls = {
        role.value: server.cluster.url(user=role.database_name, database=paying_database)
        for role in DatabaseRole
    }

    def run(step: str, *, key: UUID | None = None, notice: str = "") -> None:
        order = {"urls": urls, "step": step, "token": token, "key": str(key), "notice": notice}
        assert launcher.stdin
        assert launcher.stdout
        launcher.stdin.write(json.dumps(order) + "\n")
        launcher.stdin.flush()
        assert int(launcher.stdout.readline()) == -signal.SIGKILL

    return run


def run_due_job() -> None:
    """Make all payments due for a check and run the job that asks the bank."""
    with database.transaction(database.OPERATOR) as session:
        session.execute(
            text("UPDATE online_payment SET check_at = now() WHERE check_at IS NOT NULL")
        )
    settlement.check_due_payments()


def letters() -> int:
    return int(rows("SELECT count(*) FROM letter WHERE subject = 'Платёж получен'")[0][0])


@pytest.mark.parametrize("step", ["bank", "answered", "write", "news", "written"])
def test_killed_at_the_start_a_payment_is_made_once_and_can_be_paid(
    bank: BankProcess, payer: Payer, killed: Callable[..., None], step: str
) -> None:
    key = uuid4()
    killed(step, key=key)

    run_due_job()

    payment = payer.begin(key=key)  # the resident sends the form again
    assert bank.payments() == 1
    assert len(rows("SELECT id FROM online_payment")) == 1
    assert (payment.state, payment.pay_url is not None) == (State.WAITING, True)
    bank.press(bank_id(payment.payment_id))
    run_due_job()
    assert payer.due == 0
    assert letters() == 1


@pytest.mark.parametrize("step", ["write", "news", "written"])
def test_killed_during_a_notice_a_payment_counts_once(
    bank: BankProcess, payer: Payer, killed: Callable[..., None], step: str
) -> None:
    payment = payer.begin()
    name = bank_id(payment.payment_id)
    bank.press(name)

    killed(step, notice=name)

    assert (payer.due == 0) is (step == "written")
    run_due_job()
    assert settlement.handle_notice(
        body=json.dumps({"id": name}).encode()
    )  # the bank repeats the notice
    assert payer.due == 0
    assert letters() == 1
    assert len(rows("SELECT id FROM online_payment_event WHERE status = 'paid'")) == 1


def test_a_notice_finds_by_our_key_a_payment_whose_answer_was_lost(
    bank: BankProcess, payer: Payer, killed: Callable[..., None]
) -> None:
    killed("answered", key=uuid4())
    (name,) = bank.book("SELECT id FROM payment")[0]
    assert rows("SELECT bank_id FROM online_payment") == [(None,)]
    bank.press(name)

    assert settlement.handle_notice(body=json.dumps({"id": name}).encode())

    assert payer.due == 0


def test_twenty_notices_at_once_are_one_payment(bank: BankProcess, payer: Payer) -> None:
    payment = payer.begin()
    name = bank_id(payment.payment_id)
    bank.press(name)
    together = threading.Barrier(20)

    def hear() -> bool:
        together.wait()
        return settlement.handle_notice(body=json.dumps({"id": name}).encode())

    with ThreadPoolExecutor(20) as pool:
        answers = [task.result() for task in [pool.submit(hear) for _ in range(20)]]

    assert answers == [True] * 20
    assert payer.due == 0
    assert letters() == 1
    assert len(rows("SELECT id FROM online_payment_event WHERE status = 'paid'")) == 1


def test_twenty_clicks_at_once_are_one_payment(bank: BankProcess, payer: Payer) -> None:
    key, together = uuid4(), threading.Barrier(20)
    sums = payer.sums

    def click() -> UUID:
        together.wait()
        return payer.begin(key=key, sums=sums).payment_id

    with ThreadPoolExecutor(20) as pool:
        payments = {task.result() for task in [pool.submit(click) for _ in range(20)]}

    assert len(payments) == 1
    assert bank.payments() == 1
    assert len(rows("SELECT id FROM online_payment")) == 1


def test_cancelling_and_paying_at_once_keeps_the_money(bank: BankProcess, payer: Payer) -> None:
    for _ in range(5):
        payment = payer.begin()
        name = bank_id(payment.payment_id)
        with ThreadPoolExecutor(2) as pool:
            cancelled = pool.submit(payer.cancel, payment.payment_id)
            bank.press(name)
            cancelled.result()
        run_due_job()

        assert rows("SELECT status FROM online_payment WHERE id = :id", id=payment.payment_id) == [
            ("paid",)
        ]
        settlement.refund_payment(
            account_id=payer.account_id, payment_id=payment.payment_id, total=payment.amount
        )


def test_two_workers_ask_about_each_payment_once(
    bank: BankProcess, payer: Payer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(4):
        payer.begin()
    with database.transaction(database.OPERATOR) as session:
        session.execute(text("UPDATE online_payment SET check_at = now()"))
    requested: list[UUID] = []
    monkeypatch.setattr(
        settlement, "check_payment", lambda **key: requested.append(key["payment_id"])
    )

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: settlement.check_due_payments(), range(4)))

    assert sorted(requested) == sorted(row[0] for row in rows("SELECT id FROM online_payment"))
