"""«Платежи»: figures recomputed from the ledger, row by row."""

import datetime as dt
import statistics
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import text

from db import session as database
from lib.domain import formats, periods
from lib.domain.insight.answers import Page, Panel
from lib.domain.payments.payment import CHANNELS
from lib.facts import reader
from lib.facts.manifest import Manifest
from lib.facts.questions.places import HouseRow
from lib.facts.reader import Facts
from lib.services.insight import screens
from lib.services.insight._context import Context
from lib.services.insight.payments import _curve
from lib.services.insight.payments import screen as payments

pytestmark = pytest.mark.usefixtures("committed")


def ask_ledger(query: str, **values: object) -> list[tuple[object, ...]]:
    with database.transaction(database.OWNER) as session:
        return [tuple(row) for row in session.execute(text(query), values)]


def sum_paid(condition: str, **values: object) -> Decimal:
    ((amount,),) = ask_ledger(
        "SELECT coalesce(sum(p.amount), 0) FROM payment p JOIN account a ON a.id = p.account_id "
        f"WHERE {condition}",
        **values,
    )
    return Decimal(str(amount))


def sum_charged(period: dt.date) -> Decimal:
    ((amount,),) = ask_ledger(
        "SELECT (SELECT sum(total) + coalesce(sum(penalty), 0) FROM accrual WHERE period = :p) + "
        "(SELECT coalesce(sum(accrued), 0) FROM penalty WHERE period = :p)",
        p=period,
    )
    return Decimal(str(amount))


def find(page: Page, key: str) -> Panel:
    return next(panel for panel in page.panels if panel.key == f"payments.{key}")


def find_house(context: Context) -> HouseRow:
    """Return a house that may be shown."""
    return next(context.houses[key] for key in context.accounts if key not in context.withheld)


@pytest.fixture
def context(facts: Facts) -> Context:
    return screens.read_context(facts, {})


@pytest.fixture
def build(facts: Facts) -> Callable[..., Page]:
    """Build the screen for the query of an address."""

    def show(**query: str) -> Page:
        return payments.build_page(screens.read_context(facts, query))

    return show


class TestReceived:
    def test_each_month_is_what_was_paid_in_it(self, build: Callable[..., Page]) -> None:
        table = find(build(), "months").table
        assert table
        shown = {line.order: line.values for line in table.lines}
        assert len(shown) > 6
        for period, (amount, count, _) in shown.items():
            until = periods.add_months(period, 1)  # type: ignore[arg-type]
            month = {"since": period, "until": until}
            assert amount == sum_paid("p.paid_on >= :since AND p.paid_on < :until", **month)
            ((payments_made,),) = ask_ledger(
                "SELECT count(*) FROM payment WHERE paid_on >= :since AND paid_on < :until", **month
            )
            assert count == payments_made
        assert table.total
        assert table.total.values[0] == sum(values[0] or 0 for values in shown.values())

    def test_channels_add_up_with_those_of_few_accounts(
        self, build: Callable[..., Page], context: Context
    ) -> None:
        table = find(build(), "channels").table
        assert table
        span = {
            "since": context.view.since,
            "until": periods.add_months(context.view.until, 1),
        }
        condition = "p.paid_on >= :since AND p.paid_on < :until"
        names = {word: channel for channel, word in CHANNELS.items()}
        for line in table.lines:
            channel = names[line.name]
            assert line.values[0] == sum_paid(
                f"{condition} AND p.channel = :channel", channel=channel, **span
            )
        shown = [*table.lines, *([table.withheld] if table.withheld else [])]
        assert sum(line.values[0] or 0 for line in shown) == sum_paid(condition, **span)

    def test_an_analyst_of_one_organisation_is_told_of_it_alone(
        self, manifest: Manifest, context: Context
    ) -> None:
        own = find_house(context).organization
        facts = reader.open_facts(manifest, organization=own)
        span = {"since": f"{context.view.since:%Y-%m}", "until": f"{context.view.until:%Y-%m}"}
        page = payments.build_page(screens.read_context(facts, span))
        total = find(page, "months").table
        assert total
        assert total.total
        assert total.total.values[0] == sum_paid(
            "a.organization_id = :own AND p.paid_on >= :since AND p.paid_on < :until",
            own=own,
            since=context.view.since,
            until=periods.add_months(context.view.until, 1),
        )


