"""What the demonstration's city has paid this month: in registers first, then in packages."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from lib import clock
from lib.demo import city, months
from lib.demo.billing.payments import CHANNELS
from lib.demo.city import City
from lib.demo.reference.organizations import SENDERS
from lib.services.demonstration import _receipts, setup
from tests.kit.identity import execute, fetch
from tests.kit.prepared import ACCOUNTS

OWN = ("uyut", "A1")
SAME = ("number", "paid_on", "amount", "channel", "source")


@pytest.fixture
def day(monkeypatch: pytest.MonkeyPatch) -> dt.date:
    """The 28th of the present month: all who pay in it have paid."""
    day = clock.today().replace(day=28)
    monkeypatch.setattr(clock, "today", lambda: day)
    return day


@pytest.fixture
def take(tmp_path: Path) -> Callable[[dt.date], list[str]]:
    """Import the registers of a day of the prepared city, and return the steps."""

    def import_all(day: dt.date) -> list[str]:
        steps: list[str] = []
        written = city.write_receipts(
            tmp_path, day, without=OWN, seed=setup.SEED, accounts=ACCOUNTS
        )
        _receipts.import_receipts(written, advance=steps.append)
        return steps

    return import_all


@pytest.mark.usefixtures("db")
def test_registers_bring_every_payment_once(
    day: dt.date, take: Callable[[dt.date], list[str]]
) -> None:
    assert not _receipts.has_receipts(day)
    take(day.replace(day=15))
    half = fetch("SELECT * FROM register_row")

    steps = take(day)

    rows = fetch(
        "SELECT r.*, a.number, a.external_id, f.channel AS way FROM register_row r "
        "JOIN account a ON a.id = r.account_id JOIN register g ON g.id = r.register_id "
        "JOIN register_format f ON f.code = g.format_code"
    )
    assert _receipts.has_receipts(day)
    assert len(steps) == len({row.channel for row in rows})
    assert 0 < len(half) < len(rows)
    assert {row.reason for row in rows} == {None}  # nothing waits for a person
    assert all(row.channel == row.way for row in rows)
    assert {row.channel for row in rows} <= {channel for channel, _, _ in CHANNELS}
    assert len({row.number for row in rows}) == len(rows)
    assert not {"0000012345", "70000001"} & {row.number for row in rows}
    assert all(row.paid_on.replace(day=1) == day.replace(day=1) for row in rows)
    # a start that was killed before the last register imports it the next time
    execute("UPDATE register SET file_name = 'other' WHERE file_name LIKE '%other%'")
    assert not _receipts.has_receipts(day)


def test_the_package_of_the_month_has_the_same_payments() -> None:
    day = dt.date(2026, 11, 20)
    city_ = City(seed=setup.SEED, accounts=ACCOUNTS)

    found = city_.receipts(day, without=OWN).select("payment_id", "sender", *SAME)

    packages = [city_.package(sender, months.number(day)).files["payments"] for sender in SENDERS]
    delivered = {
        (sender.code, row["payment_id"]): row
        for sender, rows in zip(SENDERS, packages, strict=True)
        for row in rows.to_dicts()
    }
    assert found.height > ACCOUNTS // 3
    for row in found.to_dicts():
        later = delivered[row["sender"], row["payment_id"]]
        assert [later[name] for name in SAME[1:]] == [row[name] for name in SAME[1:]]
    assert ("uyut", "pay-A1-2026-11") in delivered  # left out of the registers alone
