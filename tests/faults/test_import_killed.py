"""kill -9 of an import or its database: all or nothing, and the next import works."""

import datetime as dt
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from db import session as database
from db.embedded import EmbeddedServer
from tests.kit.embedded import connect, eventually, kill, postmasters, scratch_folder
from tests.kit.faults import database_state, fetch_tuples
from tests.kit.month import Town
from tests.kit.prepared import bind_engines
from tests.kit.process import Kabinet, killed_at_the_end

_KILLS, _POSTMASTER_KILLS = 20, 10
_TOWN = Town("town", accounts=4_000)
_PERIOD, _NEXT = dt.date(2024, 1, 1), dt.date(2024, 2, 1)
_LINES = _TOWN.accounts * _TOWN.services
_READERS = 3


@dataclass(frozen=True)
class Place:
    """A migrated database with one imported month, and packages of the next month."""

    kabinet: Kabinet
    server: EmbeddedServer
    packages: Path

    @property
    def folder(self) -> Path:
        return self.kabinet.state / "postgres"

    def package(self, town: Town, period: dt.date = _NEXT, *, corrected: float = 0) -> Path:
        folder = self.packages / f"{town.sender}-{period}-{corrected}"
        if not folder.exists():
            frames = town.references() | {"accruals": town.lines(period, corrected=corrected)}
            town.write(folder, frames, period=period)
        return folder


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    with scratch_folder() as top:
        kabinet = Kabinet(top / "state")
        assert kabinet.run("migrate")[0] == 0
        server = EmbeddedServer.attach(kabinet.state / "postgres")
        prepared = Place(kabinet, server, top / "packages")
        code, printed = kabinet.run("import", str(prepared.package(_TOWN, _PERIOD)))
        assert code == 0, printed
        yield prepared
        server.detach()


@pytest.fixture(autouse=True)
def _bound(place: Place) -> Iterator[None]:
    with bind_engines(place.server, "kabinet"):
        yield
        _forget_next_month(place)


def _forget_next_month(place: Place) -> None:
    """Delete everything of the next month that a test has imported."""
    with connect(place.server, "kabinet") as connection:
        for table in ("accrual", "bill"):
            connection.execute(f"DROP TABLE IF EXISTS {table}_y2024m02".encode())
        for table in ("billing_period", "package"):
            connection.execute(f"DELETE FROM {table} WHERE period = '{_NEXT}'".encode())


def _importers(place: Place) -> int:
    """Count the connections of importing processes: only they connect as the owner."""
    with connect(place.server) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE usename = 'kabinet_owner'"
        ).fetchone()
    return int(row[0]) if row else 0


@contextmanager
def _importing(place: Place, package: Path) -> Iterator[Any]:
    """Yield an importing process that has just connected to the database."""
    with killed_at_the_end(place.kabinet.start("import", str(package))) as process:
        assert eventually(lambda: process.poll() is not None or _importers(place) > 0)
        yield process


def _seconds(place: Place, package: Path) -> float:
    """Measure how long an import uses the database, then delete its month."""
    with _importing(place, package) as process:
        start = time.monotonic()
        process.communicate()
        took = time.monotonic() - start
        assert process.returncode == 0
    _forget_next_month(place)
    return took


def _has_all(before: dict[str, tuple[int, int]]) -> bool:
    """Tell whether the whole month is imported; fail if only a part is."""
    now = database_state()
    if now == before:
        return False
    added = {name: now[name][0] - before[name][0] for name in now}
    assert {name: count for name, count in added.items() if count} == {
        "accrual": _LINES,
        "bill": _TOWN.accounts,
        "billing_period": 1,
        "package": 1,
    }
    # every month of the made-up town has the same sums
    assert (
        len(fetch_tuples("SELECT DISTINCT sum(closing), sum(accrued) FROM accrual GROUP BY period"))
        == 1
    )
    return True


def _moments(count: int, seconds: float) -> list[float]:
    """Return random moments, one in each equal part of a time span."""
    chance = random.Random(0)  # noqa: S311 - moments, not secrets
    return [(number + chance.random()) / count * seconds for number in range(count)]


