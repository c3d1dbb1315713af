"""Analysts who look for one flat: by filters, by differences, by foreign organisations."""

import datetime as dt
import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import Connection

from lib import links
from lib.access import AccessDenied, Actor
from lib.domain import periods
from lib.domain.insight import occasions
from lib.domain.insight.answers import Page, Table
from lib.domain.insight.privacy import FEWEST
from lib.domain.insight.view import write_view
from lib.facts import reader
from lib.facts.manifest import Manifest
from lib.facts.questions import debts
from lib.facts.questions.debt_days import DayChange
from lib.facts.questions.debts import AgeSum
from lib.facts.reader import Facts
from lib.services.insight import screens
from lib.services.insight._context import Context
from lib.services.insight.debts import _shown_days
from lib.services.insight.debts import day as debt_day
from lib.services.insight.debts._shown_days import ShownDays, choose_days
from tests.kit.identity import fetch
from tests.kit.insight.versions import analyst, facts, first_version, manifest

__all__ = ["analyst", "facts", "first_version", "manifest"]
PATHS = tuple(screens.BUILDERS)


def ask(facts: Facts, path: str, **query: str) -> tuple[Context, Page]:
    context = screens.read_context(facts, query)
    refusal = context.find_refusal()
    return context, Page(refusal=refusal) if refusal else screens.BUILDERS[path](context)


def list_tables(page: Page) -> Iterator[Table]:
    for panel in page.panels:
        if panel.table is not None:
            yield panel.table


def list_queries(facts: Facts) -> Iterator[dict[str, str]]:
    """Yield every place, and every filter alone."""
    yield {}
    places: dict[tuple[str, ...], dict[str, str]] = {}
    for house in screens.read_context(facts, {}).houses.values():
        names = {
            "organization": str(house.organization),
            "street": house.street,
            "house": str(house.house),
        }
        for depth in (1, 2, 3):
            place = dict(list(names.items())[:depth])
            places[tuple(place.values())] = place
    yield from places.values()
    for group in ("Жилищные", "Капитальный ремонт"):
        yield {"group": group}
    for channel in ("bank", "post", "cash"):
        yield {"channel": channel}


@pytest.mark.parametrize("path", PATHS)
def test_no_line_tells_of_few_accounts_nor_is_their_difference_to_the_total(
    facts: Facts, path: str
) -> None:
    told = 0
    for query in list_queries(facts):
        _, page = ask(facts, path, **query)
        for table in list_tables(page):
            told += look_for_few(table, query)
    assert told > 10


def look_for_few(table: Table, query: dict[str, str]) -> int:
    """Look for few accounts in a table; return how many lines were looked at."""
    lines = (*table.lines, *((table.withheld,) if table.withheld else ()))
    for line in lines:
        known = [value for value in line.values if value is not None and value != 0]
        assert line.accounts >= FEWEST or not known, (query, table.heading, line)
    if table.total is not None and table.withheld is None:
        left = table.total.accounts - sum(line.accounts for line in table.lines)
        values = zip(*(line.values for line in table.lines), strict=True)
        sums = [sum((v or Decimal(0) for v in column), Decimal(0)) for column in values]
        is_whole = sums == list(table.total.values)
        assert left <= 0 or left >= FEWEST or is_whole, (query, table.heading)
    return len(lines)


def list_days(facts: Facts) -> list[dt.date]:
    """Return the days after the last closed month, up to the end of the next."""
    first = periods.add_months(screens.find_latest(facts), 1)
    return [first + dt.timedelta(days=step) for step in range(27)]


def read_shown(facts: Facts, day: dt.date, **query: str) -> ShownDays:
    context = screens.read_context(facts, {"day": day.isoformat(), **query})
    at = debt_day.find_day(debt_day.list_closed(context), day)
    assert at is not None
    return _shown_days.find_shown(context, at)


def test_two_days_of_all_debts_differ_by_ten_accounts_at_least(facts: Facts) -> None:
    totals = sorted({read_shown(facts, day).total.day for day in list_days(facts)[::2]})
    assert len(totals) > 2
    for earlier, later in itertools.pairwise(totals):
        [row] = fetch(
            "SELECT count(DISTINCT account_id) AS accounts FROM payment "
            "WHERE coalesce(posted_on, paid_on) > :earlier AND coalesce(posted_on, paid_on) "
            "<= :later",
            earlier=earlier,
            later=later,
        )
        assert row.accounts >= FEWEST


def test_two_days_of_a_place_or_a_group_are_the_same(facts: Facts) -> None:
    context = screens.read_context(facts, {})
    house = next(row for key, row in context.houses.items() if key not in context.withheld)
    days = list_days(facts)
    first, second = (
        ask(facts, links.DEBTS, day=day.isoformat(), organization=str(house.organization))[1]
        for day in (days[8], days[18])
    )
    assert first.panels
    assert tell(first) == tell(second)
    assert read_shown(facts, days[18], group="Жилищные").total.is_end
    assert not read_shown(facts, days[18]).total.is_end


def tell(page: Page) -> list[object]:
    tables = [table.list_rows() for table in list_tables(page)]
    return [tables, [(tile.key, tile.value, tile.change) for tile in page.tiles]]


