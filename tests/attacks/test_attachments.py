"""Attacks on attaching: guessing accounts, one's own way into a neighbour's, many at once."""

import datetime as dt
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy.exc import ProgrammingError

from db import session as database
from lib.access import Actor
from lib.services.accounts import attachments, decisions, requests
from lib.services.accounts._attach_limits import TooManyTries
from lib.services.accounts.attachments import NotConfirmed
from lib.services.accounts.claims import Claim
from lib.services.attempts import TooSoon
from lib.services.billing import account_cards, receipt_codes
from lib.services.captchas import CaptchaRefused
from tests.kit.attaching import (
    ELSEWHERE,
    HOME,
    NUMBER,
    answered,
    attach,
    golden,
    held,
    neighbour,
    newcomer,
    photo,
    refusal,
    signed,
)
from tests.kit.identity import asked, changed


@pytest.fixture
def crowd(committed: str) -> Iterator[list[Actor]]:
    """Several logins for real transactions; they leave nothing behind."""
    yield [newcomer(f"crowd{number}") for number in range(6)]
    mine = "IN (SELECT id FROM login WHERE username LIKE 'crowd%')"
    for table in ("account_access", "account_code", "web_session", "sign_in_ticket"):
        changed(f"DELETE FROM {table} WHERE login_id {mine}")
    changed(f"DELETE FROM login_contact WHERE login_id {mine}")
    changed("DELETE FROM login WHERE username LIKE 'crowd%'")
    changed("DELETE FROM attempt")


def guess(actor: Actor, amount: int, address: str = HOME) -> str:
    return refusal(lambda: attach(actor, amount=str(amount), address=address))


@pytest.mark.usefixtures("db")
class TestGuessing:
    def test_a_sum_is_not_found_by_trying_all_of_them(self) -> None:
        actor = newcomer()

        said = [guess(actor, amount) for amount in range(119, 127)]

        assert sum(words.startswith("Данные не подтверждены") for words in said) == 5
        assert held(actor) == set()
        assert (
            len(
                asked(
                    "SELECT FROM attempt WHERE kind = 'attachment' AND login_id = :id",
                    id=actor.login_id,
                )
            )
            == 5
        )

    def test_many_logins_of_one_network_are_slowed(self) -> None:
        changed(
            "INSERT INTO attempt (kind, subject_hash, login_id, address, happened_at, succeeded) "
            "SELECT 'attachment', sha256(n::text::bytea), 1000000 + n, :address, now(), false "
            "FROM generate_series(1, 40) n",
            address=HOME,
        )
        actor = newcomer()

        with pytest.raises(TooSoon, match="Подождите"):
            attach(actor)
        attach(actor, address=ELSEWHERE)

        assert held(actor) == {NUMBER}

    def test_addresses_of_one_subscription_count_as_one(self) -> None:
        for number in range(22):
            refusal(
                lambda number=number: attach(  # type: ignore[misc]  # bound at once
                    newcomer(f"six{number}"),
                    replace(golden(), number=str(number)),
                    address=f"2001:db8::{number:x}",
                )
            )

        with pytest.raises(TooSoon):
            attach(newcomer(), address="2001:db8::ffff")

    def test_spaces_in_the_number_are_no_other_account(self) -> None:
        for number in ("0000012345", "00000 12345", " 000001 2345", "0 000012345", "0000012345 "):
            guesser = newcomer(f"space{len(number)}{number.count(' ')}{number.find(' ')}")
            refusal(
                lambda guesser=guesser, number=number: attach(  # type: ignore[misc]  # at once
                    guesser, replace(golden(), number=number), amount="1", address=ELSEWHERE
                )
            )

        counts = asked("SELECT count(*) FROM attempt GROUP BY subject_hash, kind")
        assert max(row[0] for row in counts if row) == 5

    def test_a_captcha_serves_one_guess(self) -> None:
        actor, captcha = newcomer(), answered()
        with pytest.raises(NotConfirmed):
            attach(actor, amount="1", captcha=captcha)

        with pytest.raises(CaptchaRefused):
            attach(actor, captcha=captcha)

    def test_what_is_there_and_what_is_not_are_refused_alike(self) -> None:
        there, nowhere = newcomer("one"), newcomer("two")

        said = {
            refusal(lambda: attach(there, amount="1")),
            refusal(lambda: attach(nowhere, Claim(2**62, 2**62, "no such account"))),
            refusal(lambda: attach(nowhere, replace(golden(), organization_id=-1))),
        }

        assert len(said) == 1
        for _ in range(5):
            refusal(lambda: attach(nowhere, Claim(1, 1, "no such account")))
            refusal(lambda: attach(there, amount="1"))
        with pytest.raises(TooManyTries):
            attach(nowhere, Claim(1, 1, "no such account"))