class TestCurve:
    def test_the_tenth_is_what_had_been_paid_of_the_charge(
        self, build: Callable[..., Page], context: Context
    ) -> None:
        charged = periods.add_months(context.view.until, -1)
        panel = find(build(since=f"{charged:%Y-%m}", until=f"{charged:%Y-%m}"), "curve")
        assert panel.table
        due = next(line for line in panel.table.lines if line.name == "10-е")
        month = periods.add_months(charged, 1)

        paid = sum_paid(
            "p.paid_on BETWEEN :since AND :until", since=month, until=month.replace(day=10)
        )

        assert due.values[:2] == (paid, sum_charged(charged))
        assert "К сроку, 10-му числу, оплатили" in panel.answer
        assert panel.chart
        assert panel.chart.notes == (("10", "срок оплаты, 10-е"),)
        paid_to_date = [line.values[0] or Decimal(0) for line in panel.table.lines]
        assert paid_to_date == sorted(paid_to_date)

    def test_the_usual_is_that_of_the_twelve_months_before(
        self, build: Callable[..., Page], context: Context
    ) -> None:
        panel = find(build(), "curve")
        assert panel.table
        due = next(line for line in panel.table.lines if line.name == "10-е")
        paid = charged = Decimal(0)
        for back in range(1, 13):
            month = periods.add_months(context.view.until, -back)
            after = periods.add_months(month, 1)
            whole = sum_paid(
                "p.paid_on >= :since AND p.paid_on < :until",
                since=after,
                until=periods.add_months(after, 1),
            )
            if whole and ask_ledger(
                "SELECT 1 FROM billing_period WHERE period = :p AND status = 'closed'", p=month
            ):
                charged += sum_charged(month)
                paid += sum_paid(
                    "p.paid_on BETWEEN :since AND :until", since=after, until=after.replace(day=10)
                )
        assert due.values[2:] == (paid, charged)


class TestPayingDays:
    def test_the_median_is_that_of_all_accounts(
        self, build: Callable[..., Page], context: Context
    ) -> None:
        paid_in = context.view.until
        owed: defaultdict[object, Decimal] = defaultdict(Decimal)
        charged: defaultdict[object, Decimal] = defaultdict(Decimal)
        for account, amount, closing in ask_ledger(
            "SELECT account_id, sum(charged), sum(closing) FROM (SELECT l.account_id, s.group_id, "
            "l.total + coalesce(l.penalty, 0) AS charged, l.closing FROM accrual l "
            "JOIN service s ON s.id = l.service_id WHERE l.period = :p UNION ALL "
            "SELECT account_id, group_id, accrued, closing FROM penalty WHERE period = :p) x "
            "GROUP BY account_id, group_id",
            p=periods.add_months(paid_in, -1),
        ):
            charged[account] += Decimal(str(amount))
            owed[account] += max(Decimal(str(closing)), Decimal(0))
        days: list[int] = []
        for account in owed:
            due, total, day = min(owed[account], charged[account]), Decimal(0), None
            if due <= 0:
                continue
            for paid_on, amount in ask_ledger(
                "SELECT paid_on, sum(amount) FROM payment WHERE account_id = :a "
                "AND paid_on >= :since AND paid_on < :until GROUP BY 1 ORDER BY 1",
                a=account,
                since=paid_in,
                until=periods.add_months(paid_in, 1),
            ):
                total += Decimal(str(amount))
                if total >= due and day is None:
                    assert isinstance(paid_on, dt.date)
                    day = paid_on.day
            days.append(99 if day is None else day)

        panel = find(build(), "paying_days")

        assert panel.table
        assert panel.table.total
        values = panel.table.total.values
        assert _curve.count_accounts(values) == len(days)
        assert values[-1] == days.count(99)
        assert _curve.find_median(values) == statistics.median_low(days)


