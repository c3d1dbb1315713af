"""What billing did not tell is missing in summaries, on screens and in free queries, never zero."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import polars as pl
import pytest

from lib.domain.insight.answers import Page, Table
from lib.facts import copies, summaries, tables
from lib.facts.free_query import opening
from lib.facts.house_tables import CHARGES_BY_HOUSE
from lib.facts.kinds import Kind
from lib.facts.questions import collection as questions
from lib.facts.questions.collection import MonthPaid
from lib.facts.questions.scope import Scope
from lib.facts.reader import Facts
from lib.services.insight import screens
from lib.services.insight.collection import _parts
from lib.services.insight.collection import screen as collection
from lib.services.insight.consumption import screen as consumption
from lib.services.insight.consumption._houses import UNKNOWN, USE
from lib.services.insight.overview import screen as overview
from tests.kit.insight.made_facts import Row, write_facts

OCTOBER = dt.date(2026, 10, 1)
MONTH = {"since": "2026-10", "until": "2026-10", "compared": "none"}
STREET = {"organization": "1", "street": "ул. Мира"}
BOUNDS = {dt.date(2000, 1, 1): (30, 90, 365)}
HOUSES, ACCOUNTS = (1, 2, 3), range(12)
WATER, HOUSING = 1, 2  # services and their groups
Values = Mapping[tuple[int, int], object]  # by house and account


def fill(houses: Sequence[int], accounts: range, value: object) -> dict[tuple[int, int], object]:
    return {(house, account): value for house in houses for account in accounts}


def make_facts(
    volumes: Values,
    penalties: Values | None = None,
    *,
    apart: Sequence[dict[str, Any]] = (),
    unnamed: Sequence[int] = (),
) -> Facts:
    """Write the facts of a month: water and housing of three houses with twelve accounts each.

    Args:
        volumes: of water.
        penalties: of water.
        apart: lines of penalties without a service.
        unnamed: houses whose payments billing does not name.
    """
    lines: list[dict[str, Any]] = [
        {
            "house": house,
            "account": house * 100 + account,
            "service_group": service,
            "service": service,
            "volume_own": volumes.get((house, account)) if service == WATER else None,
            "penalty": (penalties or {}).get((house, account)) if service == WATER else None,
            "accrued": 100,
            "total": 100,
            "paid": None if house in unnamed else 90,
            "closing": 10,
        }
        for service in (WATER, HOUSING)
        for house in HOUSES
        for account in ACCOUNTS
    ]
    at: dict[str, Any] = {"period": OCTOBER, "organization": 1}
    people = {"accounts": 12, "residents": 24, "area": 500, "charged": 2400, "paid": 2160}
    names = ((WATER, "Вода", "utilities", "meter"), (HOUSING, "Жильё", "housing", "area"))
    return write_facts(
        {
            "organizations": [{"organization": 1, "name": "УК «Север»"}],
            "groups": [
                {"service_group": key, "name": name, "sort": key, "purpose": purpose}
                for key, name, purpose, _ in names
            ],
            "services": [
                {"service": key, "service_group": key, "name": name, "unit": "м3", "basis": basis}
                for key, name, _, basis in names
            ],
            "houses": [
                {"organization": 1, "house": house, "street": "ул. Мира", "name": f"д. {house}"}
                for house in HOUSES
            ],
            "house_months": [{**at, "house": house, **people} for house in HOUSES],
            "charges_by_house": _summarize([at | line for line in (*lines, *apart)]),
        }
    )


def _summarize(lines: Sequence[Row]) -> Sequence[Row]:
    schema = tables.CHARGES.schema
    whole = [{name: line.get(name) for name in schema} for line in lines]
    frame = pl.DataFrame(whole, schema=pl.Schema(schema), strict=False)
    return summaries.summarize_charges(frame).to_dicts()


def pay_apart(house: int, *, accounts: int, penalty: object, paid: object) -> list[dict[str, Any]]:
    """Return lines of penalties that billing keeps apart."""
    line: dict[str, Any] = {
        "house": house,
        "service_group": WATER,
        "penalty": penalty,
        "paid": paid,
        "total": 0,
    }
    return [line | {"account": house * 100 + account} for account in range(accounts)]


def open_consumption(facts: Facts, **query: str) -> Page:
    return consumption.build_page(screens.read_context(facts, MONTH | STREET | query))


def find_table(page: Page, key: str) -> Table:
    table = next(panel.table for panel in page.panels if panel.key == f"consumption.{key}")
    assert table is not None
    return table


class TestVolumes:
    def test_a_house_without_volumes_has_none_on_the_screen(self) -> None:
        page = open_consumption(make_facts(fill((1, 3), ACCOUNTS, 6)))

        rows = {row[0]: row[1:] for row in find_table(page, "places").list_rows()}

        assert rows["д. 1"] == (72, 3, Decimal("14.4"))
        assert rows["д. 2"] == (None, None, None)
        # people of a house whose volume is not known have not used nothing
        assert rows["Всего"] == (144, 3, Decimal("14.4"))
        assert find_table(page, "services").list_rows()[0][1:3] == (144, 3)

    def test_nothing_is_known_without_a_volume(self) -> None:
        page = open_consumption(make_facts({}))

        answers = {panel.key: panel.answer for panel in page.panels}

        assert answers["consumption.places"] == answers["consumption.months"] == UNKNOWN
        assert answers["consumption.services"] == (
            "За эти месяцы нет расхода услуг, который можно показать."
        )
        assert page.tiles[0].value is None

    def test_a_volume_of_zero_is_known(self) -> None:
        page = open_consumption(make_facts(fill(HOUSES, ACCOUNTS, 0)))

        assert find_table(page, "places").list_rows()[0][1] == 0

    def test_the_free_query_has_none_and_no_zero(self, tmp_path: Path) -> None:
        facts = make_facts(fill((1, 3), ACCOUNTS, 6), fill((1,), ACCOUNTS, 5))

        path = opening.make_database(
            facts.manifest, organization=None, bounds=BOUNDS, folder=tmp_path
        )

        with duckdb.connect(str(path), read_only=True) as connection:
            rows = connection.execute(
                "SELECT house, volume_own, volume_common FROM charges "
                f"WHERE service = {WATER} ORDER BY 1"
            ).fetchall()
        assert rows == [(1, 72, None), (2, None, None), (3, 72, None)]


class TestPenalties:
    @pytest.mark.parametrize(
        ("penalties", "apart", "accounts"),
        [
            # a penalty of zero is no penalty
            (fill(HOUSES, ACCOUNTS, 0) | fill((1,), range(4), 5), [], 4),
            (fill((1, 2), range(6), 5), [], 12),
            ({}, pay_apart(2, accounts=11, penalty=0, paid=3), 11),
            ({}, pay_apart(2, accounts=9, penalty=2, paid=None), 9),
        ],
    )
    def test_the_accounts_are_those_that_have_one(
        self, penalties: Values, apart: list[dict[str, Any]], accounts: int
    ) -> None:
        facts = make_facts({}, penalties, apart=apart)

        found = questions.sum_by_purpose(facts, Scope(OCTOBER, OCTOBER))

        counts = {row.purpose: row.accounts for row in found}
        assert counts == {"housing": 36, "utilities": 36, "penalty": accounts}

    def test_what_is_paid_of_penalties_within_lines_is_not_known(self) -> None:
        apart = pay_apart(2, accounts=12, penalty=2, paid=3)

        known, unknown = (
            {
                row.purpose: row.paid
                for row in questions.sum_by_purpose(facts, Scope(OCTOBER, OCTOBER))
            }
            for facts in (
                make_facts({}, apart=apart),
                make_facts({}, fill((1,), ACCOUNTS, 5), apart=apart),
            )
        )

        assert known["penalty"] == 36
        assert unknown["penalty"] is None
        assert known["utilities"] == unknown["utilities"] == 3240

    def test_a_city_without_penalties_has_no_line_of_them(self) -> None:
        facts = make_facts({}, fill((1,), ACCOUNTS, 0))

        found = questions.sum_by_purpose(facts, Scope(OCTOBER, OCTOBER))

        assert [row.purpose for row in found] == ["housing", "utilities"]

    @pytest.mark.parametrize(("accounts", "is_shown"), [(range(4), False), (range(10), True)])
    def test_those_of_few_accounts_are_withheld(self, accounts: range, is_shown: bool) -> None:
        facts = make_facts({}, fill(HOUSES, ACCOUNTS, 0) | fill((1,), accounts, 5))

        panel = _parts.build_purposes(screens.read_context(facts, MONTH), USE)

        assert panel is not None
        assert panel.table is not None
        rows = {row[0]: row[1] for row in panel.table.list_rows()}
        assert ("Пени" in rows) == is_shown
        # one of the others goes with them, or the total would tell
        assert len(rows) == (3 if is_shown else 2)
        assert Decimal(5 * len(accounts)) not in rows.values() or is_shown


class TestPayments:
    @pytest.mark.usefixtures("db")
    def test_what_billing_does_not_name_is_no_zero(self) -> None:
        context = screens.read_context(make_facts({}, unnamed=HOUSES), MONTH)

        page, home = collection.build_page(context), overview.build_page(context)

        tile = next(tile for tile in page.tiles if tile.key == "collection.share")
        assert (tile.value, tile.change) == (None, "сколько оплачено, биллинг не назвал")
        answers = {
            panel.key: panel.answer.replace("\N{NO-BREAK SPACE}", " ")
            for panel in (*page.panels, *home.panels)
        }
        assert answers["collection.months"] == (
            "Начислено 7,2 тыс. ₽; сколько оплачено, биллинг не назвал."
        )
        drawn = {panel.key: panel.table for panel in (*page.panels, *home.panels) if panel.table}
        for key in ("collection.months", "collection.places", "overview.months"):
            assert drawn[key].list_rows()[0][1:4] == (7200, None, None), key
        assert "overview.houses" not in drawn
        assert answers["overview.months"] == (
            "Начислили 7,2 тыс. ₽; сколько оплатили, биллинг не назвал."
        )
        assert answers["collection.due"] == "Платежей за эти месяцы в данных нет."
        assert not [words for words in answers.values() if "0 %" in words or " 0 ₽" in words]

    def test_the_houses_that_it_names_are_compared_without_the_others(self) -> None:
        context = screens.read_context(make_facts({}, unnamed=(2,)), MONTH)

        table = next(
            panel.table
            for panel in overview.build_page(context).panels
            if panel.key == "overview.houses"
        )

        assert table is not None
        assert {row[0]: row[3] for row in table.list_rows()} == {
            "д. 1": Decimal("0.9"),
            "д. 3": Decimal("0.9"),
        }

    def test_a_screen_says_whose_payments_are_missing(self) -> None:
        def make_row(organization: int, paid: Decimal | None) -> MonthPaid:
            return MonthPaid(organization, OCTOBER, Decimal(100), paid)

        context = screens.read_context(make_facts({}), MONTH)

        assert "УК «Север»" in collection._tell_unnamed(
            context, [make_row(1, None), make_row(2, Decimal(90))]
        )
        assert (
            collection._tell_unnamed(context, [make_row(1, Decimal(90)), make_row(2, Decimal(0))])
            == ""
        )


class _Penalized(NamedTuple):
    total: Decimal
    penalized: int | None


def test_files_from_before_a_new_column_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    columns = {name: of for name, of in CHARGES_BY_HOUSE.columns.items() if name != "penalized"}
    old = Kind(CHARGES_BY_HOUSE.name, CHARGES_BY_HOUSE.meaning, columns)
    row: dict[str, Any] = {"period": OCTOBER, "organization": 1, "house": 1, "total": 5}
    with monkeypatch.context() as before:
        before.setattr(tables, "KINDS", {**tables.KINDS, old.name: old})
        manifest = write_facts({old.name: [row]}).manifest
        copies.find_copy(manifest, organization=None).unlink()

    found = Facts(manifest, organization=None).ask(
        "SELECT total, penalized FROM charges_by_house", _Penalized
    )

    assert found == [_Penalized(Decimal(5), None)]
