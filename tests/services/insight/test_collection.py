"""«Собираемость»: every figure is that of the ledger, and the sentences say the worst of it."""

import datetime as dt
from collections import defaultdict
from decimal import Decimal

import pytest

from lib.domain import periods
from lib.domain.insight import figures
from lib.domain.insight.answers import Page, Panel, Table
from lib.domain.insight.privacy import FEWEST
from lib.facts.questions import collection as questions
from lib.facts.questions.scope import Scope
from lib.facts.reader import Facts
from lib.services.insight import screens
from lib.services.insight._context import Context
from lib.services.insight.collection import _by_place, _debts
from lib.services.insight.collection import screen as collection
from lib.services.insight.debts import day as debt_day
from tests.kit.identity import execute, fetch
from tests.kit.insight import debts as ledger

ZERO = Decimal(0)
_LINES = (
    "SELECT l.account_id, s.group_id, l.period, l.total, l.penalty, l.paid, true AS is_service "
    "FROM accrual l JOIN service s ON s.id = l.service_id UNION ALL "
    "SELECT account_id, group_id, period, 0, accrued, paid, false FROM penalty"
)


def open_page(facts: Facts, **query: str) -> tuple[Context, Page]:
    context = screens.read_context(facts, query)
    return context, collection.build_page(context)


def get_panel(page: Page, key: str) -> Panel:
    return next(panel for panel in page.panels if panel.key == f"collection.{key}")


def get_table(page: Page, key: str) -> Table:
    table = get_panel(page, key).table
    assert table is not None
    return table


def list_months(facts: Facts, count: int) -> list[dt.date]:
    latest = screens.find_latest(facts)
    return [periods.add_months(latest, -back) for back in range(count)][::-1]


class TestMonths:
    def test_each_month_is_that_of_the_ledger(self, facts: Facts) -> None:
        charged: dict[dt.date, Decimal] = defaultdict(Decimal)
        paid: dict[dt.date, Decimal] = defaultdict(Decimal)
        for row in fetch(_LINES):
            charged[row.period] += row.total + (row.penalty or 0)
            paid[row.period] += row.paid or 0
        context, page = open_page(facts)

        lines = get_table(page, "months").lines
        assert len(lines) == context.view.months == 12
        for line in lines:
            assert isinstance(line.order, dt.date)
            assert line.values[:2] == (charged[line.order], paid[line.order])
            before = periods.add_months(line.order, -12)
            assert line.values[2:4] == (charged.get(before), paid.get(before))
        months = [line.order for line in lines if isinstance(line.order, dt.date)]
        whole = sum((charged[month] for month in months), ZERO)
        share = sum((paid[month] for month in months), ZERO) / whole
        assert page.tiles[0].value == share
        assert f"Собрано {figures.format_share(share)}" in get_panel(page, "months").answer

    def test_no_month_gives_a_sentence(self, facts: Facts) -> None:
        _, page = open_page(facts, since="2001-01", until="2001-03")
        assert get_panel(page, "months").answer == "За эти месяцы начислений нет."
        assert [panel.key for panel in page.panels if panel.chart] == []


class TestDue:
    def test_what_came_by_the_due_day_is_that_of_the_ledger(self, facts: Facts) -> None:
        by_due: dict[dt.date, Decimal] = defaultdict(Decimal)
        altogether: dict[dt.date, Decimal] = defaultdict(Decimal)
        for row in fetch("SELECT period, posted_on, paid_on, amount FROM payment"):
            counted = (row.period or row.posted_on or row.paid_on).replace(day=1)
            month = periods.add_months(counted, -1)
            altogether[month] += row.amount
            if row.paid_on <= counted.replace(day=10):
                by_due[month] += row.amount
        months = list_months(facts, 6)
        scope = Scope(months[0], months[-1])

        rows = questions.sum_arrived(facts, scope, due_day=10)

        assert {row.period: row.by_due for row in rows} == {
            month: by_due[month] for month in months if month in altogether
        }
        assert {row.period: row.altogether for row in rows} == {
            month: altogether[month] for month in months if month in altogether
        }

    def test_a_service_has_no_payments_of_its_own(self, facts: Facts) -> None:
        row = fetch("SELECT name FROM service s JOIN accrual l ON l.service_id = s.id LIMIT 1")[0]
        _, page = open_page(facts, service=row.name)
        assert "collection.due" not in {panel.key for panel in page.panels}
        assert "collection.effectiveness" not in {panel.key for panel in page.panels}


class TestPurposes:
    def test_they_add_up_to_what_was_charged(self, facts: Facts) -> None:
        months = list_months(facts, 6)
        scope = Scope(months[0], months[-1])
        rows = {row.purpose: row for row in questions.sum_by_purpose(facts, scope)}
        whole = questions.sum_by_month(facts, scope)

        assert set(rows) <= {"housing", "utilities", "capital", "penalty"}
        assert sum(row.charged for row in rows.values()) == sum(row.charged for row in whole)
        assert sum(row.paid or ZERO for row in rows.values()) == sum(
            row.paid or ZERO for row in whole
        )

    def test_capital_repair_and_penalties_are_those_of_the_ledger(self, facts: Facts) -> None:
        months = list_months(facts, 6)
        names = {row.id: row.name for row in fetch("SELECT id, name FROM service_group")}
        capital, penalty = ZERO, ZERO
        for row in fetch(_LINES):
            if months[0] <= row.period <= months[-1]:
                penalty += row.penalty or 0
                if "апитальн" in names[row.group_id] and row.is_service:
                    capital += row.total
        rows = questions.sum_by_purpose(facts, Scope(months[0], months[-1]))
        found = {row.purpose: row.charged for row in rows}

        assert found["capital"] == capital
        assert found.get("penalty", ZERO) == penalty


