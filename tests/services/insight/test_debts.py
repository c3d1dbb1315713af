"""«Долги»: every figure is that of the ledger on the day, and the ages add up to it."""

import datetime as dt
from collections import defaultdict
from dataclasses import replace
from decimal import Decimal

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.domain import periods
from lib.domain.insight import privacy
from lib.domain.insight.answers import Page, Panel, Unit
from lib.domain.insight.debt_ages import Ages
from lib.domain.insight.privacy import FEWEST
from lib.facts import tables
from lib.facts.duckdb_types import name_type
from lib.facts.questions import debt_moves
from lib.facts.questions import debts as questions
from lib.facts.questions.debt_lines import DebtDay
from lib.facts.questions.places import HouseRow
from lib.facts.questions.scope import Scope
from lib.facts.reader import Facts
from lib.services.insight import screens
from lib.services.insight._context import Context
from lib.services.insight.debts import _moves, _shown_days
from lib.services.insight.debts import day as debt_day
from lib.services.insight.debts import screen as debts
from tests.kit.faults import SOAK
from tests.kit.identity import fetch
from tests.kit.insight import debts as ledger

BOUNDS = (30, 90, 365)
ZERO = Decimal(0)


def open_page(facts: Facts, **query: str) -> tuple[Context, Page]:
    context = screens.read_context(facts, query)
    return context, debts.build_page(context)


def get_panel(page: Page, key: str) -> Panel:
    return next(panel for panel in page.panels if panel.key == f"debts.{key}")


def find_latest(facts: Facts) -> dt.date:
    return screens.find_latest(facts)


def find_house(facts: Facts) -> HouseRow:
    """Return the largest house of those that are shown."""
    context = screens.read_context(facts, {})
    shown = [key for key in context.houses if key not in context.withheld]
    return context.houses[max(shown, key=lambda key: context.accounts.get(key, 0))]


def ask_ages(facts: Facts, at: DebtDay) -> list[questions.AgeSum]:
    scope = Scope(since=at.month, until=at.month)
    return questions.sum_ages(facts, scope, at, Ages(at.day, BOUNDS))


def days_of(facts: Facts) -> list[DebtDay]:
    """Days before, on and after the due day, ends of months, and one long ago."""
    latest = find_latest(facts)
    closed = [periods.add_months(latest, -back) for back in range(13)][::-1]
    ends = [debt_day.find_end(closed, month) for month in (latest, closed[2])]
    middle = [
        debt_day.find_day(closed, periods.add_months(month, 1).replace(day=day))
        for month, day in ((latest, 3), (latest, 19), (closed[4], 11), (closed[7], 25))
    ]
    return [day for day in (*ends, *middle) if day]


class TestDay:
    def test_every_day_is_as_the_ledger_has_it(self, facts: Facts) -> None:
        days = days_of(facts)
        assert len(days) == 6
        for at in days:
            expected = ledger.sum_parts(ledger.recompute(at.month, at.day).values())
            ages: dict[int, Decimal] = defaultdict(Decimal)
            for due_on, amount in expected.items():
                ages[-1 if due_on is None else ledger.find_age(due_on, at.day, BOUNDS)] += amount
            found = {
                row.age: row.overpaid if row.age < 0 else row.owed
                for row in ask_ages(facts, at)
                if row.age is not None
            }
            assert found == {age: amount for age, amount in ages.items() if amount}, at
            by_house = questions.sum_by_house(facts, Scope(at.month, at.month), at)
            assert sum(row.owed for row in by_house) == sum(
                amount for age, amount in found.items() if age >= 0
            )
            assert sum(row.overdue for row in by_house) == sum(
                amount for age, amount in found.items() if age > 0
            )

    def test_the_end_of_a_month_is_what_billing_closed_with(self, facts: Facts) -> None:
        for at in (day for day in days_of(facts) if day.is_end):
            (row,) = fetch(
                "SELECT (SELECT sum(closing) FROM accrual WHERE period = :month) + "
                "(SELECT coalesce(sum(closing), 0) FROM penalty WHERE period = :month) AS closing",
                month=at.month,
            )
            total = next(
                row for row in ask_ages(facts, at) if row.age is None and row.group is None
            )
            assert total.owed + total.overpaid == row.closing

    def test_groups_add_up_to_the_whole(self, facts: Facts) -> None:
        for at in days_of(facts):
            rows = ask_ages(facts, at)
            total = next(row for row in rows if row.age is None and row.group is None)
            for field in ("owed", "overdue", "old", "overpaid"):
                parts = [getattr(row, field) for row in rows if row.group]
                assert sum(parts) == getattr(total, field)

    def test_a_service_stands_for_its_group(self, facts: Facts) -> None:
        at = days_of(facts)[0]
        scope = Scope(at.month, at.month)
        ages = Ages(at.day, BOUNDS)
        service = fetch(
            "SELECT s.name, g.name AS group_name FROM service s "
            "JOIN service_group g ON g.id = s.group_id "
            "JOIN accrual l ON l.service_id = s.id AND l.period = :month ORDER BY s.id LIMIT 1",
            month=at.month,
        )[0]
        by_service = questions.sum_ages(facts, scope.change(service=service.name), at, ages)
        by_group = questions.sum_ages(facts, scope.change(group=service.group_name), at, ages)
        assert by_service
        assert {row.group for row in by_service if row.group} <= {service.group_name}
        assert len(by_service) == len(by_group)


