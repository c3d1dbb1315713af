"""Movement, payments and statements, and who may see them."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from db import session as database
from lib.access import AccessDenied, Actor
from lib.domain.payments import movement
from lib.domain.payments.payment import Payment, Share
from lib.services.billing import account_cards
from lib.services.billing.account_cards import AccountCard
from lib.services.payments import history, statements
from lib.services.payments.statements import StatementKind, StatementNotFound

D = Decimal
SEPTEMBER, OCTOBER = dt.date(2014, 9, 1), dt.date(2014, 10, 1)
GOLDEN = "0000012345"
NEIGHBOUR = "SELECT min(id) FROM account WHERE id NOT IN (SELECT account_id FROM account_access)"


@pytest.fixture
def golden(resident: Actor) -> AccountCard:
    return next(c for c in account_cards.list_accounts(actor=resident) if c.number == GOLDEN)


@pytest.fixture
def second(resident: Actor) -> AccountCard:
    """The generated account of the same login: six months, the last of them closed."""
    return next(c for c in account_cards.list_accounts(actor=resident) if c.number != GOLDEN)


def execute(statement: str, **values: object) -> None:
    with database.transaction(database.OWNER) as session:
        session.execute(text(statement), values)


def neighbour() -> int:
    with database.transaction(database.OPERATOR) as session:
        found = session.scalar(
            text(
                "SELECT account_id FROM payment WHERE account_id NOT IN "
                "(SELECT account_id FROM account_access) LIMIT 1"
            )
        )
    assert found is not None
    return int(found)


def pay(card: AccountCard, code: str, amount: str, **columns: object) -> None:
    """Insert a payment like a package of billing."""
    values: dict[str, Any] = {
        "account_id": card.account_id,
        "external_id": code,
        "paid_on": dt.date(2014, 10, 20),
        "period": OCTOBER,
        "amount": amount,
        "channel": "bank",
        "is_reversal": False,
    } | columns
    names = ", ".join(values)
    marks = ", ".join(f":{name}" for name in values)
    execute(f"INSERT INTO payment ({names}) VALUES ({marks})", **values)


def add_part(
    code: str, amount: str, *, group: str | None = None, service: str | None = None
) -> None:
    execute(
        "INSERT INTO payment_part (account_id, payment_id, group_id, service_id, amount) "
        "SELECT p.account_id, p.id, (SELECT g.id FROM service_group g JOIN account a ON "
        "a.sender_id = g.sender_id WHERE a.id = p.account_id AND g.name = :group), "
        "(SELECT s.id FROM service s JOIN account a ON a.sender_id = s.sender_id "
        "WHERE a.id = p.account_id AND s.name = :service), :amount "
        "FROM payment p WHERE p.external_id = :code",
        code=code,
        group=group,
        service=service,
        amount=amount,
    )


def list_payments(actor: Actor, card: AccountCard, **span: dt.date | None) -> tuple[Payment, ...]:
    options: dict[str, Any] = {"since": None, "until": None} | span
    return history.list_payments(actor=actor, account_id=card.account_id, **options)


class TestMovements:
    def test_the_golden_month_is_figure_six(self, resident: Actor, golden: AccountCard) -> None:
        groups = history.list_movements(
            actor=resident, account_id=golden.account_id, since=OCTOBER, until=OCTOBER
        )

        assert [(g.name, m.opening, m.charged, m.received, m.closing) for g in groups
                for m in g.months] == [
            ("Водоснабжение", D("29.20"), D("59.33"), None, D("88.53")),
            ("Жилищные", D("-719.89"), D("758.29"), None, D("38.40")),
            ("Теплоснабжение", D("-15205.32"), D("1103.77"), None, D("-14101.55")),
        ]  # fmt: skip
        assert {m.recalculated for g in groups for m in g.months} == {None}
        assert movement.calculate_debt(groups, period=OCTOBER) == D("126.93")

    def test_every_column_counts_with_its_sign(self, resident: Actor, golden: AccountCard) -> None:
        execute(
            "UPDATE accrual SET coefficient_amount = 4, recalculation = -3, privilege = 2, "
            "penalty = 0.50, paid = 1, total = accrued + 4 - 3 - 2, "
            "closing = opening + accrued + 4 - 3 - 2 + 0.50 - 1 "
            "WHERE account_id = :a AND service_id = (SELECT id FROM service WHERE name = 'ХВС' "
            "AND sender_id = (SELECT sender_id FROM account WHERE id = :a))",
            a=golden.account_id,
        )
        execute(
            "INSERT INTO penalty SELECT :a, g.id, '2014-10-01', 1, 5.25, 0.25, 6 "
            "FROM service_group g JOIN account a ON a.sender_id = g.sender_id "
            "WHERE a.id = :a AND g.name = 'Водоснабжение'",
            a=golden.account_id,
        )

        water, *_ = history.list_movements(
            actor=resident, account_id=golden.account_id, since=OCTOBER, until=OCTOBER
        )

        [month] = water.months
        assert (month.opening, month.charged) == (D("30.20"), D("59.33"))
        assert (month.coefficient, month.recalculated, month.privilege) == (D(4), D(-3), D(2))
        assert (month.penalty, month.received) == (D("5.75"), D("1.25"))
        assert month.closing == D("88.53") + D("-1.50") + D(6)

    def test_an_open_month_is_hidden_and_so_is_its_penalty(
        self, resident: Actor, golden: AccountCard
    ) -> None:
        execute(
            "INSERT INTO penalty SELECT :a, g.id, '2014-10-01', 0, 1, 0, 1 FROM service_group g "
            "JOIN account a ON a.sender_id = g.sender_id WHERE a.id = :a",
            a=golden.account_id,
        )
        execute("UPDATE billing_period SET status = 'open' WHERE period = '2014-10-01'")

        assert (
            history.list_movements(
                actor=resident, account_id=golden.account_id, since=OCTOBER, until=OCTOBER
            )
            == ()
        )

    def test_months_of_the_second_account_are_continuous(
        self, resident: Actor, second: AccountCard
    ) -> None:
        closed = [period.period for period in second.periods if period.is_closed]

        groups = history.list_movements(
            actor=resident, account_id=second.account_id, since=closed[-1], until=closed[0]
        )

        assert len(closed) >= 5
        assert groups
        assert {group.shifted for group in groups} == {0}
        assert all(len(group.months) == len(closed) for group in groups)


class TestPayments:
    def test_the_golden_payment_is_listed_with_its_group(
        self, resident: Actor, golden: AccountCard
    ) -> None:
        [paid] = list_payments(resident, golden)

        assert (paid.paid_on, paid.month) == (dt.date(2014, 9, 18), SEPTEMBER)
        assert (paid.amount, paid.way, paid.mark) == (D("123.45"), "банк", "")
        assert paid.shares == (Share("Жилищные", D("123.45")),)

    def test_parts_by_service_are_summed_by_group_in_the_bills_order(
        self, resident: Actor, golden: AccountCard
    ) -> None:
        pay(golden, "p", "50.00", channel="post", source="Почта")
        add_part("p", "10.00", group="Теплоснабжение")
        add_part("p", "15.00", service="ХВС")
        add_part("p", "5.00", service="Водоотведение")

        [paid] = list_payments(resident, golden, since=OCTOBER)

        assert paid.shares == (
            Share("Водоснабжение", D("20.00")),
            Share("Теплоснабжение", D("10.00")),
        )
        assert paid.unspread == D("20.00")
        assert paid.way == "почта · Почта"

    def test_a_reversal_is_marked_on_both_sides(self, resident: Actor, golden: AccountCard) -> None:
        pay(golden, "p", "50.00")
        pay(
            golden, "r", "-20.00", is_reversal=True, reversed_payment_id="p",
            paid_on=dt.date(2014, 11, 3), period=dt.date(2014, 11, 1),
        )  # fmt: skip

        paid, back = list_payments(resident, golden, since=OCTOBER)
        [within] = list_payments(resident, golden, since=OCTOBER, until=OCTOBER)

        assert (paid.mark, back.mark) == (
            "отменён частично: 20,00",
            "отмена платежа от 20.10.2014",
        )
        assert within == paid  # the reversal of a later month is shown too

    @pytest.mark.parametrize(
        ("columns", "month"),
        [
            ({"period": SEPTEMBER}, SEPTEMBER),
            ({"period": None, "posted_on": dt.date(2014, 11, 2)}, dt.date(2014, 11, 1)),
            ({"period": None}, OCTOBER),
        ],
    )
    def test_payments_are_selected_by_billings_month(
        self, resident: Actor, golden: AccountCard, columns: dict[str, object], month: dt.date
    ) -> None:
        pay(golden, "p", "1.00", **columns)

        found = list_payments(resident, golden, since=month, until=month)

        assert [payment.month for payment in found if payment.amount == 1] == [month]

    def test_payments_of_other_accounts_are_not_listed(
        self, resident: Actor, golden: AccountCard, second: AccountCard
    ) -> None:
        assert len(list_payments(resident, golden)) == 1
        payments = list_payments(resident, second)
        assert payments
        assert not {payment.amount for payment in payments} & {D("123.45")}


class TestStatements:
    @pytest.mark.parametrize("kind", StatementKind)
    def test_covers_closed_months(
        self, resident: Actor, second: AccountCard, kind: StatementKind
    ) -> None:
        closed = [period.period for period in second.periods if period.is_closed]

        content = statements.render_statement(
            actor=resident,
            account_id=second.account_id,
            since=closed[-1],
            until=closed[0],
            kind=kind,
        )

        begins = {"pdf": b"%PDF", "xlsx": b"PK\x03\x04", "csv": b"\xef\xbb\xbf"}
        assert content.startswith(begins[kind])

    @pytest.mark.parametrize(
        ("since", "until"),
        [
            (SEPTEMBER, OCTOBER),  # September was never billed in the small demonstration
            (OCTOBER, dt.date(2014, 11, 1)),
            (dt.date(1, 1, 1), dt.date(9999, 12, 1)),
            (OCTOBER, SEPTEMBER),
        ],
    )
    def test_of_other_months_is_refused(
        self, resident: Actor, golden: AccountCard, since: dt.date, until: dt.date
    ) -> None:
        with pytest.raises(StatementNotFound, match="закрытые месяцы"):
            statements.render_statement(
                actor=resident,
                account_id=golden.account_id,
                since=since,
                until=until,
                kind=StatementKind.CSV,
            )

    def test_over_a_reopened_month_is_refused(self, resident: Actor, second: AccountCard) -> None:
        closed = [period.period for period in second.periods if period.is_closed]
        assert statements.is_statement_available(second, since=closed[2], until=closed[0])
        execute("UPDATE billing_period SET status = 'open' WHERE period = :p", p=closed[1])
        [reread] = [
            card
            for card in account_cards.list_accounts(actor=resident)
            if card.account_id == second.account_id
        ]

        assert not statements.is_statement_available(reread, since=closed[2], until=closed[0])
        assert statements.is_statement_available(reread, since=closed[0], until=closed[0])

    def test_agrees_with_the_screen(self, resident: Actor, second: AccountCard) -> None:
        closed = [period.period for period in second.periods if period.is_closed]
        since, until = closed[-1], closed[0]
        groups = history.list_movements(
            actor=resident, account_id=second.account_id, since=since, until=until
        )
        payments = list_payments(resident, second, since=since, until=until)

        content = statements.render_statement(
            actor=resident,
            account_id=second.account_id,
            since=since,
            until=until,
            kind=StatementKind.CSV,
        ).decode("utf-8-sig")

        for group in groups:
            for month in (*group.months, group.total):
                amounts = (month.opening, month.charged, month.closing)
                assert any(
                    line.startswith(f"{group.name};")
                    and all(f";{amount}".replace(".", ",") in line for amount in amounts)
                    for line in content.splitlines()
                )
        assert content.count("банк · ") == sum(payment.channel == "bank" for payment in payments)


@pytest.mark.parametrize("name", ["neighbour", "nobody"])
def test_a_foreign_account_is_refused_everywhere(resident: Actor, name: str) -> None:
    foreign = neighbour() if name == "neighbour" else 2**62
    span = {"since": OCTOBER, "until": OCTOBER}

    for use in (
        lambda: history.list_movements(actor=resident, account_id=foreign, **span),
        lambda: history.list_payments(actor=resident, account_id=foreign, **span),
        lambda: statements.render_statement(
            actor=resident, account_id=foreign, kind=StatementKind.PDF, **span
        ),
    ):
        with pytest.raises(AccessDenied):
            use()


def test_row_security_hides_a_foreign_account_from_the_viewer(resident: Actor) -> None:
    """Without the check of the service, scope and row security still hide the account."""
    with database.transaction(resident.viewer) as session:
        for read in (history.load_movements, history.load_payments):
            assert not read(
                session,
                viewer=resident.viewer,
                account_id=neighbour(),
                since=dt.date.min,
                until=dt.date.max,
            )