class TestEffectiveness:
    def test_it_is_computed_from_the_ledger(self, facts: Facts) -> None:
        before, month = list_months(facts, 2)
        owed, current, charged = {}, ZERO, ZERO
        for of_month in (before, month):
            end = debt_day.get_end(of_month)
            parts = ledger.recompute(of_month, end)
            sums = ledger.sum_parts(parts.values())
            owed[of_month] = sum((value for due, value in sums.items() if due), ZERO)
            current = sum((value for due, value in sums.items() if due and due >= end), ZERO)
        for row in fetch(_LINES):
            if row.period == month:
                charged += row.total + (row.penalty or 0)
        collected = owed[before] + charged - owed[month]
        _, page = open_page(facts)

        line = get_table(page, "effectiveness").lines[-1]
        assert line.order == month
        assert line.values[:4] == (owed[before], charged, owed[month], current)
        assert _debts.compute_effectiveness(line.values[:4]) == collected / (
            owed[before] + charged - current
        )

    def test_without_a_month_before_it_is_missing(self) -> None:
        values = (None, Decimal(5), Decimal(3), Decimal(1))
        assert _debts.compute_effectiveness(values) is None
        assert _debts.compute_effectiveness((ZERO, ZERO, ZERO, ZERO)) is None


class TestTargets:
    def set_targets(self, facts: Facts) -> tuple[int, dt.date]:
        context = screens.read_context(facts, {})
        sizes: dict[int, int] = defaultdict(int)
        for key, house in context.houses.items():
            sizes[house.organization] += context.accounts.get(key, 0)
        organization = max(sizes, key=lambda key: sizes[key])
        change = list_months(facts, 3)[0]
        for since, share in ((dt.date(2020, 1, 1), "0.5"), (change, "0.9")):
            execute(
                "INSERT INTO collection_target VALUES (:organization, :since, :share)",
                organization=organization,
                since=since,
                share=share,
            )
        return organization, change

    def test_the_target_of_a_month_is_the_latest_before_it(self, facts: Facts) -> None:
        organization, change = self.set_targets(facts)
        months = list_months(facts, 12)
        rows = [
            row
            for row in questions.sum_by_month(facts, Scope(months[0], months[-1]))
            if row.organization == organization
        ]
        planned = sum(
            (row.charged * Decimal("0.9" if row.period >= change else "0.5") for row in rows), ZERO
        )
        context, page = open_page(facts)

        (line,) = get_table(page, "targets").lines
        assert line.name == context.organizations[organization]
        assert line.values == (
            sum(row.charged for row in rows),
            sum(row.paid or ZERO for row in rows),
            planned,
        )
        assert "План" in [column.name for column in get_table(page, "months").columns]
        chart = get_panel(page, "months").chart
        assert chart is not None
        assert chart.series[-1].name == "план"

    def test_without_targets_nothing_is_compared(self, facts: Facts) -> None:
        _, page = open_page(facts)
        assert "collection.targets" not in {panel.key for panel in page.panels}


class TestPlaces:
    def test_beside_each_place_are_its_debt_and_the_old_part(self, facts: Facts) -> None:
        context, page = open_page(facts)
        table = get_table(page, "places")
        month = context.view.until
        end = debt_day.get_end(month)
        owed, behind = ZERO, set()
        for (account, _), parts in ledger.recompute(month, end).items():
            for due, amount in parts:
                if due is not None:
                    owed += amount
                    behind |= {account} if (end - due).days > 90 else set()
        assert table.total is not None
        assert table.total.values[4] == owed
        # an old debt of few accounts is not shown, whatever the place is
        assert 0 < len(behind) < FEWEST
        assert {line.values[5] for line in (*table.lines, table.total)} == {None}

    def test_the_place_that_fell_behind_most_comes_first(self, facts: Facts) -> None:
        _, page = open_page(facts, compared="before", since=f"{list_months(facts, 6)[0]:%Y-%m}")
        table = get_table(page, "places")
        changes = [table.compute_cells(line)[3] for line in table.lines]
        known = [change for change in changes if isinstance(change, Decimal)]
        assert known == sorted(known)

    @pytest.mark.parametrize(
        ("name", "words"),
        [
            ("ул. Гражданская", "отстала ул. Гражданская"),
            ("пр-т Солнечный", "отстал пр-т Солнечный"),
            ("Заречье", "отстала улица «Заречье»"),
        ],
    )
    def test_the_verb_agrees_with_the_street(self, facts: Facts, name: str, words: str) -> None:
        context = screens.read_context(facts, {})
        organization = next(iter(context.organizations))
        context = screens.read_context(facts, {"organization": str(organization)})
        assert _by_place._agree(context, name) == words