class TestScreen:
    def test_the_ages_that_are_shown_add_up_to_the_debt(self, facts: Facts) -> None:
        _, page = open_page(facts)
        table = get_panel(page, "ages").table
        assert table is not None
        assert table.total is not None
        shown = [*table.lines, *((table.withheld,) if table.withheld else ())]
        assert sum(line.values[0] or ZERO for line in shown) == table.total.values[0]
        assert page.tiles[0].value == table.total.values[0]

    def test_it_says_how_much_and_how_old(self, facts: Facts) -> None:
        _, page = open_page(facts)
        assert get_panel(page, "ages").answer.startswith("На ")
        assert "должны" in get_panel(page, "ages").answer
        assert "больше всего должны" in get_panel(page, "places").answer

    def test_the_end_of_a_past_month_is_shown_with_its_date(self, facts: Facts) -> None:
        day = debt_day.get_end(periods.add_months(find_latest(facts), -1))
        _, page = open_page(facts, day=day.isoformat())
        assert f"На {day.day} " in get_panel(page, "ages").answer

    def test_a_past_day_has_the_debt_of_the_ledger(self, facts: Facts) -> None:
        month = periods.add_months(find_latest(facts), -1)
        wanted = periods.add_months(month, 1).replace(day=15)
        context, page = open_page(facts, day=wanted.isoformat())
        at = debt_day.find_day(debt_day.list_closed(context), wanted)
        assert at is not None
        shown = _shown_days.find_shown(context, at).total
        assert month < shown.day <= wanted
        assert not shown.is_end
        expected = ledger.sum_parts(ledger.recompute(month, shown.day).values())
        [tile] = [tile for tile in page.tiles if tile.key == "debts.owed_later"]
        assert tile.value == sum(amount for due_on, amount in expected.items() if due_on)
        assert f"Долг на {shown.day.day} " in tile.name

    def test_a_day_before_the_first_month_is_refused(self, facts: Facts) -> None:
        _, page = open_page(facts, day="2005-02-03")
        assert page.panels == ()
        assert "данных о долгах нет" in page.refusal

    def test_a_day_to_come_is_today(self, facts: Facts) -> None:
        context, page = open_page(facts, day="2099-01-01")
        _, today = open_page(facts, day=context.today.isoformat())
        assert get_panel(page, "ages").answer == get_panel(today, "ages").answer

    def test_below_an_organisation_two_days_are_the_same(self, facts: Facts) -> None:
        house = find_house(facts)
        place = {"organization": str(house.organization), "street": house.street}
        latest = find_latest(facts)
        pages = [
            open_page(
                facts, **place, day=periods.add_months(latest, 1).replace(day=day).isoformat()
            )
            for day in (3, 19)
        ]
        first, second = (get_panel(page, "ages").table for _, page in pages)
        assert first is not None
        assert second is not None
        assert first.list_rows() == second.list_rows()

    def test_no_tile_tells_of_an_age_that_is_withheld(self, facts: Facts) -> None:
        context, page = open_page(facts)
        at = debt_day.find_end(debt_day.list_closed(context), context.view.until)
        assert at is not None
        counts = {
            row.age: row.accounts
            for row in ask_ages(facts, at)
            if row.age is not None and row.age >= 0
        }
        keys = {tile.key for tile in page.tiles}
        assert ("debts.old" in keys) == (not privacy.find_withheld(counts))

    def test_a_group_has_no_cohorts(self, facts: Facts) -> None:
        group = fetch("SELECT name FROM service_group ORDER BY sort, id LIMIT 1")[0].name
        _, page = open_page(facts, group=group)
        if not page.refusal:
            assert "снимите фильтр" in get_panel(page, "cohorts").answer

    def test_nothing_to_compare_leaves_no_change(self, facts: Facts) -> None:
        _, page = open_page(facts, compared="none")
        for panel in page.panels:
            units = [column.unit for column in panel.table.columns] if panel.table else []
            assert not {Unit.CHANGE, Unit.POINTS} & set(units)

    def test_an_organisation_without_files_gives_a_sentence(self, facts: Facts) -> None:
        context = screens.read_context(facts, {})
        alone = replace(context, view=context.view.change(until=dt.date(2001, 1, 1)))
        assert debts.build_page(alone).refusal


