"""Waiting rows of registers are posted by hand, once, by authorised people."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Connection

from lib.access import AccessDenied, Actor
from lib.domain.registers.reason import Reason
from lib.services.accounts.claims import ClaimRefused
from lib.services.audit import words as audit_words
from lib.services.decisions import AlreadyDecided
from lib.services.registers import decisions, importing, queue
from lib.services.registers._posting import DecisionRefused
from lib.services.registers.queue import WaitingRow
from tests.exchange.registers.kit import FILES
from tests.kit.identity import execute, fetch
from tests.kit.payments.registers import (
    GOLDEN,
    HOUSING,
    WATER,
    add_billing_payment,
    due,
    import_file,
    pair_payments,
    parts,
    rows,
    sber,
)

HOME = "203.0.113.7"


@pytest.fixture
def clerk(db: Connection, signed_in: Callable[..., Actor]) -> Actor:
    return signed_in("staff")


def waiting(actor: Actor) -> WaitingRow:
    (row,) = queue.list_waiting(actor=actor).rows
    return row


def post(actor: Actor, row: WaitingRow, number: str | None = None) -> str:
    posted = decisions.post_payment(
        actor=actor,
        register_id=row.register_id,
        line=row.line,
        number=number or row.suggestion,
        request_key=f"post {actor.login_id}",
        address=HOME,
    )
    return posted.sentence


def dismiss(actor: Actor, row: WaitingRow) -> None:
    decisions.dismiss_payment(
        actor=actor,
        register_id=row.register_id,
        line=row.line,
        request_key=f"dismiss {actor.login_id}",
        address=HOME,
    )


@pytest.fixture
def waiting_payment(tmp_path: Path, db: Connection) -> None:
    """A payment without the account's zeros; a second row shows whose register it is."""
    import_file(
        sber(tmp_path, "12-11-2014;A;12345;126,93", f"12-11-2014;B;{GOLDEN};0,01"),
    )


@pytest.mark.usefixtures("waiting_payment")
class TestPosting:
    def test_the_list_shows_the_payment_and_the_suggested_account(self, clerk: Actor) -> None:
        row = waiting(clerk)

        assert (row.number, row.amount) == ("12345", Decimal("126.93"))
        assert row.why == "счёт с таким номером не найден"
        assert row.source == "реестр 1 от 14.11.2014, строка 1"
        assert row.payer == "И. И., улица"
        assert row.suggestion == GOLDEN
        assert row.suggested_address == "Магнитогорск, ул. Гражданская, д. 1, кв. 154"

    def test_one_click_posts_and_shows_the_split(self, clerk: Actor, resident: Actor) -> None:
        words = post(clerk, waiting(clerk))

        assert words == (f"Платёж проведён на счёт {GOLDEN}: Водоснабжение 88,53; Жилищные 38,40.")
        assert set(due(resident).values()) == {Decimal(0)}
        assert queue.list_waiting(actor=clerk).count == 0
        (row, _) = rows()
        assert (row.status, row.payer, row.decided_by) == ("posted", None, clerk.login_id)
        (event,) = fetch("SELECT * FROM audit_event WHERE action = 'register_row_matched'")
        assert (event.username, event.account_id) == ("staff", row.account_id)
        assert audit_words.format_action(event.action) == "Платёж из реестра проведён"

    def test_a_double_click_posts_once(self, clerk: Actor) -> None:
        row = waiting(clerk)

        assert post(clerk, row) == post(clerk, row)

        assert sum(amount for _, amount, _ in parts()) == Decimal("126.94")

    def test_a_payment_decided_by_a_colleague_is_refused(self, clerk: Actor) -> None:
        row = waiting(clerk)
        post(clerk, row)

        with pytest.raises(AlreadyDecided, match="уже проведён"):
            post(replace(clerk, login_id=clerk.login_id + 1), row)
        with pytest.raises(AlreadyDecided):
            dismiss(clerk, row)

    def test_a_wrong_number_is_refused(self, clerk: Actor) -> None:
        with pytest.raises(DecisionRefused, match="нет"):
            post(clerk, waiting(clerk), "777")
        with pytest.raises(ClaimRefused):
            post(clerk, waiting(clerk), " ")

    def test_dismissing_changes_no_debt(self, clerk: Actor, resident: Actor) -> None:
        before = due(resident)
        row = waiting(clerk)
        dismiss(clerk, row)
        dismiss(clerk, row)

        assert due(resident) == before
        assert rows()[0].status == "dismissed"
        with pytest.raises(AlreadyDecided, match="отклонён"):
            post(clerk, row)

    def test_a_payment_delivered_by_billing_meanwhile_is_recognised(
        self, clerk: Actor, resident: Actor
    ) -> None:
        add_billing_payment("126.93", paid_on="2014-11-12")
        before = due(resident)

        assert "уже учтён" in post(clerk, waiting(clerk))
        assert due(resident) == before

    def test_several_candidates_are_shown_before_posting(
        self, clerk: Actor, resident: Actor
    ) -> None:
        add_billing_payment("126.93", paid_on="2014-11-11")
        add_billing_payment("126.93", paid_on="2014-11-13")
        before = due(resident)

        with pytest.raises(DecisionRefused, match="похожие платежи"):
            post(clerk, waiting(clerk))
        assert waiting(clerk).why == "похожих платежей в биллинге несколько: возможно, он уже учтён"
        assert due(resident) == before

        post(clerk, waiting(clerk))
        assert due(resident)[WATER] < before[WATER]

    def test_a_payment_posted_despite_candidates_stays_posted(
        self, clerk: Actor, resident: Actor
    ) -> None:
        add_billing_payment("126.93", paid_on="2014-11-11")
        add_billing_payment("126.93", paid_on="2014-11-13")
        with pytest.raises(DecisionRefused):
            post(clerk, waiting(clerk))
        post(clerk, waiting(clerk))
        before, posted = due(resident), parts()

        pair_payments()

        assert queue.list_waiting(actor=clerk).count == 0
        assert (due(resident), parts()) == (before, posted)

        # billing's payment of the same day is still recognised
        add_billing_payment("126.93", paid_on="2014-11-12")
        pair_payments()

        assert rows()[0].payment_id
        assert due(resident)[WATER] > before[WATER]