def test_a_killed_import_leaves_all_or_nothing(place: Place) -> None:
    package = place.package(_TOWN)
    seconds = _seconds(place, package)
    before = database_state()
    outcomes = []
    for moment in _moments(_KILLS, seconds):
        with _importing(place, package) as process:
            time.sleep(moment)
            process.kill()
        assert eventually(lambda: _importers(place) == 0), "its connection ends with it"
        outcomes.append(_has_all(before))
        _forget_next_month(place)

    assert not all(outcomes), "no kill came before the commit"
    code, printed = place.kabinet.run("import", str(package))
    assert code == 0, printed
    assert _has_all(before)


def test_a_killed_server_leaves_all_or_nothing(place: Place) -> None:
    package = place.package(_TOWN)
    seconds = _seconds(place, package)
    before = database_state()
    for moment in _moments(_POSTMASTER_KILLS, seconds):
        with _importing(place, package) as process:
            time.sleep(moment)
            kill(postmasters(place.folder))
            printed = process.communicate()
        place.server.ensure_running()
        if process.returncode:
            assert process.returncode == 1
            assert "Traceback" not in printed
            assert "Данные сейчас недоступны" in printed
        assert _has_all(before) or process.returncode == 1
        _forget_next_month(place)

    code, printed = place.kabinet.run("import", str(package))
    assert code == 0, printed
    assert _has_all(before)


def test_imports_at_once_wait_for_each_other(place: Place) -> None:
    other = Town("other", accounts=500)
    twice, once = place.package(_TOWN), place.package(other)
    with (
        killed_at_the_end(place.kabinet.start("import", str(twice))) as first,
        killed_at_the_end(place.kabinet.start("import", str(twice))) as second,
        killed_at_the_end(place.kabinet.start("import", str(once))) as third,
    ):
        printed = [process.communicate() for process in (first, second, third)]

    assert [process.returncode for process in (first, second, third)] == [0, 0, 0], printed
    assert sorted("Ничего не изменилось" in words for words in printed[:2]) == [False, True]
    assert "Пакет загружен" in printed[2]
    counts = fetch_tuples(
        "SELECT s.code, count(*) FROM accrual l JOIN account a ON a.id = l.account_id "
        "JOIN sender s ON s.id = a.sender_id WHERE l.period = :period GROUP BY 1 ORDER BY 1",
        period=_NEXT,
    )
    assert counts == [("other", other.accounts * other.services), ("town", _LINES)]


def test_readers_never_wait_for_a_lock(place: Place) -> None:
    finished = threading.Event()
    reads: list[float] = []
    failures: list[Exception] = []
    [(account,)] = fetch_tuples("SELECT min(id) FROM account")

    def read() -> None:
        while not finished.is_set():
            start = time.monotonic()
            try:
                _read_bill(account)
            except Exception as failure:  # noqa: BLE001 - asserted below
                failures.append(failure)
                return
            reads.append(time.monotonic() - start)

    readers = [threading.Thread(target=read) for _ in range(_READERS)]
    for reader in readers:
        reader.start()
    try:
        for corrected in (0, 0.01):
            code, printed = place.kabinet.run(
                "import", str(place.package(_TOWN, corrected=corrected))
            )
            assert code == 0, printed
    finally:
        finished.set()
        for reader in readers:
            reader.join()

    assert failures == []
    print(f"{len(reads)} reads, the longest {max(reads):.3f} s")  # noqa: T201 - shown with -s


def _read_bill(account: int) -> None:
    """Read a bill as a resident; waiting for a lock longer than a second is an error."""
    viewer = database.Viewer(database.DatabaseRole.APP, accounts=(account,))
    with database.transaction(viewer) as session:
        # exact: a stopwatch would also fail on a busy machine
        session.execute(text("SET LOCAL lock_timeout = '1s'"))
        lines = "SELECT count(*) FROM accrual WHERE account_id = :account AND period = :period"
        values = {"account": account, "period": _PERIOD}
        assert session.scalar(text(lines), values) == _TOWN.services
        session.execute(text("SELECT * FROM billing_period")).all()
        session.execute(text("SELECT max(period) FROM bill")).all()
