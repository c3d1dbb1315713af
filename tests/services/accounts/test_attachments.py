"""Attaching an account by its last payment or by its receipt's code."""

import datetime as dt
import io
import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pypdf
import pytest
from sqlalchemy import Connection

from lib import clock
from lib.access import AccessDenied, Actor
from lib.services.accounts import attachments, removal
from lib.services.accounts._attach_limits import TooManyTries, Way, get_pause
from lib.services.accounts.attachments import CaptchaAnswer, NotConfirmed
from lib.services.accounts.claims import AlreadyAttached, Claim, ClaimRefused
from lib.services.billing import account_cards, receipt_codes, receipts
from lib.services.captchas import CaptchaRefused
from tests.kit.attaching import (
    ELSEWHERE,
    HOME,
    NUMBER,
    attach,
    attached_numbers,
    captcha_answer,
    golden_claim,
    newcomer,
    refusal_text,
)
from tests.kit.identity import execute, fetch, letters, sign_in_as

pytestmark = pytest.mark.usefixtures("db")
OCTOBER = dt.date(2014, 10, 1)


@pytest.fixture
def actor(db: Connection) -> Actor:
    return newcomer()


def events(action: str) -> list[dict[str, object]]:
    rows = fetch("SELECT * FROM audit_event WHERE action = :action ORDER BY id", action=action)
    return [dict(row._mapping) for row in rows]


def by_code(actor: Actor, code: str, claim: Claim | None = None) -> None:
    attachments.attach_by_code(
        actor=actor,
        claim=claim or golden_claim(),
        code=code,
        captcha=captcha_answer(),
        address=HOME,
    )


def golden_code(period: dt.date = OCTOBER) -> str:
    return receipt_codes.format_code(
        premise_id=golden_claim().premise_id, number=NUMBER, period=period
    )