def change(day: int, age: int, sure: int, kind: str = "group") -> DayChange:
    return DayChange(dt.date(2026, 9, day), kind, 0 if kind == "all" else 1, age, sure)


def test_a_day_is_shown_in_parts_when_each_of_them_has_changed_by_ten_accounts() -> None:
    changes = [change(3, 0, 9, "all"), change(3, 0, 9)]
    assert choose_days(changes) == (None, None)
    changes += [change(4, 0, 1, "all"), change(4, 0, 1), change(4, 3, 0)]
    assert choose_days(changes) == (None, dt.date(2026, 9, 4))
    changes += [change(7, 0, 9, "all"), change(7, 3, 12)]
    assert choose_days(changes) == (None, dt.date(2026, 9, 4))
    changes += [change(8, 0, 1, "all"), change(8, 0, 1)]
    assert choose_days(changes) == (dt.date(2026, 9, 8), dt.date(2026, 9, 8))


def sum_few(age: int | None, accounts: int, group: str | None = None) -> AgeSum:
    owed = Decimal(100 * accounts)
    return AgeSum(age, group, accounts, accounts, accounts, 0, owed, owed, owed, Decimal(0))


@pytest.mark.parametrize(("debtors", "is_shown"), [(7, False), (12, True)])
def test_few_debtors_have_no_sum_in_any_figure(
    facts: Facts, monkeypatch: pytest.MonkeyPatch, debtors: int, *, is_shown: bool
) -> None:
    # an account with debts of two ages counts twice in their line, and once in the total
    rows = [sum_few(1, debtors - 2), sum_few(2, debtors), sum_few(None, debtors, "Жилищные")]
    monkeypatch.setattr(debts, "sum_ages", lambda *_: [*rows, sum_few(None, debtors)])
    _, page = ask(facts, links.DEBTS)
    panels = {panel.key: panel for panel in page.panels}
    assert [panel.table is not None for panel in page.panels if panel.key == "debts.ages"] == [
        is_shown
    ]
    assert ("debts.groups" in panels) == is_shown
    keys = {tile.key for tile in page.tiles}
    assert ({"debts.owed", "debts.overdue"} <= keys) == is_shown
    assert ("меньше 10 счетов" in panels["debts.ages"].answer) != is_shown


@pytest.mark.parametrize("path", PATHS)
def test_a_house_of_few_accounts_is_refused_by_its_address(facts: Facts, path: str) -> None:
    context = screens.read_context(facts, {})
    assert context.withheld
    for house in context.withheld:
        row = context.houses[house]
        _, page = ask(
            facts,
            path,
            organization=str(row.organization),
            street=row.street,
            house=str(house),
        )
        assert "не показываются" in page.refusal
        assert page.panels == ()


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("path", PATHS)
def test_an_analyst_of_one_organisation_sees_nothing_of_another(
    manifest: Manifest, path: str
) -> None:
    everything = reader.open_facts(manifest, organization=None)
    context = screens.read_context(everything, {})
    own, foreign, *_ = context.organizations
    facts = reader.open_facts(manifest, organization=own)
    names = {row.name for row in context.houses.values() if row.organization != own}
    names |= {context.organizations[key] for key in context.organizations if key != own}
    names -= {row.name for row in context.houses.values() if row.organization == own}
    for query in ({}, {"organization": str(own)}, {"organization": str(foreign)}):
        _, page = ask(facts, path, **query)
        told = repr(page)
        assert not [name for name in names if name in told]
    reader._open.clear()


@pytest.mark.usefixtures("manifest")
def test_only_analysts_open_a_screen(
    db: Connection, analyst: Actor, signed_in: Callable[..., Actor]
) -> None:
    for name in ("resident", "staff", "admin"):
        with pytest.raises(AccessDenied):
            screens.open_screen(actor=signed_in(name), path=PATHS[0], query={}, address="")
    found = screens.open_screen(actor=analyst, path=PATHS[0], query={}, address="")
    assert found.page.panels
    somebody = replace(analyst, organization_id=999_999)
    with pytest.raises(screens.FactsMissing):
        screens.open_screen(actor=somebody, path=PATHS[0], query={}, address="")


@pytest.mark.parametrize(
    "query",
    [
        {"group": "' OR 1=1 --" + "Я" * 3000},
        {"street": "x'; DROP TABLE charges; --", "organization": "1"},
        {"since": "2026-99", "until": "x" * 300},
        {"house": "9" * 40, "sort": "-99", "organization": "-1"},
        {"service": "\x00", "channel": "🙂" * 80, "day": "0000-00-00"},
        {"group": "Жилищные", "service": "Отопление"},
    ],
)
@pytest.mark.parametrize("path", PATHS)
def test_a_hostile_address_gives_a_screen(facts: Facts, path: str, query: dict[str, str]) -> None:
    context, page = ask(facts, path, **query)

    assert page.refusal or page.panels or page.tiles
    # all that is drawn, downloaded or watched: tables are computed then
    assert all(panel.table.list_rows() for panel in page.panels if panel.table)
    assert bool(occasions.list_figures(page)) == bool(page.tiles)
    assert set(write_view(context.view)) <= set(query) | {"since", "until"}