@pytest.mark.usefixtures("waiting_payment")
class TestWhoMay:
    def test_another_organisations_staff_see_and_post_nothing(self, clerk: Actor) -> None:
        row = waiting(clerk)
        stranger = replace(clerk, organization_id=(clerk.organization_id or 0) + 1)

        assert queue.list_waiting(actor=stranger).rows == ()
        with pytest.raises(AccessDenied):
            post(stranger, row)
        with pytest.raises(AccessDenied):
            dismiss(stranger, row)

    def test_staff_post_only_to_their_own_accounts(self, clerk: Actor) -> None:
        (other,) = fetch(
            "SELECT number FROM account WHERE organization_id <> :own ORDER BY id LIMIT 1",
            own=clerk.organization_id,
        )
        with pytest.raises(DecisionRefused):
            post(clerk, waiting(clerk), other.number)

    def test_an_administrator_sees_all_rows(
        self, signed_in: Callable[..., Actor], clerk: Actor
    ) -> None:
        execute("UPDATE register_row SET organization_id = NULL WHERE status = 'unmatched'")
        assert queue.list_waiting(actor=clerk).rows == ()

        admin = signed_in("admin")
        assert waiting(admin).organization == ""
        assert GOLDEN in post(admin, waiting(admin))

    @pytest.mark.parametrize("name", ["resident", "analyst"])
    def test_is_for_staff_alone(
        self, signed_in: Callable[..., Actor], clerk: Actor, name: str
    ) -> None:
        row, actor = waiting(clerk), signed_in(name)

        with pytest.raises(AccessDenied):
            queue.list_waiting(actor=actor)
        with pytest.raises(AccessDenied):
            post(actor, row)
        with pytest.raises(AccessDenied):
            dismiss(actor, row)

    def test_an_unknown_row_is_refused(self, clerk: Actor) -> None:
        with pytest.raises(AccessDenied):
            post(clerk, replace(waiting(clerk), line=999))


def test_a_negative_row_is_not_posted(tmp_path: Path, clerk: Actor) -> None:
    import_file(sber(tmp_path, f"12-11-2014;A;{GOLDEN};-5,00"))

    with pytest.raises(DecisionRefused, match="больше нуля"):
        post(clerk, waiting(clerk))


def test_a_statement_row_posted_by_hand_goes_to_its_payee(
    db: Connection, signed_in: Callable[..., Actor]
) -> None:
    importing.import_register(FILES["1c"])
    admin = signed_in("admin")

    words = post(admin, waiting(admin), GOLDEN)

    assert WATER in words
    assert HOUSING not in words
    assert rows()[1].reason is None
    assert Reason.ACCOUNT_NOT_FOUND not in {row.reason for row in rows()}
