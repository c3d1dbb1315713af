"""Bills, and who may see them."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest
from sqlalchemy import text

from db import session as database
from lib.access import AccessDenied, Actor
from lib.services.billing import account_cards, bills, receipts

OCTOBER = dt.date(2014, 10, 1)
GOLDEN = "0000012345"


@pytest.fixture
def golden(resident: Actor) -> account_cards.AccountCard:
    return next(c for c in account_cards.list_cards(actor=resident) if c.number == GOLDEN)


def neighbour() -> int:
    with database.transaction(database.OPERATOR) as session:
        found = session.scalar(
            text(
                "SELECT id FROM account WHERE id NOT IN (SELECT account_id FROM account_access) "
                "ORDER BY id LIMIT 1"
            )
        )
    assert found is not None
    return int(found)


def reopen(period: dt.date) -> None:
    """Open a closed month as the owner of the tables: there is no screen for it."""
    with database.transaction(database.OWNER) as session:
        session.execute(
            text("UPDATE billing_period SET status = 'open' WHERE period = :p"), {"p": period}
        )


class TestCards:
    def test_show_the_golden_account(self, golden: account_cards.AccountCard) -> None:
        assert golden.payer == "Муравьев Сергей **** вич"
        assert (golden.organization, golden.address) == (
            "ОАО «Камал»",
            "ул. Гражданская, д. 1, кв. 154",
        )
        assert (golden.area, golden.ownership) == (Decimal("38.1"), "муниципальная")
        assert golden.bill is not None
        assert golden.bill.debt == Decimal("126.93")
        assert [(g.name, g.balance) for g in golden.bill.groups] == [
            ("Водоснабжение", Decimal("88.53")),
            ("Жилищные", Decimal("38.40")),
            ("Теплоснабжение", Decimal("-14101.55")),
        ]
        assert list(golden.due.values()) == [Decimal("88.53"), Decimal("38.40"), Decimal(0)]

    def test_never_mix_the_sums_of_two_accounts(self, resident: Actor) -> None:
        first, second = account_cards.list_cards(actor=resident)

        assert first.organization != second.organization
        assert first.bill is not None
        assert second.bill is not None
        assert (first.bill.debt, first.bill.period) == (Decimal("126.93"), OCTOBER)
        assert second.bill.period > OCTOBER
        assert {g.group_id for g in first.bill.groups}.isdisjoint(
            g.group_id for g in second.bill.groups
        )

    def test_subtract_later_payments_from_the_sum_due(
        self, golden: account_cards.AccountCard, resident: Actor
    ) -> None:
        with database.transaction(database.OWNER) as session:
            payment = session.scalar(
                text(
                    "INSERT INTO payment (account_id, external_id, paid_on, amount, period, "
                    "channel, is_reversal) VALUES (:a, 'late', '2014-11-05', 50, '2014-11-01', "
                    "'bank', false) RETURNING id"
                ),
                {"a": golden.account_id},
            )
            session.execute(
                text(
                    "INSERT INTO payment_part (account_id, payment_id, group_id, amount) "
                    "SELECT :a, :p, id, 50 FROM service_group WHERE name = 'Водоснабжение'"
                ),
                {"a": golden.account_id, "p": payment},
            )

        again = next(c for c in account_cards.list_cards(actor=resident) if c.number == GOLDEN)

        assert again.bill is not None
        assert again.bill.debt == Decimal("126.93")
        assert list(again.due.values()) == [Decimal("38.53"), Decimal("38.40"), Decimal(0)]

    def test_have_no_bill_until_a_period_is_closed(self, resident: Actor) -> None:
        reopen(OCTOBER)

        again = next(c for c in account_cards.list_cards(actor=resident) if c.number == GOLDEN)

        assert (again.bill, again.due) == (None, {})

    @pytest.mark.usefixtures("db")
    def test_are_for_residents_alone(self, signed_in: Callable[..., Actor]) -> None:
        for name in ("staff", "analyst", "admin"):
            with pytest.raises(AccessDenied):
                account_cards.list_cards(actor=signed_in(name))


class TestGetCharges:
    def test_returns_the_lines_of_figure_six(
        self, golden: account_cards.AccountCard, resident: Actor
    ) -> None:
        charges = bills.get_charges(actor=resident, account_id=golden.account_id, period=OCTOBER)

        assert charges.bill is not None
        cold = charges.bill.groups[0].lines[1]
        assert (cold.service, cold.tariff, cold.volume) == ("ХВС", Decimal("24.52"), Decimal(1))
        assert (cold.opening, cold.accrued, cold.recalculation, cold.total) == (
            Decimal("8.25"),
            Decimal("38.38"),
            None,
            Decimal("38.38"),
        )
        assert cold.supplier == "МП «Пример-Водоканал»"

    @pytest.mark.parametrize("period", [dt.date(1999, 9, 1), dt.date(2014, 11, 1), None])
    def test_has_no_bill_for_an_unbilled_month(
        self, golden: account_cards.AccountCard, resident: Actor, period: dt.date | None
    ) -> None:
        charges = bills.get_charges(actor=resident, account_id=golden.account_id, period=period)

        assert (charges.bill, charges.corrections) == (None, ())
        assert charges.history

    def test_hides_an_open_month_but_names_it(
        self, golden: account_cards.AccountCard, resident: Actor
    ) -> None:
        reopen(OCTOBER)

        charges = bills.get_charges(actor=resident, account_id=golden.account_id, period=OCTOBER)

        assert (charges.bill, charges.corrections) == (None, ())
        assert all(charge.period != OCTOBER for charge in charges.history)
        again = next(a for a in account_cards.list_accounts(actor=resident) if a.number == GOLDEN)
        assert again.periods[0] == account_cards.BilledPeriod(OCTOBER, is_closed=False)


def test_every_use_case_hides_a_neighbours_account(resident: Actor) -> None:
    foreign = neighbour()
    for use in (
        lambda: bills.get_charges(actor=resident, account_id=foreign, period=OCTOBER),
        lambda: receipts.render_receipt(actor=resident, account_id=foreign, period=OCTOBER),
    ):
        with pytest.raises(AccessDenied):
            use()


def test_recalculations_list_the_values_before_and_after(
    golden: account_cards.AccountCard, resident: Actor
) -> None:
    with database.transaction(database.OWNER) as session:
        session.execute(
            text(
                "INSERT INTO recalculation (account_id, external_id, service_id, period, "
                "for_period_from, for_period_to, reason, amount) SELECT :a, x.code, s.id, :p, "
                "x.since, x.until, 'Временное отсутствие', x.amount FROM service s, (VALUES "
                "('r1', DATE '2014-10-01', NULL::date, -12.30), "
                "('r2', DATE '2014-10-01', NULL, 2.00), "
                "('r3', DATE '1999-08-01', DATE '1999-09-01', -1.00)) AS x(code, since, until, "
                "amount) WHERE s.name = 'ХВС' AND s.sender_id = "
                "(SELECT sender_id FROM account WHERE id = :a)"
            ),
            {"a": golden.account_id, "p": OCTOBER},
        )

    items = bills.get_charges(
        actor=resident, account_id=golden.account_id, period=OCTOBER
    ).corrections

    assert [(i.months, i.before, i.amount, i.after) for i in items] == [
        ("август 1999 – сентябрь 1999", None, Decimal("-1.00"), None),
        ("октябрь 2014", Decimal("38.38"), Decimal("-12.30"), Decimal("26.08")),
        ("октябрь 2014", Decimal("26.08"), Decimal("2.00"), Decimal("28.08")),
    ]
    assert items[0].reason == "Временное отсутствие"


def test_history_names_every_service_of_each_month(
    golden: account_cards.AccountCard, resident: Actor
) -> None:
    charges = bills.get_charges(actor=resident, account_id=golden.account_id, period=None).history

    october = [c for c in charges if c.period == OCTOBER]
    assert len(october) == 10
    assert sum(c.total for c in october) == Decimal("1921.39")
    assert ("Водоснабжение", "ХВС", Decimal("38.38")) in {
        (c.group, c.service, c.total) for c in october
    }