class TestHabits:
    def test_every_account_has_one_habit(
        self, build: Callable[..., Page], context: Context
    ) -> None:
        paid: defaultdict[object, dict[object, Decimal]] = defaultdict(dict)
        for account, period, amount in ask_ledger(
            "SELECT account_id, period, sum(paid) FROM (SELECT account_id, period, paid "
            "FROM accrual UNION ALL SELECT account_id, period, paid FROM penalty) x GROUP BY 1, 2"
        ):
            paid[account][period] = Decimal(str(amount or 0))
        until = context.view.until
        months = [periods.add_months(until, -back) for back in range(13)]
        regular = sum(
            all(known.get(month, Decimal(0)) > 0 for month in months[:4]) for known in paid.values()
        )
        accounts = sum(until in known for known in paid.values())

        table = find(build(compared="none"), "payers").table

        assert table
        lines = {line.name: line for line in table.lines}
        assert lines["платят каждый месяц"].values[0] == regular
        shown = [*table.lines, *([table.withheld] if table.withheld else [])]
        assert sum(line.values[0] or 0 for line in shown) == accounts


class TestExpected:
    def test_this_month_goes_on_as_the_months_before(self, context: Context) -> None:
        month = context.view.until
        page = payments.build_page(replace(context, today=month.replace(day=12)))
        panel, tile = find(page, "expected"), page.tiles[-1]

        received = sum_paid(
            "p.paid_on BETWEEN :since AND :until", since=month, until=month.replace(day=12)
        )
        parts = []
        for back in range(1, 13):
            before = periods.add_months(month, -back)
            end = periods.add_months(before, 1)
            whole = sum_paid("p.paid_on >= :a AND p.paid_on < :b", a=before, b=end)
            by_day = sum_paid("p.paid_on BETWEEN :a AND :b", a=before, b=before.replace(day=12))
            if whole > 0 and by_day > 0:
                parts.append(by_day / whole)

        expected = (received / (sum(parts, Decimal(0)) / len(parts))).quantize(Decimal("0.01"))
        assert tile.value == expected
        assert tile.name == f"Ждём за {formats.format_month(month)}"
        assert "к 12-му числу пришло" in panel.answer

    def test_a_month_without_payments_says_so(self, context: Context) -> None:
        page = payments.build_page(replace(context, today=dt.date(2027, 6, 3)))

        assert "платежей ещё нет" in find(page, "expected").answer
        assert page.tiles[-1].value is None


class TestFewAccounts:
    def test_below_the_organisation_no_day_and_no_forecast_is_shown(
        self, build: Callable[..., Page], context: Context
    ) -> None:
        house = find_house(context)
        query = {
            "organization": str(house.organization),
            "street": house.street,
            "house": str(house.house),
        }
        page = build(**query)

        for key in ("days", "curve"):
            table = find(page, key).table
            assert table is None or all(
                line.accounts == 0 or line.accounts >= 10 for line in table.lines
            )
            assert table is None or len(table.lines) <= 3
        assert page.tiles[-1].value is None
        assert all(panel.key != "payments.places" for panel in page.panels)

    @pytest.mark.parametrize("key", ["months", "channels", "groups", "sources", "payers", "days"])
    def test_every_line_has_ten_accounts(self, build: Callable[..., Page], key: str) -> None:
        table = find(build(), key).table

        assert table is None or all(not 0 < line.accounts < 10 for line in table.lines)


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"since": "2001-01", "until": "2001-06"},
        {"compared": "none"},
        {"compared": "before", "since": "2026-08", "until": "2026-09"},
        {"group": "Жилищные"},
        {"channel": "online"},
        {"since": "2016-10", "until": "2026-09"},
    ],
)
def test_every_question_has_an_answer(build: Callable[..., Page], query: dict[str, str]) -> None:
    page = build(**query)

    assert len(page.panels) >= 10
    for panel in page.panels:
        assert panel.answer.endswith("."), panel.key
        if panel.table:
            assert panel.table.list_rows()


def test_a_service_says_that_it_does_not_apply(build: Callable[..., Page]) -> None:
    page = build(service="Отопление")

    assert "Фильтр по услуге здесь не действует" in find(page, "months").answer
    assert find(page, "months").table is not None