class TestByPayment:
    def test_shows_the_account_with_its_debt(self, actor: Actor) -> None:
        attach(actor)

        (card,) = account_cards.list_cards(actor=sign_in_as("newcomer"))
        assert (card.number, card.bill.debt if card.bill else None) == (NUMBER, Decimal("126.93"))
        (event,) = events("account_attached")
        assert (event["username"], event["address"]) == ("newcomer", HOME)
        assert event["details"] == {"way": "payment"}

    @pytest.mark.parametrize("amount", ["123.45", " 123,45 ₽", "123,45 руб."])
    def test_accepts_a_sum_as_people_type_it(self, actor: Actor, amount: str) -> None:
        attach(actor, amount=amount)

        assert attached_numbers(actor) == {NUMBER}

    @pytest.mark.parametrize("number", ["00000 12345", " 0000012345 "])
    def test_accepts_a_number_with_spaces(self, actor: Actor, number: str) -> None:
        attach(actor, replace(golden_claim(), number=number))

        assert attached_numbers(actor) == {NUMBER}

    @pytest.mark.parametrize(
        "wrong",
        [
            {"amount": "123,46"},
            {"paid_on": "17.09.2014"},
            {"claim": replace(Claim(0, 0, "1"), number="12345")},
        ],
        ids=["kopeck", "day", "number"],
    )
    def test_says_one_sentence_whatever_is_wrong(
        self, actor: Actor, wrong: dict[str, object]
    ) -> None:
        claim = wrong.pop("claim", None)
        known = replace(golden_claim(), number=claim.number) if isinstance(claim, Claim) else None

        sentence = refusal_text(lambda: attach(actor, known, **wrong))

        assert sentence == str(NotConfirmed(Way.PAYMENT))
        assert sentence.startswith("Данные не подтверждены.")
        assert attached_numbers(actor) == set()
        assert len(events("attach_failed")) == 1

    def test_accepts_payments_of_the_three_months_before_the_last_one(self, actor: Actor) -> None:
        execute(
            "INSERT INTO payment (account_id, external_id, paid_on, amount, channel, is_reversal) "
            "SELECT id, 'x' || n, day, n, 'bank', false FROM account, (VALUES "
            "(11, date '2014-12-18'), (12, date '2014-09-17')) p(n, day) WHERE number = :number",
            number=NUMBER,
        )

        with pytest.raises(NotConfirmed):
            attach(actor, paid_on="17.09.2014", amount="12")
        attach(actor)  # exactly three months before the new last payment

        assert attached_numbers(actor) == {NUMBER}

    def test_accepts_the_organisation_of_the_house(self, actor: Actor) -> None:
        served = golden_claim()
        execute(
            "UPDATE account SET organization_id = (SELECT id FROM organization WHERE "
            "external_id = 'heat') WHERE number = :number",
            number=NUMBER,
        )

        attach(actor, served)

        assert attached_numbers(actor) == {NUMBER}

    def test_notifies_the_other_logins_of_the_account(self, actor: Actor) -> None:
        attach(actor)

        (letter,) = letters()
        assert letter.recipient == "resident@example.org"
        assert "***2345" in letter.body_text
        assert NUMBER not in letter.body_text

    def test_explains_that_it_is_attached_already(self, actor: Actor) -> None:
        attach(actor)
        execute("UPDATE attempt SET happened_at = happened_at - interval '1 minute'")

        with pytest.raises(AlreadyAttached, match="уже присоединён"):
            attach(actor)

        assert len(events("account_attached")) == 1

    def test_a_double_click_attaches_once_without_a_refusal(self, actor: Actor) -> None:
        captcha = captcha_answer()

        attach(actor, captcha=captcha)
        attach(actor, captcha=captcha)

        assert len(events("account_attached")) == 1

    def test_renews_an_access_that_ran_out(self, actor: Actor) -> None:
        attach(actor)
        execute("UPDATE account_access SET level = 'view', valid_to = now() - interval '1 day'")
        execute("UPDATE attempt SET happened_at = happened_at - interval '1 minute'")

        attach(actor)

        (row,) = fetch(
            "SELECT level, valid_to FROM account_access WHERE login_id = :login",
            login=actor.login_id,
        )
        assert (row.level, row.valid_to) == ("owner", None)

    def test_attaches_again_after_a_removal(self, actor: Actor) -> None:
        attach(actor)
        again = sign_in_as("newcomer")
        removal.remove_account(actor=again, account_id=again.accounts[0], address=HOME)
        execute("UPDATE attempt SET happened_at = happened_at - interval '1 minute'")

        attach(again)

        assert attached_numbers(again) == {NUMBER}

    @pytest.mark.parametrize("name", ["staff", "analyst", "admin"])
    def test_is_for_residents_alone(self, signed_in: Callable[..., Actor], name: str) -> None:
        with pytest.raises(AccessDenied):
            attach(signed_in(name))

    @pytest.mark.parametrize(
        "number", ["", "   ", "1" * 41, "1\x00", "Война и мир. " * 400, "12\u202e34"]
    )
    def test_an_invalid_number_uses_up_no_try(self, actor: Actor, number: str) -> None:
        with pytest.raises(ClaimRefused, match="как он напечатан"):
            attach(actor, replace(golden_claim(), number=number))

        assert fetch("SELECT FROM attempt WHERE kind = 'attachment'") == []

    def test_an_emoji_is_a_wrong_number(self, actor: Actor) -> None:
        with pytest.raises(NotConfirmed):
            attach(actor, replace(golden_claim(), number="🏠"))

    def test_a_wrong_captcha_does_not_count_as_a_try(self, actor: Actor) -> None:
        key = captcha_answer().key

        with pytest.raises(CaptchaRefused):
            attach(actor, captcha=CaptchaAnswer(key, "browser", "000"))

        assert attached_numbers(actor) == set()
        assert fetch("SELECT FROM attempt WHERE kind = 'attachment'") == []


class TestLimits:
    def test_five_wrong_tries_block_the_method_for_a_day(self, actor: Actor) -> None:
        for _ in range(5):
            with pytest.raises(NotConfirmed):
                attach(actor, amount="1")

        with pytest.raises(TooManyTries, match="по коду с квитанции"):
            attach(actor)
        execute("UPDATE attempt SET happened_at = happened_at - interval '24 hours'")
        attach(actor)

        assert attached_numbers(actor) == {NUMBER}

    def test_counts_tries_at_different_accounts_together(self, actor: Actor) -> None:
        for number in range(5):
            with pytest.raises(NotConfirmed):
                attach(actor, replace(golden_claim(), number=str(number)))

        with pytest.raises(TooManyTries):
            attach(actor)

    def test_only_the_guessers_are_blocked_from_an_account(self, actor: Actor) -> None:
        guessers = [newcomer(f"guesser{number}") for number in range(5)]
        for number, guesser in enumerate(guessers):
            with pytest.raises(NotConfirmed):
                attach(guesser, amount="1", address=f"198.51.100.{number}")

        with pytest.raises(TooManyTries):
            attach(guessers[0], address=ELSEWHERE)
        attach(actor)

        assert attached_numbers(actor) == {NUMBER}

    def test_the_other_method_stays_open(self, actor: Actor) -> None:
        for _ in range(5):
            with pytest.raises(NotConfirmed):
                attach(actor, amount="1")

        by_code(actor, golden_code())

        assert attached_numbers(actor) == {NUMBER}

    @pytest.mark.parametrize(
        ("failures", "seconds"), [(0, 0), (20, 0), (21, 15), (25, 30), (45, 480), (500, 600)]
    )
    def test_a_network_is_slowed_and_never_shut(self, failures: int, seconds: int) -> None:
        assert get_pause(failures) == seconds


