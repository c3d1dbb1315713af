"""Analysts who look for one flat: by filters, by differences, by foreign organisations."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import Connection

from lib.access import AccessDenied, Actor
from lib.domain.insight.answers import Page, Table
from lib.domain.insight.privacy import FEWEST
from lib.domain.insight.view import write_view
from lib.facts import reader
from lib.facts.manifest import Manifest
from lib.facts.reader import Facts
from lib.services.insight import screens
from lib.services.insight._context import Context
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
    for house in screens.read_context(facts, {}).houses.values():
        place = {"organization": str(house.organization)}
        yield place
        yield place | {"street": house.street}
        yield place | {"street": house.street, "house": str(house.house)}
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
        {"group": "' OR 1=1 --"},
        {"street": "x'; DROP TABLE charges; --", "organization": "1"},
        {"since": "2026-99", "until": "x" * 300},
        {"house": "9" * 40, "sort": "-99", "organization": "-1"},
        {"service": "\x00", "channel": "🙂" * 80, "day": "0000-00-00"},
    ],
)
@pytest.mark.parametrize("path", PATHS)
def test_a_hostile_address_gives_a_screen(facts: Facts, path: str, query: dict[str, str]) -> None:
    context, page = ask(facts, path, **query)

    assert page.refusal or page.panels or page.tiles
    assert set(write_view(context.view)) <= set(query) | {"since", "until"}
