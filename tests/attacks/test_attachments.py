"""Attacks on attaching: guesses, own proofs for a neighbour's account, parallel requests."""

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
    attach,
    attached_numbers,
    captcha_answer,
    free_claim,
    golden_claim,
    newcomer,
    photo,
    refusal_text,
)
from tests.kit.identity import execute, fetch, sign_in_as


@pytest.fixture
def crowd(committed: str) -> Iterator[list[Actor]]:
    """Several logins for real transactions; their rows are deleted afterwards."""
    yield [newcomer(f"crowd{number}") for number in range(6)]
    crowd_logins = "IN (SELECT id FROM login WHERE username LIKE 'crowd%')"
    for table in ("account_access", "account_code", "web_session", "sign_in_ticket"):
        execute(f"DELETE FROM {table} WHERE login_id {crowd_logins}")
    execute(f"DELETE FROM login_contact WHERE login_id {crowd_logins}")
    execute("DELETE FROM login WHERE username LIKE 'crowd%'")
    execute("DELETE FROM attempt")


def guess(actor: Actor, amount: int, address: str = HOME) -> str:
    return refusal_text(lambda: attach(actor, amount=str(amount), address=address))


@pytest.mark.usefixtures("db")
class TestGuessing:
    def test_a_sum_cannot_be_guessed_by_trying_all_of_them(self) -> None:
        actor = newcomer()

        results = [guess(actor, amount) for amount in range(119, 127)]

        assert sum(words.startswith("Данные не подтверждены") for words in results) == 5
        assert attached_numbers(actor) == set()
        assert (
            len(
                fetch(
                    "SELECT FROM attempt WHERE kind = 'attachment' AND login_id = :id",
                    id=actor.login_id,
                )
            )
            == 5
        )

    def test_many_logins_of_one_network_are_slowed(self) -> None:
        execute(
            "INSERT INTO attempt (kind, subject_hash, login_id, address, happened_at, succeeded) "
            "SELECT 'attachment', sha256(n::text::bytea), 1000000 + n, :address, now(), false "
            "FROM generate_series(1, 40) n",
            address=HOME,
        )
        actor = newcomer()

        with pytest.raises(TooSoon, match="Подождите"):
            attach(actor)
        attach(actor, address=ELSEWHERE)

        assert attached_numbers(actor) == {NUMBER}

    def test_addresses_of_one_subscription_count_as_one(self) -> None:
        for number in range(22):
            refusal_text(
                lambda number=number: attach(  # type: ignore[misc]  # bound at once
                    newcomer(f"six{number}"),
                    replace(golden_claim(), number=str(number)),
                    address=f"2001:db8::{number:x}",
                )
            )

        with pytest.raises(TooSoon):
            attach(newcomer(), address="2001:db8::ffff")

    def test_spaces_in_the_number_do_not_reset_the_limit(self) -> None:
        for number in ("0000012345", "00000 12345", " 000001 2345", "0 000012345", "0000012345 "):
            guesser = newcomer(f"space{len(number)}{number.count(' ')}{number.find(' ')}")
            refusal_text(
                lambda guesser=guesser, number=number: attach(  # type: ignore[misc]  # at once
                    guesser, replace(golden_claim(), number=number), amount="1", address=ELSEWHERE
                )
            )

        counts = fetch("SELECT count(*) FROM attempt GROUP BY subject_hash, kind")
        assert max(row[0] for row in counts if row) == 5

    def test_a_captcha_is_valid_for_one_guess(self) -> None:
        actor, captcha = newcomer(), captcha_answer()
        with pytest.raises(NotConfirmed):
            attach(actor, amount="1", captcha=captcha)

        with pytest.raises(CaptchaRefused):
            attach(actor, captcha=captcha)

    def test_known_and_unknown_accounts_are_refused_alike(self) -> None:
        first, second = newcomer("one"), newcomer("two")

        results = {
            refusal_text(lambda: attach(first, amount="1")),
            refusal_text(lambda: attach(second, Claim(2**62, 2**62, "no such account"))),
            refusal_text(lambda: attach(second, replace(golden_claim(), organization_id=-1))),
        }

        assert len(results) == 1
        for _ in range(5):
            refusal_text(lambda: attach(second, Claim(1, 1, "no such account")))
            refusal_text(lambda: attach(first, amount="1"))
        with pytest.raises(TooManyTries):
            attach(second, Claim(1, 1, "no such account"))


