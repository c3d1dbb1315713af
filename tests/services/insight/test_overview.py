"""«Обзор»: figures recomputed from the ledger, and which houses are named."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import text

from db import session as database
from lib import links
from lib.domain import periods
from lib.domain.insight.answers import Page, Panel, Tile
from lib.facts import reader
from lib.facts.manifest import Manifest
from lib.facts.questions.places import HouseRow
from lib.facts.reader import Facts
from lib.services.insight import screens
from lib.services.insight._context import Context
from lib.services.insight.collection import screen as collection
from lib.services.insight.overview import screen as overview

pytestmark = pytest.mark.usefixtures("committed")
# of each account and group: charged in the month, and the debt at its end
BALANCES = (
    "SELECT name, sum(charged), sum(paid), sum(closing) FROM (SELECT l.account_id, g.id, g.name, "
    "l.total + coalesce(l.penalty, 0) AS charged, l.paid, l.closing FROM accrual l "
    "JOIN service s ON s.id = l.service_id JOIN service_group g ON g.id = s.group_id "
    "WHERE l.period = :p UNION ALL SELECT l.account_id, g.id, g.name, l.accrued, l.paid, l.closing "
    "FROM penalty l JOIN service_group g ON g.id = l.group_id WHERE l.period = :p) x "
    "GROUP BY account_id, id, name"
)


def ask_ledger(query: str, **values: object) -> list[tuple[object, ...]]:
    with database.transaction(database.OWNER) as session:
        return [tuple(row) for row in session.execute(text(query), values)]


def sum_paid(condition: str, **values: object) -> Decimal:
    ((amount,),) = ask_ledger(
        f"SELECT coalesce(sum(amount), 0) FROM payment WHERE {condition}", **values
    )
    return Decimal(str(amount))


def list_balances(period: dt.date) -> list[tuple[str, Decimal, Decimal, Decimal]]:
    return [
        (str(name), *(Decimal(str(sum_ or 0)) for sum_ in sums))  # type: ignore[misc]
        for name, *sums in ask_ledger(BALANCES, p=period)
    ]


def get_tile(page: Page, key: str) -> Tile:
    return next(tile for tile in page.tiles if tile.key == f"overview.{key}")


def get_panel(page: Page, key: str) -> Panel:
    return next(panel for panel in page.panels if panel.key == f"overview.{key}")


def find_house(context: Context) -> HouseRow:
    """Return a house that may be shown."""
    return next(context.houses[key] for key in context.accounts if key not in context.withheld)


@pytest.fixture
def context(facts: Facts) -> Context:
    return screens.read_context(facts, {})


@pytest.fixture
def page(context: Context) -> Page:
    return overview.build_page(context)


class TestTiles:
    def test_received_is_compared_with_the_same_days_of_last_year(self, context: Context) -> None:
        today = context.view.until.replace(day=12)
        tile = get_tile(overview.build_page(replace(context, today=today)), "received")
        condition = "paid_on BETWEEN :since AND :until"
        now = sum_paid(condition, since=today.replace(day=1), until=today)
        before = periods.add_months(today, -12)
        then = sum_paid(condition, since=before, until=before.replace(day=12))

        assert tile.value == now
        assert "по 12-е" in tile.name
        assert f"к тем же дням {before.year} года" in tile.change
        assert tile.is_good is (now > then)
        assert len(tile.line) == 12
        assert tile.line[-1] == now

    def test_a_month_without_payments_gives_way_to_the_last_one(self, context: Context) -> None:
        tile = get_tile(
            overview.build_page(replace(context, today=dt.date(2027, 6, 3))), "received"
        )

        assert tile.value
        assert "по 3-е" not in tile.name

    def test_collection_is_that_of_its_screen(self, page: Page, context: Context) -> None:
        tile = get_tile(page, "collection")
        charged = paid = Decimal(0)
        for back in range(context.view.months):
            for _, charge, payment, _ in list_balances(
                periods.add_months(context.view.until, -back)
            ):
                charged += charge
                paid += payment
        assert tile.value == paid / charged
        assert any(
            f"{tile.value * 100:.1f}".replace(".", ",").removesuffix(",0") in panel.answer
            for panel in collection.build_page(context).panels
        )

    def test_debt_is_that_of_groups_with_a_debt(self, page: Page, context: Context) -> None:
        rows = list_balances(context.view.until)
        owed = sum(max(closing, Decimal(0)) for _, _, _, closing in rows)
        # the charge of the month is owed last, and is not due yet
        overdue = sum(
            max(closing - max(charged, Decimal(0)), Decimal(0)) for _, charged, _, closing in rows
        )
        tile = get_tile(page, "debt")

        assert tile.value == owed
        part = f"{overdue / owed * 100:.1f}".replace(".", ",").removesuffix(",0")
        assert f"просрочено {part}" in tile.change

    def test_the_share_paid_online(self, page: Page, context: Context) -> None:
        span = {"since": context.view.since, "until": periods.add_months(context.view.until, 1)}
        condition = "paid_on >= :since AND paid_on < :until"
        online = sum_paid(f"{condition} AND channel = 'online'", **span)

        tile = get_tile(page, "online")
        assert tile.value in {None, online / sum_paid(condition, **span)}

    def test_appeals_past_their_date_are_those_of_the_ledger(
        self, page: Page, context: Context
    ) -> None:
        ((late,),) = ask_ledger(
            "SELECT count(*) FROM appeal WHERE kind = 'appeal' AND sent_at IS NOT NULL "
            "AND due_on < :today AND status NOT IN ('completed', 'closed', 'declined')",
            today=context.today,
        )
        tile = get_tile(page, "late")
        assert tile.value == late
        assert len(tile.line) == 12

    def test_each_leads_to_its_screen(self, page: Page) -> None:
        assert [tile.path for tile in page.tiles] == [
            links.INSIGHT_PAYMENTS,
            links.COLLECTION,
            links.DEBTS,
            links.INSIGHT_PAYMENTS,
            links.INSIGHT_APPEALS,
        ]


class TestPanels:
    def test_what_moved_most_is_recomputed(self, page: Page, context: Context) -> None:
        sums: defaultdict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
        for place, back in enumerate((1, 0)):
            for name, charged, paid, closing in list_balances(
                periods.add_months(context.view.until, -back)
            ):
                sums[f"Начислено: {name}"][place] += charged
                sums[f"Оплачено: {name}"][place] += paid
                sums[f"Долг: {name}"][place] += max(closing, Decimal(0))
        table = get_panel(page, "moves").table
        assert table
        assert table.lines
        for line in table.lines:
            assert list(line.values) == sums[line.name]
        zero = Decimal(0)
        moves = [abs((line.values[1] or zero) - (line.values[0] or zero)) for line in table.lines]
        assert moves == sorted(moves, reverse=True)

    def test_houses_are_the_best_and_the_worst_and_never_withheld(
        self, page: Page, context: Context
    ) -> None:
        table = get_panel(page, "houses").table
        assert table
        houses = [line.leads.place.house for line in table.lines if line.leads]
        assert len(houses) == len(table.lines) <= 10
        assert not set(houses) & context.withheld
        shares = [
            (line.values[1] or Decimal(0)) / (line.values[0] or Decimal(1)) for line in table.lines
        ]
        assert shares == sorted(shares, reverse=True)
        assert all(line.accounts >= 10 for line in table.lines)

    def test_an_analyst_of_one_organisation_sees_its_houses_alone(
        self, manifest: Manifest, context: Context
    ) -> None:
        own = find_house(context).organization
        page = overview.build_page(
            screens.read_context(reader.open_facts(manifest, organization=own), {})
        )
        table = get_panel(page, "houses").table
        assert table
        assert {line.leads.place.organization for line in table.lines if line.leads} == {own}


@pytest.fixture
def build(facts: Facts) -> Callable[..., Page]:
    """Build the screen for the query of an address."""

    def show(**query: str) -> Page:
        return overview.build_page(screens.read_context(facts, query))

    return show


@pytest.mark.parametrize(
    "query",
    [
        {"since": "2001-01", "until": "2001-06"},
        {"compared": "none"},
        {"compared": "before", "since": "2026-08", "until": "2026-09"},
        {"group": "Жилищные"},
        {"service": "Отопление"},
        {"channel": "online"},
    ],
)
def test_every_question_has_an_answer(build: Callable[..., Page], query: dict[str, str]) -> None:
    page = build(**query)

    assert len(page.tiles) == 5
    for panel in page.panels:
        assert panel.answer.endswith("."), panel.key


def test_a_house_is_compared_with_no_house(build: Callable[..., Page], context: Context) -> None:
    row = find_house(context)
    page = build(organization=str(row.organization), street=row.street, house=str(row.house))

    assert [panel.key for panel in page.panels] == ["overview.months", "overview.moves"]