class TestByCode:
    def test_accepts_the_code_printed_on_the_receipt(
        self, actor: Actor, signed_in: Callable[..., Actor]
    ) -> None:
        owner = signed_in("resident")
        (account_id,) = [
            card.account_id
            for card in account_cards.list_accounts(actor=owner)
            if card.number == NUMBER
        ]
        printed = receipts.render_receipt(actor=owner, account_id=account_id, period=OCTOBER)
        pages = pypdf.PdfReader(io.BytesIO(printed)).pages
        found = re.search(r"\b[A-Z]{5}-[A-Z]{5}\b", pages[0].extract_text())
        assert found
        assert len(pages) == 1

        by_code(actor, found[0])

        assert attached_numbers(actor) == {NUMBER}
        assert events("account_attached")[0]["details"] == {"way": "code"}

    def test_accepts_russian_letters_and_no_dash(self, actor: Actor) -> None:
        typed = golden_code().translate(str.maketrans("ABCEHKMPTXY-", "авсенкмртху "))

        by_code(actor, typed)

        assert attached_numbers(actor) == {NUMBER}

    def test_works_once(self, actor: Actor) -> None:
        by_code(actor, golden_code())

        with pytest.raises(NotConfirmed, match="действует один"):
            by_code(newcomer("second"), golden_code())

    def test_an_account_already_attached_uses_up_no_code(self, resident: Actor) -> None:
        with pytest.raises(AlreadyAttached):
            by_code(resident, golden_code())

        assert fetch("SELECT FROM account_code") == []

    @pytest.mark.parametrize("period", [dt.date(2014, 9, 1), dt.date(2014, 11, 1)])
    def test_an_older_or_an_open_month_is_refused(self, actor: Actor, period: dt.date) -> None:
        with pytest.raises(NotConfirmed):
            by_code(actor, golden_code(period))

    @pytest.mark.parametrize("typed", ["AAAAA-AAAAA", "🏠🏠🏠🏠🏠", "1", "%"])
    def test_a_wrong_code_is_a_wrong_try(self, actor: Actor, typed: str) -> None:
        with pytest.raises(NotConfirmed):
            by_code(actor, typed)

        assert len(events("attach_failed")) == 1

    @pytest.mark.parametrize("typed", ["", "  ", "A" * 41])
    def test_an_empty_code_uses_up_no_try(self, actor: Actor, typed: str) -> None:
        with pytest.raises(ClaimRefused, match="десять букв"):
            by_code(actor, typed)

    def test_an_older_receipt_prints_no_code(self, signed_in: Callable[..., Actor]) -> None:
        owner = signed_in("resident")
        second = account_cards.list_accounts(actor=owner)[1]
        closed = [billed.period for billed in second.periods if billed.is_closed]

        older = receipts.render_receipt(actor=owner, account_id=second.account_id, period=closed[1])

        text = pypdf.PdfReader(io.BytesIO(older)).pages[0].extract_text()
        assert "Код для личного" not in text

    def test_differs_by_month_and_premise(self) -> None:
        codes = {
            receipt_codes.format_code(premise_id=premise, number=NUMBER, period=period)
            for premise in (1, 2)
            for period in (OCTOBER, dt.date(2014, 11, 1))
        }

        assert len(codes) == 4
        assert all(re.fullmatch("[ABCEHKMPTXY]{5}-[ABCEHKMPTXY]{5}", code) for code in codes)

    def test_knows_the_months_until_today(self) -> None:
        this = clock.today().replace(day=1)
        code = receipt_codes.format_code(premise_id=1, number="1", period=this)

        assert receipt_codes.find_month(premise_id=1, number="1", typed=code) == this
        assert receipt_codes.find_month(premise_id=2, number="1", typed=code) is None