class TestMoves:
    def test_accounts_move_as_in_the_ledger(self, facts: Facts) -> None:
        latest = find_latest(facts)
        ends = [debt_day.get_end(periods.add_months(latest, -1)), debt_day.get_end(latest)]
        ages = [Ages(end, BOUNDS) for end in ends]
        oldest: list[dict[int, int]] = []
        for of_day in ages:
            known: dict[int, int] = {}
            for (account, _), parts in ledger.recompute(
                of_day.day.replace(day=1), of_day.day
            ).items():
                for due_on, _ in parts:
                    if due_on is not None:
                        known[account] = max(
                            known.get(account, 0), ledger.find_age(due_on, of_day.day, BOUNDS)
                        )
            oldest.append(known)
        expected: dict[tuple[int, int], int] = defaultdict(int)
        for account in oldest[0] | oldest[1]:
            expected[oldest[0].get(account, -1), oldest[1].get(account, -1)] += 1

        rows = debt_moves.count_moves(facts, Scope(latest, latest), *ages)

        found: dict[tuple[int, int], int] = defaultdict(int)
        for row in rows:
            found[row.before, row.now] += row.accounts
        assert found == expected

    @given(
        st.dictionaries(
            st.tuples(st.integers(-1, 4), st.integers(-1, 4)), st.integers(1, 40), max_size=20
        )
    )
    def test_no_cell_of_few_accounts_is_shown(self, counts: dict[tuple[int, int], int]) -> None:
        hidden = _moves.find_hidden({(): counts})[()]

        assert all(count >= FEWEST for pair, count in counts.items() if pair not in hidden)


class TestCohorts:
    def test_they_are_those_of_the_ledger(self, facts: Facts) -> None:
        latest = find_latest(facts)
        months = [periods.add_months(latest, -back) for back in range(13)][::-1]
        behind: dict[dt.date, set[int]] = {}
        for month in months:
            end = debt_day.get_end(month)
            behind[month] = {
                account
                for (account, _), parts in ledger.recompute(month, end).items()
                if any(due_on is not None and due_on < end for due_on, _ in parts)
            }
        rows = debt_moves.count_cohorts(
            facts, Scope(months[1], latest), months=months[1:], until=latest
        )
        found = {row.period: row for row in rows}
        assert len(found) > 3
        for month in months[1:]:
            fell = behind[month] - behind[periods.add_months(month, -1)]
            row = found.get(month)
            assert (row.accounts if row else 0) == len(fell)
            for later in (1, 3, 6):
                after = [periods.add_months(month, step) for step in range(1, later + 1)]
                if row and after[-1] <= latest:
                    paid = {who for who in fell if any(who not in behind[end] for end in after)}
                    assert getattr(row, f"paid_{later}") == len(paid)