@pytest.mark.usefixtures("db")
class TestNeighbours:
    def test_ones_own_payment_does_not_attach_a_neighbours_account(self) -> None:
        actor = newcomer()

        with pytest.raises(NotConfirmed):
            attach(actor, free_claim())

        assert attached_numbers(actor) == set()

    def test_ones_own_code_does_not_attach_a_neighbours_account(self) -> None:
        actor, claim, other = newcomer(), golden_claim(), free_claim()
        code = receipt_codes.format_code(
            premise_id=claim.premise_id, number=claim.number, period=dt.date(2014, 10, 1)
        )

        with pytest.raises(NotConfirmed):
            attachments.attach_by_code(
                actor=actor, claim=other, code=code, captcha=captcha_answer(), address=HOME
            )

    def test_a_failed_attempt_gives_no_access_to_accounts(self) -> None:
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
    def test_only_the_gate_role_may_call_the_proofs(self, call: str) -> None:
        resident = newcomer()

        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            database.transaction(resident.viewer) as session,
        ):
            session.connection().exec_driver_sql(f"SELECT {call}")

    def test_the_search_of_staff_finds_nothing_for_a_resident(self) -> None:
        claim = golden_claim()

        with database.transaction(newcomer().viewer) as session:
            found = session.connection().exec_driver_sql(
                f"SELECT own_account({claim.premise_id}, '{claim.number}')"
            )

            assert found.scalar() is None


class TestManyAtOnce:
    """Real transactions in parallel."""

    def test_at_most_five_parallel_guesses_are_checked(self, crowd: list[Actor]) -> None:
        actor = crowd[0]
        captchas = [captcha_answer() for _ in range(20)]

        def attempt(number: int) -> str:
            return refusal_text(
                lambda: attach(actor, amount=f"{number},00", captcha=captchas[number])
            )

        with ThreadPoolExecutor(8) as pool:
            results = list(pool.map(attempt, range(20)))

        assert sum(words.startswith("Данные не подтверждены") for words in results) == 5
        failed = fetch(
            "SELECT FROM attempt WHERE login_id = :id AND NOT succeeded", id=actor.login_id
        )
        assert len(failed) == 5

    def test_several_logins_at_one_account_get_one_try_each(self, crowd: list[Actor]) -> None:
        for number, actor in enumerate(crowd):
            guess(actor, 1, address=f"198.51.100.{number}")

        again = [guess(actor, 2, address=ELSEWHERE) for actor in crowd]

        assert all(words.startswith("Слишком много неверных попыток") for words in again)

    def test_a_failed_attempt_is_committed_before_the_refusal(self, crowd: list[Actor]) -> None:
        with pytest.raises(NotConfirmed):
            attach(crowd[0], amount="1")

        attempts = fetch(
            "SELECT succeeded FROM attempt WHERE kind = 'attachment' AND login_id = :id",
            id=crowd[0].login_id,
        )
        events = fetch(
            "SELECT FROM audit_event WHERE action = 'attach_failed' AND login_id = :id",
            id=crowd[0].login_id,
        )
        assert [row.succeeded for row in attempts] == [False]
        assert len(events) == 1

    def test_one_code_used_by_many_at_once_attaches_one_login(self, crowd: list[Actor]) -> None:
        claim = golden_claim()
        code = receipt_codes.format_code(
            premise_id=claim.premise_id, number=claim.number, period=dt.date(2014, 10, 1)
        )
        captchas = [captcha_answer() for _ in crowd]

        def take(number: int) -> str:
            return refusal_text(
                lambda: attachments.attach_by_code(
                    actor=crowd[number],
                    claim=claim,
                    code=code,
                    captcha=captchas[number],
                    address=f"198.51.100.{number}",
                )
            )

        with ThreadPoolExecutor(6) as pool:
            results = list(pool.map(take, range(6)))

        assert results.count("") == 1
        assert sum(bool(attached_numbers(actor)) for actor in crowd) == 1

    def test_two_simultaneous_decisions_count_once(self, crowd: list[Actor]) -> None:
        requests.request_account(
            actor=crowd[0], claim=golden_claim(), comment="", content=photo(), address=HOME
        )
        (row,) = fetch("SELECT id FROM account_request WHERE status = 'new'")
        clerk = sign_in_as("staff")
        colleague = replace(clerk, login_id=crowd[1].login_id)

        def approve() -> str:
            return refusal_text(
                lambda: decisions.approve_request(
                    actor=clerk,
                    request_id=row.id,
                    number=NUMBER,
                    request_key="one",
                    address=HOME,
                )
            )

        def decline() -> str:
            return refusal_text(
                lambda: decisions.decline_request(
                    actor=colleague,
                    request_id=row.id,
                    reason="Не читается",
                    request_key="other",
                    address=HOME,
                )
            )

        with ThreadPoolExecutor(2) as pool:
            results = [task.result() for task in (pool.submit(approve), pool.submit(decline))]

        assert results.count("") == 1
        assert sum(words.startswith("Заявка уже рассмотрена") for words in results) == 1
        assert bool(attached_numbers(crowd[0])) == (results[0] == "")