@pytest.mark.usefixtures("db")
class TestNeighbours:
    def test_ones_own_payment_opens_no_neighbours_account(self) -> None:
        actor = newcomer()

        with pytest.raises(NotConfirmed):
            attach(actor, neighbour())

        assert held(actor) == set()

    def test_ones_own_code_opens_no_neighbours_account(self) -> None:
        actor, own, other = newcomer(), golden(), neighbour()
        code = receipt_codes.format_code(
            premise_id=own.premise_id, number=own.number, period=dt.date(2014, 10, 1)
        )

        with pytest.raises(NotConfirmed):
            attachments.attach_by_code(
                actor=actor, claim=other, code=code, captcha=answered(), address=HOME
            )

    def test_an_actor_made_up_with_foreign_accounts_sees_no_row_by_attaching(self) -> None:
        actor = newcomer()
        guess(actor, 1)

        assert account_cards.list_accounts(actor=actor) == ()

    @pytest.mark.parametrize(
        "call",
        [
            "prove_possession(1, 1, '1', date '2014-09-18', 1)",
            "prove_receipt(1, 1, '1', date '2014-10-01')",
        ],
    )
    def test_proofs_are_the_gates_alone(self, call: str) -> None:
        resident = newcomer()

        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            database.transaction(resident.viewer) as session,
        ):
            session.connection().exec_driver_sql(f"SELECT {call}")

    def test_the_look_up_of_staff_finds_nothing_for_a_resident(self) -> None:
        claim = golden()

        with database.transaction(newcomer().viewer) as session:
            found = session.connection().exec_driver_sql(
                f"SELECT own_account({claim.premise_id}, '{claim.number}')"
            )

            assert found.scalar() is None


class TestManyAtOnce:
    """Real transactions beside each other."""

    def test_parallel_guesses_are_no_more_than_five(self, crowd: list[Actor]) -> None:
        actor = crowd[0]
        captchas = [answered() for _ in range(20)]

        def one(number: int) -> str:
            return refusal(lambda: attach(actor, amount=f"{number},00", captcha=captchas[number]))

        with ThreadPoolExecutor(8) as pool:
            said = list(pool.map(one, range(20)))

        assert sum(words.startswith("Данные не подтверждены") for words in said) == 5
        failed = asked(
            "SELECT FROM attempt WHERE login_id = :id AND NOT succeeded", id=actor.login_id
        )
        assert len(failed) == 5

    def test_a_crowd_at_one_account_gets_one_try_each(self, crowd: list[Actor]) -> None:
        for number, actor in enumerate(crowd):
            guess(actor, 1, address=f"198.51.100.{number}")

        again = [guess(actor, 2, address=ELSEWHERE) for actor in crowd]

        assert all(words.startswith("Слишком много неверных попыток") for words in again)

    def test_a_failure_is_committed_before_it_is_refused(self, crowd: list[Actor]) -> None:
        with pytest.raises(NotConfirmed):
            attach(crowd[0], amount="1")

        tried = asked(
            "SELECT succeeded FROM attempt WHERE kind = 'attachment' AND login_id = :id",
            id=crowd[0].login_id,
        )
        told = asked(
            "SELECT FROM audit_event WHERE action = 'attach_failed' AND login_id = :id",
            id=crowd[0].login_id,
        )
        assert [row.succeeded for row in tried] == [False]
        assert len(told) == 1

    def test_one_code_taken_by_many_at_once_serves_one(self, crowd: list[Actor]) -> None:
        own = golden()
        code = receipt_codes.format_code(
            premise_id=own.premise_id, number=own.number, period=dt.date(2014, 10, 1)
        )
        captchas = [answered() for _ in crowd]

        def take(number: int) -> str:
            return refusal(
                lambda: attachments.attach_by_code(
                    actor=crowd[number],
                    claim=own,
                    code=code,
                    captcha=captchas[number],
                    address=f"198.51.100.{number}",
                )
            )

        with ThreadPoolExecutor(6) as pool:
            said = list(pool.map(take, range(6)))

        assert said.count("") == 1
        assert sum(bool(held(actor)) for actor in crowd) == 1

    def test_two_employees_at_once_decide_once(self, crowd: list[Actor]) -> None:
        requests.request_account(
            actor=crowd[0], claim=golden(), comment="", content=photo(), address=HOME
        )
        (row,) = asked("SELECT id FROM account_request WHERE status = 'new'")
        clerk = signed("staff", "demo-Parol-2014")
        colleague = replace(clerk, login_id=crowd[1].login_id)

        def approve() -> str:
            return refusal(
                lambda: decisions.approve_request(
                    actor=clerk,
                    request_id=row.id,
                    number=NUMBER,
                    request_key="one",
                    address=HOME,
                )
            )

        def decline() -> str:
            return refusal(
                lambda: decisions.decline_request(
                    actor=colleague,
                    request_id=row.id,
                    reason="Не читается",
                    request_key="other",
                    address=HOME,
                )
            )

        with ThreadPoolExecutor(2) as pool:
            said = [task.result() for task in (pool.submit(approve), pool.submit(decline))]

        assert said.count("") == 1
        assert sum(words.startswith("Заявка уже рассмотрена") for words in said) == 1
        assert bool(held(crowd[0])) == (said[0] == "")
