"""The demonstration is imported completely, without findings, and only once."""

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import text

from db import session as database
from lib.demo import months, package
from lib.demo.city import City, Order
from lib.demo.golden import history
from lib.demo.reference.organizations import SENDERS
from lib.exchange.findings import Severity
from lib.exchange.verdict import Verdict
from lib.services.demonstration import setup
from lib.services.packages import importing
from lib.services.packages.importing import ImportOutcome
from tests.kit.faults import SOAK

pytestmark = pytest.mark.usefixtures("empty")
# of history; the templates of the tests have all of it
_MONTHS = 4 if SOAK == 1 else history.MONTHS


def findings(outcome: ImportOutcome) -> list[int]:
    return [outcome.findings.count(severity) for severity in Severity]


def scalar(query: str) -> object:
    with database.transaction(database.OPERATOR) as session:
        return session.scalar(text(query))


def ignore(_: str) -> None:
    return


def test_a_city_is_imported_without_findings(tmp_path: Path) -> None:
    until = months.number(dt.date(2026, 10, 1))
    city = City(seed=7, accounts=60)
    for month in range(until - (3 if SOAK > 1 else 1), until + 1):
        for sender in SENDERS:
            city_package = city.package(sender, month, is_latest=month == until)
            outcome = importing.import_package(package.write_zip(tmp_path, city_package))

            reasons = [found.reason for found in outcome.findings]
            assert (outcome.verdict, reasons) == (Verdict.IMPORTED, [])
    assert scalar("SELECT count(*) FROM account WHERE closed_on IS NULL") == 60
    assert scalar("SELECT count(*) FROM billing_period WHERE status = 'open'") == 1


def test_history_is_imported_before_the_golden_month(tmp_path: Path, golden_folder: Path) -> None:
    for city_package in history.make_packages(_MONTHS):
        outcome = importing.import_package(package.write_folder(tmp_path, city_package))
        assert findings(outcome) == [0, 0, 0], [found.reason for found in outcome.findings]

    golden = importing.import_package(golden_folder)

    assert golden.verdict is Verdict.IMPORTED
    assert findings(golden) == [0, 0, 3]
    assert scalar("SELECT count(*) FROM payment WHERE external_id = 'pay-1'") == 1
    assert scalar("SELECT count(DISTINCT period) FROM bill") == _MONTHS + 1


class TestPrepare:
    def prepare(self, *, months_back: int = 2) -> list[str]:
        messages: list[str] = []
        setup.prepare_demonstration(
            advance=messages.append, accounts=24, months_back=months_back, golden_months=1
        )
        return messages

    def test_gives_the_resident_two_accounts_once_and_goes_on_with_the_calendar(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first = self.prepare()
        before = scalar("SELECT count(*) FROM package"), scalar("SELECT count(*) FROM reading")

        assert self.prepare() == []
        after = scalar("SELECT count(*) FROM package"), scalar("SELECT count(*) FROM reading")
        assert after == before
        assert len(first) == 2 + 2 * len(SENDERS)
        assert scalar("SELECT count(*) FROM account_access") == 2
        latest = "SELECT max(b.period) FROM bill b JOIN account_access a USING (account_id)"
        last = setup.get_last_month()
        assert scalar(latest) == last

        following = months.get_day(months.number(last) + 1)
        monkeypatch.setattr(setup, "get_last_month", lambda: following)

        messages = self.prepare()

        names = {f"Пакет {sender.code}-{following:%Y-%m}" for sender in SENDERS}
        assert set(messages) == names | {f"Пакет zarya-{last:%Y-%m}"}
        assert scalar("SELECT count(*) FROM billing_period WHERE status = 'open'") == 1

    def test_a_refused_package_stops_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        real = City.package

        def broken(self: City, *arguments: object, **named: object) -> package.Package:
            full = real(self, *arguments, **named)  # type: ignore[arg-type]
            return package.Package(full.sender, full.period, full.is_closed, {
                stem: rows for stem, rows in full.files.items() if stem != "premises"
            })  # fmt: skip

        monkeypatch.setattr(City, "package", broken)
        with pytest.raises(setup.DemonstrationRefused, match=r"premises\.csv"):
            self.prepare(months_back=1)


def test_existing_months_stay_and_later_ones_are_complete() -> None:
    until = months.number(setup.get_last_month())
    known = {sender.code: {months.get_day(until - 1): "closed"} for sender in SENDERS}

    orders = list(setup._orders(known, count=3, until=until))

    assert {order.month for order in orders} == {until - 2, until}
    assert all(order.is_whole for order in orders)


def test_the_last_month_is_closed_by_all_when_it_is_time() -> None:
    until = months.number(setup.get_last_month())
    known = {sender.code: {months.get_day(until): "closed"} for sender in SENDERS}
    known["zarya"] = {months.get_day(until): "open"}

    early, late = (
        list(setup._orders(known, count=1, until=until, is_last_closed=is_last_closed))
        for is_last_closed in (False, True)
    )

    assert early == []
    assert late == [Order("zarya", until, is_whole=True, is_latest=False)]


def test_many_packages_are_made_by_another_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setup, "_WORTH_A_PROCESS", 1)
    until = months.number(dt.date(2026, 9, 1))
    orders = [Order(sender.code, until, is_whole=True, is_latest=False) for sender in SENDERS]

    with setup._written(tmp_path, orders, accounts=24) as (paths, _):
        names = [path.name for path in paths]

    assert names == [f"{sender.code}-2026-09" for sender in SENDERS]
