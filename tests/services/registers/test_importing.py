"""Import of registers: matched, spread, recognised in either order, counted once."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Connection

from lib.access import Actor
from lib.domain.payments.payment import Payment
from lib.domain.registers.reason import Reason
from lib.exchange.verdict import Verdict
from lib.services.billing import account_cards
from lib.services.packages import importing
from lib.services.payments import history
from lib.services.registers import decisions
from tests.exchange.registers.kit import FILES, form
from tests.kit.faults import Package
from tests.kit.identity import execute, fetch
from tests.kit.payments.registers import (
    GOLDEN,
    HEAD,
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

pytestmark = pytest.mark.usefixtures("db")


def list_payments(resident: Actor) -> list[Payment]:
    (card,) = (
        account
        for account in account_cards.list_accounts(actor=resident)
        if account.number == GOLDEN
    )
    return list(
        history.list_payments(actor=resident, account_id=card.account_id, since=None, until=None)
    )


class TestPosting:
    def test_the_golden_debt_is_paid_and_the_split_is_stored(self, resident: Actor) -> None:
        assert due(resident)[WATER] == Decimal("88.53")

        outcome = import_file(FILES["sber"])

        assert outcome.verdict is Verdict.IMPORTED
        assert outcome.tally
        assert (outcome.tally.posted, outcome.tally.amount) == (1, Decimal("126.93"))
        assert parts() == [
            (WATER, Decimal("88.53"), False),
            (HOUSING, Decimal("38.40"), False),
        ]
        assert set(due(resident).values()) == {Decimal(0)}
        (row,) = rows()
        assert (row.status, row.payer, row.reason) == ("posted", None, None)

    def test_the_resident_sees_one_payment_before_and_after_billing_delivers_it(
        self, resident: Actor
    ) -> None:
        import_file(FILES["sber"])

        assert [(payment.month, payment.amount) for payment in list_payments(resident)][-1:] == [
            (None, Decimal("126.93"))
        ]

        add_billing_payment("126.93", paid_on="2014-11-13")
        pair_payments()

        months = [
            payment.month
            for payment in list_payments(resident)
            if payment.amount == Decimal("126.93")
        ]
        assert months[-1:] == [dt.date(2014, 11, 1)]
        assert None not in months

    def test_the_same_file_changes_nothing(self, tmp_path: Path) -> None:
        import_file(FILES["sber"])
        copy = tmp_path / "another-name.txt"
        copy.write_bytes(FILES["sber"].read_bytes())

        assert import_file(copy).verdict is Verdict.UNCHANGED
        assert len(rows()) == 1

    def test_the_same_rows_in_another_file_change_nothing(self, tmp_path: Path) -> None:
        import_file(FILES["sber"])
        copy = tmp_path / "copy.txt"
        copy.write_bytes(FILES["sber"].read_bytes().replace(b"\r\n", b"\n"))

        outcome = import_file(copy)

        assert outcome.tally
        assert (outcome.tally.repeated, outcome.tally.posted) == (1, 0)
        assert len(rows()) == 1

    def test_rows_without_a_reference_are_identified_by_register_and_line(
        self, tmp_path: Path
    ) -> None:
        import_file(FILES["municipal"])
        text = FILES["municipal"].read_bytes()
        for name, content, fresh in (
            ("again.txt", text.replace(b"\r\n", b"\n"), 0),
            ("next.txt", text.replace(b"=77=", b"=78="), 2),
        ):
            path = tmp_path / name
            path.write_bytes(content)
            outcome = import_file(path)
            assert outcome.tally
            assert outcome.tally.rows - outcome.tally.repeated == fresh

    def test_a_dry_run_reports_and_changes_nothing(self, resident: Actor) -> None:
        outcome = import_file(FILES["sber"], is_dry_run=True)

        assert outcome.verdict is Verdict.CHECKED
        assert outcome.tally
        assert outcome.tally.posted == 1
        assert rows() == fetch("SELECT * FROM register") == []
        assert due(resident)[WATER] == Decimal("88.53")

    def test_a_damaged_file_is_refused_as_a_whole(self, tmp_path: Path) -> None:
        path = tmp_path / "r.txt"
        path.write_bytes(FILES["sber"].read_bytes().replace(b"=1;126,93", b"=1;126,94"))

        outcome = import_file(path)

        assert outcome.verdict is Verdict.REFUSED
        assert fetch("SELECT * FROM register") == []

    def test_two_equal_payments_of_one_day_stay_separate(
        self, tmp_path: Path, resident: Actor
    ) -> None:
        first, second = f"12-11-2014;A;{GOLDEN};40,00", f"12-11-2014;B;{GOLDEN};40,00"
        import_file(sber(tmp_path, first, second))

        assert [row.status for row in rows()] == ["posted", "posted"]
        assert due(resident)[WATER] == Decimal("8.53")

    def test_an_overpayment_goes_to_the_first_group(self, tmp_path: Path) -> None:
        import_file(sber(tmp_path, f"12-11-2014;A;{GOLDEN};200,00"))

        assert parts() == [(WATER, Decimal("161.60"), False), (HOUSING, Decimal("38.40"), False)]

    def test_the_group_of_the_document_is_paid_first(self) -> None:
        import_file(FILES["sber-keys"])

        assert parts() == [(WATER, Decimal("126.93"), False)]

    def test_the_payees_account_names_the_group(self, tmp_path: Path) -> None:
        path = tmp_path / "m.txt"
        line = f"{GOLDEN}=12.11.2014=100.00==\r\n999999999=1\r\n"
        path.write_bytes((HEAD.replace("600000000043", "300000000042") + line).encode("cp866"))
        import_file(path, "municipal")

        assert parts() == [(HOUSING, Decimal("100.00"), False)]

    def test_a_foreign_document_names_no_group(self, tmp_path: Path) -> None:
        path = tmp_path / "m.txt"
        line = f"{GOLDEN}=12.11.2014=100.00=2014-10-777/housing=\r\n999999999=1\r\n"
        path.write_bytes((HEAD + line).encode("cp866"))
        import_file(path)

        assert parts() == [(WATER, Decimal("100.00"), False)]

    def test_a_statement_of_1c_posts_some_rows_and_stages_others(self) -> None:
        outcome = import_file(FILES["1c"])

        assert [row.status for row in rows()] == ["posted", "unmatched"]
        assert parts() == [(WATER, Decimal("88.53"), False)]
        assert [found.line for found in outcome.findings] == [31]

    def test_every_group_of_every_account_is_spread_to_the_kopeck(self, tmp_path: Path) -> None:
        """Every account of the city pays a sum: the parts add up in every case."""
        numbers = [row.number for row in fetch("SELECT number FROM account ORDER BY id")]
        unique = [number for number in numbers if numbers.count(number) == 1]
        today = dt.date.today() - dt.timedelta(days=1)  # noqa: DTZ011 - the demonstration is real
        lines = [
            f"{today:%d-%m-%Y};R{at}-{turn};{number};{137 * (at + turn)},{at % 100:02}"
            for at, number in enumerate(unique, 1)
            for turn in range(3)
        ]
        outcome = import_file(sber(tmp_path, *lines))

        assert outcome.tally
        assert outcome.tally.posted >= len(unique)
        wrong = fetch(
            "SELECT r.line FROM register_row r LEFT JOIN register_part p USING (register_id, line) "
            "WHERE r.status = 'posted' AND r.payment_id IS NULL GROUP BY r.register_id, r.line, "
            "r.amount HAVING sum(p.amount) IS DISTINCT FROM r.amount"
        )
        assert wrong == []


class TestStaging:
    @pytest.mark.parametrize(
        ("line", "reason"),
        [
            ("12-11-2014;A;999;5,00", Reason.ACCOUNT_NOT_FOUND),
            (f"12-11-2014;A;{GOLDEN};-5,00", Reason.BAD_SUM),
            (f"12-11-2014;A;{GOLDEN};0,00", Reason.BAD_SUM),
            (f"12-11-2099;A;{GOLDEN};5,00", Reason.DATE_AHEAD),
            (f"30-09-2014;A;{GOLDEN};5,00", Reason.PERIOD_CLOSED),
        ],
    )
    def test_an_unpostable_row_waits_with_its_reason(
        self, tmp_path: Path, resident: Actor, line: str, reason: Reason
    ) -> None:
        before = due(resident)
        outcome = import_file(sber(tmp_path, line))

        (row,) = rows()
        assert (row.status, row.reason) == ("unmatched", reason)
        assert row.payer == "И. И., улица"
        assert [(found.line, found.code) for found in outcome.findings] == [(1, reason)]
        assert not outcome.findings.has_errors
        assert due(resident) == before
        assert parts() == []

    def test_a_payment_to_a_closed_account_waits(self, tmp_path: Path) -> None:
        execute("UPDATE account SET closed_on = '2014-11-01' WHERE number = :n", n=GOLDEN)
        import_file(sber(tmp_path, f"12-11-2014;A;{GOLDEN};5,00"))

        assert rows()[0].reason == Reason.ACCOUNT_CLOSED

    def test_a_reference_that_comes_twice_in_a_file_waits(self, tmp_path: Path) -> None:
        line = f"12-11-2014;A;{GOLDEN};5,00"
        import_file(sber(tmp_path, line, line))

        assert [row.reason for row in rows()] == [None, Reason.REFERENCE_TWICE]
        import_file(sber(tmp_path, line, line, name="again.txt", number=2))
        assert len(rows()) == 2

    def test_a_known_reference_with_another_sum_waits(self, tmp_path: Path) -> None:
        import_file(sber(tmp_path, f"12-11-2014;A;{GOLDEN};5,00"))
        for number in (2, 3):
            path = sber(tmp_path, f"12-11-2014;A;{GOLDEN};6,00", name="x.txt", number=number)
            import_file(path)

        assert [row.reason for row in rows()] == [None, Reason.NUMBER_TAKEN]

    def test_a_payment_to_an_unknown_payee_waits(self, tmp_path: Path) -> None:
        path = tmp_path / "m.txt"
        line = f"{GOLDEN}=12.11.2014=1.00==\r\n999999999=1\r\n"
        path.write_bytes((HEAD.replace("600000000043", "600000000049") + line).encode("cp866"))
        import_file(path)

        assert rows()[0].reason == Reason.PAYEE_UNKNOWN

    def test_the_payee_distinguishes_two_accounts_with_one_number(self, tmp_path: Path) -> None:
        execute("UPDATE account SET number = :n WHERE id = (SELECT min(id) FROM account a "
                "WHERE a.sender_id <> (SELECT sender_id FROM account WHERE number = :n))",
                n=GOLDEN)  # fmt: skip
        import_file(sber(tmp_path, f"12-11-2014;A;{GOLDEN};5,00"))
        assert rows()[0].reason == Reason.ACCOUNT_AMBIGUOUS

        import_file(FILES["municipal"])
        assert [row.status for row in rows()[1:]] == ["posted", "posted"]


class TestOnePaymentIsOne:
    def test_a_register_followed_by_the_package_is_one_payment(self, resident: Actor) -> None:
        import_file(FILES["sber"])
        add_billing_payment("126.93", paid_on="2014-11-13")

        pair_payments()

        # billing's split counts now: all of it for housing
        assert due(resident) == {
            WATER: Decimal("88.53"), HOUSING: Decimal(0), "Теплоснабжение": Decimal(0),
        }  # fmt: skip
        assert [carried for _, _, carried in parts()] == [True, True]

    def test_a_package_followed_by_the_register_is_one_payment(self, resident: Actor) -> None:
        add_billing_payment("126.93", paid_on="2014-11-13")
        before = due(resident)

        outcome = import_file(FILES["sber"])

        assert outcome.tally
        assert (outcome.tally.carried, outcome.tally.posted) == (1, 0)
        assert due(resident) == before
        assert parts() == []

    @pytest.mark.parametrize("first", ["register", "package"])
    def test_a_real_package_and_the_register_make_one_payment_in_either_order(
        self, tmp_path: Path, resident: Actor, first: str
    ) -> None:
        payment = {"payment_id": "pay-2", "account_id": "A1", "paid_on": "2014-11-13"}
        payment |= {"amount": "126.93", "period": "2014-11", "channel": "bank", "is_reversal": "0"}
        parts_ = [
            {"payment_id": "pay-2", "group_id": group, "amount": amount}
            for group, amount in (("water", "88.53"), ("housing", "38.40"))
        ]
        package = Package.of(
            {"payments": [payment], "payment_parts": parts_}, mode="delta", period="2014-11"
        )
        if first == "register":
            import_file(FILES["sber"])
        assert importing.import_package(package.write(tmp_path)).verdict is Verdict.IMPORTED
        if first == "package":
            import_file(FILES["sber"])

        assert set(due(resident).values()) == {Decimal(0)}
        assert rows()[0].payment_id is not None
        assert {carried for _, _, carried in parts()} <= {True}

    def test_a_reference_matches_on_any_day_and_channel(self) -> None:
        add_billing_payment(
            "126.93", paid_on="2014-11-30", channel="post", reference="10071234567PXYZ"
        )

        outcome = import_file(FILES["sber"])

        assert outcome.tally
        assert outcome.tally.carried == 1

    @pytest.mark.parametrize(
        "other",
        [
            {"paid_on": "2014-11-16"},
            {"paid_on": "2014-11-12", "channel": "post"},
            {"paid_on": "2014-11-12", "reference": "another"},
        ],
    )
    def test_a_row_that_differs_is_another_payment(self, other: dict[str, str]) -> None:
        add_billing_payment("126.93", **other)

        outcome = import_file(FILES["sber"])

        assert outcome.tally
        assert (outcome.tally.carried, outcome.tally.posted) == (0, 1)

    def test_of_two_rows_one_stays_when_billing_delivers_one(self, tmp_path: Path) -> None:
        add_billing_payment("40.00", paid_on="2014-11-12")
        lines = (f"12-11-2014;A;{GOLDEN};40,00", f"12-11-2014;B;{GOLDEN};40,00")

        outcome = import_file(sber(tmp_path, *lines))

        assert outcome.tally
        assert (outcome.tally.carried, outcome.tally.posted) == (1, 1)

    def test_several_candidates_need_a_decision_in_either_order(self, tmp_path: Path) -> None:
        import_file(sber(tmp_path, f"12-11-2014;A;{GOLDEN};40,00"))
        add_billing_payment("40.00", paid_on="2014-11-11")
        add_billing_payment("40.00", paid_on="2014-11-13")
        pair_payments()
        import_file(sber(tmp_path, f"12-11-2014;B;{GOLDEN};40,00", name="b.txt", number=2))

        assert [row.reason for row in rows()] == [Reason.SEVERAL_CANDIDATES] * 2
        assert parts() == []

    def test_a_payment_is_recognised_once_however_often_packages_come(
        self, resident: Actor
    ) -> None:
        import_file(FILES["sber"])
        add_billing_payment("126.93", paid_on="2014-11-13")
        pair_payments()
        add_billing_payment("126.93", paid_on="2014-11-12")
        pair_payments()

        (row,) = rows()
        assert row.payment_id
        assert due(resident)[HOUSING] == 0


class TestPortal:
    """Payments made in the portal appear only in the acquirer's register."""

    BANK_ID = "2d9f0a7b-000f-5000-9000-1b68e7b15f3f"

    def pay(self, status: str = "paid", amount: str = "126.93", bank_id: str = BANK_ID) -> None:
        execute(
            "WITH made AS (INSERT INTO online_payment (account_id, id, request_key, bank, method, "
            "bank_id, amount, fee, status, created_at, paid_at) SELECT id, gen_random_uuid(), "
            "gen_random_uuid(), 'yookassa', 'card', :bank_id, :amount, 0, :status, :at, :at "
            "FROM account WHERE number = :number RETURNING account_id, id, amount) "
            "INSERT INTO online_payment_part (account_id, payment_id, group_id, place, amount) "
            "SELECT made.account_id, made.id, g.id, 1, made.amount FROM made, service_group g "
            "JOIN account a ON a.sender_id = g.sender_id WHERE a.number = :number "
            "AND g.external_id = 'water'",
            bank_id=bank_id,
            amount=Decimal(amount),
            status=status,
            number=GOLDEN,
            at=dt.datetime(2014, 11, 12, 7, tzinfo=dt.UTC),
        )

    def test_a_payment_of_the_portal_counts_once(self, resident: Actor) -> None:
        self.pay()
        before = due(resident)

        outcome = import_file(FILES["yookassa"])

        assert outcome.tally
        assert (outcome.tally.portal, outcome.tally.posted) == (1, 0)
        assert due(resident) == before
        assert rows()[0].status == "known"

    @pytest.mark.parametrize(("status", "amount"), [("waiting", "126.93"), ("paid", "100.00")])
    def test_a_row_that_contradicts_the_portal_waits(self, status: str, amount: str) -> None:
        self.pay(status, amount)
        import_file(FILES["yookassa"])

        assert rows()[0].reason == Reason.PORTAL_UNSETTLED

    def test_a_row_of_another_bank_is_another_payment(self) -> None:
        self.pay()

        outcome = import_file(FILES["sber"])

        assert outcome.tally
        assert outcome.tally.posted == 1

    def test_an_acquirers_row_unknown_to_the_portal_is_posted(self) -> None:
        outcome = import_file(FILES["yookassa"])

        assert outcome.tally
        assert outcome.tally.posted == 1
        assert rows()[0].channel == "online"

    def test_billing_delivers_it_without_a_reference(self, resident: Actor) -> None:
        self.pay()
        add_billing_payment("126.93", paid_on="2014-11-13", channel="online")
        pair_payments()

        assert due(resident)[WATER] == Decimal("88.53")
        assert due(resident)[HOUSING] == 0
        assert len(fetch("SELECT * FROM carried_payment")) == 1
        # then the acquirer's register changes nothing
        import_file(FILES["yookassa"])
        assert due(resident)[WATER] == Decimal("88.53")

    def give_back(self, amount: str, fee: str = "1.52") -> None:
        """Give the payment a fee and refund a part of the total."""
        execute("UPDATE online_payment SET fee = :fee, refunded = :amount",
                fee=Decimal(fee), amount=Decimal(amount))  # fmt: skip
        execute("UPDATE online_payment_part SET refunded = :part",
                part=Decimal(amount) - Decimal(fee))  # fmt: skip

    @pytest.mark.parametrize("brought", ["100.00", "126.93"])
    def test_billing_delivers_it_reduced_by_a_refund_or_in_full(
        self, resident: Actor, brought: str
    ) -> None:
        self.pay()
        self.give_back("28.45")
        add_billing_payment(brought, paid_on="2014-11-13", channel="online")
        pair_payments()

        assert len(fetch("SELECT * FROM carried_payment")) == 1
        assert due(resident)[WATER] == Decimal("88.53")

    def test_billings_payment_of_the_remaining_sum_is_preferred(self) -> None:
        self.pay()
        self.give_back("28.45")
        add_billing_payment("126.93", paid_on="2014-11-12", channel="online")
        add_billing_payment("100.00", paid_on="2014-11-13", channel="online")
        pair_payments()

        (found,) = fetch(
            "SELECT p.amount FROM carried_payment c JOIN payment p ON p.id = c.payment_id"
        )
        assert found.amount == Decimal("100.00")

    @pytest.mark.parametrize(("back", "left"), [("28.45", "100.00"), ("127.00", "1.45")])
    def test_the_remaining_sum_is_shown_without_the_fee(
        self, resident: Actor, back: str, left: str
    ) -> None:
        self.pay()
        self.give_back(back)

        payment = list_payments(resident)[-1]

        assert (payment.month, payment.amount) == (None, Decimal(left))
        assert [share.amount for share in payment.shares] == [Decimal(left)]

    def test_a_second_row_of_it_posted_by_hand_does_not_count(
        self, tmp_path: Path, resident: Actor, signed_in: Callable[..., Actor]
    ) -> None:
        self.pay()
        before = due(resident)
        head, row, _ = FILES["yookassa"].read_text("utf-8-sig").splitlines()
        path = tmp_path / "twice.csv"
        last = "Итого;2;253.86;7.10;246.76"
        path.write_text(f"{head}\n{row}\n{row}\n{last}", encoding="utf-8-sig")
        import_file(path)
        (_, twice) = rows()
        assert twice.reason == Reason.REFERENCE_TWICE

        posted = decisions.post_payment(
            actor=signed_in("admin"),
            register_id=twice.register_id,
            line=twice.line,
            number=GOLDEN,
            request_key="form",
            address="203.0.113.7",
        )

        assert "уже учтён" in posted.sentence
        assert due(resident) == before


def test_the_shipped_account_patterns_are_those_of_the_format_tests() -> None:
    (found,) = fetch("SELECT account_pattern FROM register_format WHERE code = '1c'")

    assert found.account_pattern == form("1c").account_pattern


def test_registers_change_no_other_sender(db: Connection, resident: Actor) -> None:
    cards = {card.number: card.due for card in account_cards.list_cards(actor=resident)}
    import_file(FILES["sber"])
    after = {card.number: card.due for card in account_cards.list_cards(actor=resident)}

    assert [number for number, owed in after.items() if owed != cards[number]] == [GOLDEN]
    assert not db.closed