class TestConcentration:
    def test_the_largest_debtors_owe_what_the_ledger_says(self, facts: Facts) -> None:
        for at in days_of(facts)[:3]:
            owed: dict[int, Decimal] = defaultdict(Decimal)
            for (account, _), parts in ledger.recompute(at.month, at.day).items():
                owed[account] += sum((part for due, part in parts if due is not None), ZERO)
            ranked = sorted((amount for amount in owed.values() if amount > 0), reverse=True)
            row = questions.sum_largest(facts, Scope(at.month, at.month), at)
            assert (row.debtors, row.owed) == (len(ranked), sum(ranked))
            for share in questions.SHARES:
                largest = sum(ranked[: len(ranked) * share // 100], ZERO)
                assert getattr(row, f"top_{share}") == largest


MONTH, DAY = dt.date(2026, 8, 1), dt.date(2026, 9, 19)
DUE = dt.date(2026, 9, 10)
DATES = st.sampled_from([dt.date(2025, 7, 10), dt.date(2026, 6, 10), dt.date(2026, 8, 10), DUE])
SUMS = st.integers(1, 50_000).map(lambda kopecks: Decimal(kopecks) / 100)
KEYS = st.tuples(st.integers(1, 3), st.integers(1, 2))
LEDGER = st.dictionaries(
    KEYS, st.one_of(st.dictionaries(DATES, SUMS, min_size=1), SUMS.map(lambda amount: -amount))
)
PAYMENTS = st.lists(
    st.tuples(
        KEYS,
        st.one_of(SUMS, SUMS.map(lambda amount: -amount)),
        st.sampled_from([None, MONTH, dt.date(2026, 9, 1)]),  # counted in
        st.sampled_from([dt.date(2026, 8, 31), DAY, dt.date(2026, 9, 20)]),  # known on
    ),
    max_size=8,
)


def make_facts(debts: list[tuple[object, ...]], payments: list[tuple[object, ...]]) -> Facts:
    """Return facts with these lines of balances and payments, without files."""
    database = duckdb.connect(":memory:")
    for kind in (tables.BALANCES, tables.PAYMENTS, tables.GROUPS):
        columns = ", ".join(
            f"{name} {name_type(column.type)}" for name, column in kind.columns.items()
        )
        database.execute(f"CREATE TABLE {kind.name} ({columns})")
    if debts:
        database.executemany(
            "INSERT INTO balances (period, organization, house, account, service_group, due_on, "
            "amount) VALUES ('2026-08-01', 1, 1, ?, ?, ?, ?)",
            debts,
        )
    if payments:
        database.executemany(
            "INSERT INTO payments (period, organization, house, account, service_group, amount, "
            "counted_in, known_on) VALUES ('2026-08-01', 1, 1, ?, ?, ?, ?, ?)",
            payments,
        )
    for name in ("balances", "payments"):
        database.execute(f"CREATE VIEW {name}_2026_08 AS FROM {name}")
    database.execute("CREATE VIEW payments_by_day AS FROM payments")
    made = Facts.__new__(Facts)
    made._database = database
    made._months = {("balances", "2026-08"), ("payments", "2026-08")}
    return made


class TestRandomLedgers:
    @settings(deadline=None, max_examples=20 * SOAK)
    @given(LEDGER, PAYMENTS)
    def test_payments_settle_the_oldest_debt_first(
        self,
        debts: dict[tuple[int, int], dict[dt.date, Decimal] | Decimal],
        payments: list[tuple[tuple[int, int], Decimal, dt.date | None, dt.date]],
    ) -> None:
        parts: dict[ledger.Key, ledger.Parts] = {
            key: [(None, owed)] if isinstance(owed, Decimal) else sorted(owed.items())
            for key, owed in debts.items()
        }
        facts = make_facts(
            [(*key, due, amount) for key, known in parts.items() for due, amount in known],
            [(*key, *values) for key, *values in payments],
        )
        paid: dict[tuple[int, int], Decimal] = defaultdict(Decimal)
        for key, amount, counted, known_on in payments:
            if known_on <= DAY and (counted is None or counted > MONTH):
                paid[key] += amount
        for key, amount in paid.items():
            parts[key] = ledger.pay(parts.get(key, []), amount, DUE)
        expected = {
            due: amount for due, amount in ledger.sum_parts(parts.values()).items() if amount
        }
        ages = Ages(DAY, BOUNDS)

        at = DebtDay(DAY, MONTH, DUE, is_end=False)
        rows = questions.sum_ages(facts, Scope(MONTH, MONTH), at, ages)

        found = {row.age: row.owed + row.overpaid for row in rows if row.age is not None}
        by_age: dict[int, Decimal] = defaultdict(Decimal)
        for due, amount in expected.items():
            by_age[-1 if due is None else ledger.find_age(due, DAY, BOUNDS)] += amount
        assert found == by_age
        closing = sum((sum(amount for _, amount in known) for known in parts.values()), ZERO)
        assert sum(found.values(), ZERO) == closing

    def test_a_payment_without_a_group_settles_the_oldest_debt_of_the_account(self) -> None:
        old, new = dt.date(2026, 6, 10), dt.date(2026, 8, 10)
        facts = make_facts(
            [(1, 1, new, Decimal(100)), (1, 2, old, Decimal(50)), (1, 2, DUE, Decimal(10))],
            [(1, None, Decimal(70), None, DAY), (2, None, Decimal(5), None, DAY)],
        )
        at = DebtDay(DAY, MONTH, DUE, is_end=False)
        rows = questions.sum_ages(facts, Scope(MONTH, MONTH), at, Ages(DAY, BOUNDS))

        # the debt of June is paid, 20 of that of August, and the other account has overpaid
        found = {row.age: row.owed + row.overpaid for row in rows if row.age is not None}
        assert found == {2: Decimal(80), 1: Decimal(10), -1: Decimal(-5)}


@pytest.mark.usefixtures("db")
def test_another_organisation_is_not_in_the_debt(facts: Facts) -> None:
    organization = find_house(facts).organization
    context, page = open_page(facts, organization=str(organization))
    assert page.panels
    assert {row.organization for row in context.houses.values()} == {organization}
    assert (page.tiles[0].value or 0) < (open_page(facts)[1].tiles[0].value or 0)
