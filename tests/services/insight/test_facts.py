"""The facts agree with the ledger, change only where it changed, and name nobody."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import polars as pl
import pytest
from sqlalchemy import text

from db import session as database
from lib.access import Role
from lib.domain import periods
from lib.facts import reader, store, tables
from lib.facts.manifest import Manifest
from lib.services.insight.facts import checking, refreshing

SECRET_COLUMNS = (
    ("account", "number"),
    ("account", "external_id"),
    ("account", "els"),
    ("payer", "last_name"),
    ("payer", "first_name"),
    ("payer", "middle_name"),
    ("login", "username"),
    ("appeal", "contact"),
    ("appeal", "number"),
    ("payment", "reference"),
    ("payment", "external_id"),
)


def ask_ledger(query: str, **values: object) -> list[tuple[object, ...]]:
    with database.transaction(database.OWNER) as session:
        return [tuple(row) for row in session.execute(text(query), values)]


def change_sources(to: str) -> None:
    with database.transaction(database.OWNER) as session:
        session.execute(text(f"UPDATE payment SET source = {to} WHERE source IS NOT NULL"))


def write_again() -> Manifest:
    """Write the payments again, as if a package had brought others."""
    before = store.find_manifest()
    assert before is not None
    units = {name: mark for name, mark in before.units.items() if not name.startswith("payments")}
    store.put_manifest(replace(before, marks="", units=units))
    refreshing.refresh_facts()
    found = store.find_manifest()
    assert found is not None
    return found


@pytest.fixture
def rewritten(committed: str, manifest: Manifest) -> Iterator[None]:
    """The facts as the ledger is now, and again after a test that has changed it."""
    refreshing.refresh_facts()
    yield
    reader._open.clear()


@pytest.mark.usefixtures("rewritten")
class TestCheck:
    def test_every_sum_agrees_with_the_ledger(self) -> None:
        checked = checking.check_facts()

        assert checked.differences == ()
        assert checked.sums > 400
        manifest = store.find_manifest()
        assert manifest is not None
        assert manifest.is_checked

    def test_a_changed_line_is_named(self) -> None:
        ((account, service, period, line),) = ask_ledger(
            "SELECT l.account_id, l.service_id, l.period, l.line FROM accrual l "
            "JOIN account a ON a.id = l.account_id JOIN billing_period b "
            "ON b.sender_id = a.sender_id AND b.period = l.period "
            "WHERE b.status = 'closed' ORDER BY 3 DESC, 1, 2 LIMIT 1"
        )
        change = (
            "UPDATE accrual SET accrued = accrued + :by WHERE account_id = :account "
            "AND service_id = :service AND period = :period AND line = :line"
        )
        values = {"account": account, "service": service, "period": period, "line": line}
        with database.transaction(database.OWNER) as session:
            session.execute(text(change), values | {"by": Decimal("0.01")})
        try:
            checked = checking.check_facts()
        finally:
            with database.transaction(database.OWNER) as session:
                session.execute(text(change), values | {"by": Decimal("-0.01")})

        assert {(found.kind, found.name) for found in checked.differences} == {
            ("charges", "accrued"),
            ("charges_by_house", "accrued"),
        }
        assert all(found.ledger - found.facts == Decimal("0.01") for found in checked.differences)
        manifest = store.find_manifest()
        assert manifest is not None
        assert not manifest.is_checked


@pytest.mark.usefixtures("rewritten")
class TestRefresh:
    def test_nothing_is_written_when_nothing_has_changed(self) -> None:
        done = refreshing.refresh_facts()

        assert (done.written, done.is_busy) == (0, False)
        assert done.kept > 100

    def test_a_reopened_month_goes_and_comes_back(self) -> None:
        ((sender, period),) = ask_ledger(
            "SELECT sender_id, period FROM billing_period WHERE status = 'closed' "
            "ORDER BY 2 DESC, 1 LIMIT 1"
        )
        change = "UPDATE billing_period SET status = :to WHERE sender_id = :sender AND period = :p"
        before = store.find_manifest()
        assert before is not None
        for status in ("open", "closed"):
            with database.transaction(database.OWNER) as session:
                session.execute(text(change), {"to": status, "sender": sender, "p": period})
            refreshing.refresh_facts()
            manifest = store.find_manifest()
            assert manifest is not None
            name = f"charges {sender} {period:%Y-%m}"
            assert (name in manifest.units) == (status == "closed")
        assert manifest is not None
        assert manifest.version == before.version
        assert checking.check_facts().differences == ()

    def test_files_of_an_old_version_stay_for_a_day(self, monkeypatch: pytest.MonkeyPatch) -> None:
        change_sources("source || ' '")
        changed = write_again()
        change_sources("trim(source)")
        restored = write_again()
        gone = {file.place for file in changed.files} - {file.place for file in restored.files}
        assert gone
        assert gone <= set(restored.retired)
        assert all(store.get_local_path(place).exists() for place in gone)

        tomorrow = dt.datetime.now(dt.UTC) + dt.timedelta(hours=25)
        monkeypatch.setattr("lib.clock.now", lambda: tomorrow)
        later = write_again()

        assert not any(store.get_local_path(place).exists() for place in gone)
        assert later.retired == {}
        assert later.version == restored.version

    def test_two_at_a_time_write_once(self) -> None:
        with database.transaction(database.OPERATOR) as session:
            session.execute(text("SELECT pg_advisory_xact_lock(hashtext('kabinet facts'))"))
            assert refreshing.refresh_facts(is_whole=True).is_busy


class TestBalances:
    def test_ages_add_up_to_the_debt_and_the_oldest_is_paid_first(self, manifest: Manifest) -> None:
        facts = reader.open_facts(manifest, organization=None)
        with facts._database.cursor() as cursor:
            rows = cursor.execute(
                "SELECT account, service_group, period, charged_in, amount FROM balances "
                "WHERE period = (SELECT max(period) FROM balances) AND amount > 0"
            ).fetchall()
            charged = {
                (account, group, period): amount
                for account, group, period, amount in cursor.execute(
                    "SELECT account, service_group, period, "
                    "sum(total) + coalesce(sum(penalty), 0) FROM charges GROUP BY 1, 2, 3"
                ).fetchall()
            }
        reader._open.clear()
        debts: dict[tuple[int, int], dict[dt.date | None, Decimal]] = {}
        for account, group, _, month, amount in rows:
            debts.setdefault((account, group), {})[month] = amount
        aged = [months for months in debts.values() if len(months) > 1]
        assert aged
        period = rows[0][2]
        for (account, group), months in debts.items():
            known = sorted((month for month in months if month), reverse=True)
            for place, month in enumerate(known):
                # every later charge is owed in full before an older one is owed at all
                if place < len(months) - 1:
                    assert months[month] == charged[account, group, month]
                else:
                    assert months[month] <= charged[account, group, month]
            assert known == [periods.add_months(period, -back) for back in range(len(known))] or (
                any(charged[account, group, month] <= 0 for month in _list_gaps(known, period))
            )


def _list_gaps(known: list[dt.date], period: dt.date) -> list[dt.date]:
    months = [periods.add_months(period, -back) for back in range(len(known) + 6)]
    return [month for month in months if month not in known]


class TestPersonalData:
    @pytest.mark.usefixtures("committed")
    def test_no_file_holds_anything_of_a_person(self, manifest: Manifest) -> None:
        secrets = set()
        for table, column in SECRET_COLUMNS:
            found = ask_ledger(f"SELECT DISTINCT {column}::text FROM {table}")
            secrets |= {value for (value,) in found if value and len(str(value)) > 2}
        keys = {key for (key,) in ask_ledger("SELECT id FROM account WHERE id > 40")}
        secrets -= set(Role)  # logins of the demonstration are named by their role
        assert len(secrets) > 100
        for file in manifest.files:
            frame = store.get_file(file)
            assert set(frame.columns) == set(tables.KINDS[file.kind].columns)
            for name, kind in frame.schema.items():
                values = set(frame[name].unique().drop_nulls())
                if kind == pl.String:
                    assert not values & secrets, (file.kind, name)
                if name == "account":
                    assert not values & keys

    def test_an_analyst_of_one_organisation_opens_no_file_of_another(
        self, manifest: Manifest
    ) -> None:
        own = next(file.organization for file in manifest.files if file.kind == "charges")
        facts = reader.open_facts(manifest, organization=own)
        with facts._database.cursor() as cursor:
            for kind in tables.KINDS.values():
                if "organization" in kind.columns:
                    found = cursor.execute(
                        f"SELECT DISTINCT organization FROM {kind.name}"
                    ).fetchall()
                    assert set(found) <= {(own,)}
        reader._open.clear()
