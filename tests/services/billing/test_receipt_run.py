"""Receipts of a month as files: all of them, once, and none incomplete."""

import datetime as dt
import fcntl
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from db import session as database
from db.embedded import EmbeddedServer
from lib import startup
from lib.access import Actor
from lib.demo import city
from lib.demo import months as month_numbers
from lib.exchange.verdict import Verdict
from lib.secret import get_secret
from lib.services.billing import receipt_run, receipts
from lib.services.billing.receipt_run import RunRefused, RunSummary
from lib.services.packages import importing
from tests.kit.embedded import eventually, kill
from tests.kit.faults import SOAK
from tests.kit.prepared import EMPTY, bind_engines, clone_database
from tests.kit.process import Kabinet, killed_at_the_end

OCTOBER = dt.date(2014, 10, 1)
MARCH = dt.date(2025, 3, 1)  # the month of the big city


def settings_of(server: EmbeddedServer, name: str) -> dict[str, str]:
    """Return the environment that connects another process to a database of this run."""
    url = server.cluster.url(user="kabinet_owner", database=name)
    return {
        "KABINET_DEMO": "",
        "KABINET_SECRET": get_secret(),  # account codes depend on it
        "DATABASE_URL": url.replace("postgresql+psycopg", "postgresql"),
    }


def months() -> list[dt.date]:
    """The closed months of the city, latest first."""
    with database.transaction(database.OPERATOR) as session:
        statement = (
            "SELECT DISTINCT b.period FROM bill b JOIN account a ON a.id = b.account_id "
            "JOIN billing_period p ON p.sender_id = a.sender_id AND p.period = b.period "
            "WHERE p.status = 'closed' AND b.line_count > 0 ORDER BY b.period DESC"
        )
        return list(session.scalars(text(statement)))


def write(folder: Path, period: dt.date, **options: object) -> RunSummary:
    return receipt_run.write_receipts(
        period=period,
        folder=folder,
        connect=startup.connect,
        **options,  # type: ignore[arg-type]  # each test names its own
    )


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receipt_run, "_BATCH", 4)


@pytest.mark.usefixtures("committed")
class TestRun:
    def test_writes_the_receipts_that_residents_get(
        self, tmp_path: Path, signed_in: Callable[..., Actor]
    ) -> None:
        resident = signed_in("resident")
        compared = 0
        for period in (OCTOBER, months()[0], months()[2]):
            write(tmp_path, period)
            for account_id in resident.accounts:
                path = tmp_path / f"{period:%Y-%m}-{account_id}.pdf"
                if path.exists():
                    route = receipts.render_receipt(
                        actor=resident, account_id=account_id, period=period
                    )
                    assert path.read_bytes() == route
                    compared += 1
        assert compared >= 3

    def test_names_and_counts(self, tmp_path: Path) -> None:
        period = months()[1]
        progress: list[tuple[int, int]] = []

        summary = write(tmp_path, period, advance=lambda *step: progress.append(step))

        written = contents(tmp_path)
        assert summary.written == len(written) > 4
        assert summary.skipped == 0
        assert progress[0] == (0, len(written))
        assert progress[-1] == (len(written), len(written))
        for name, document in written.items():
            assert name.startswith(f"{period:%Y-%m}-")
            assert name.removesuffix(".pdf").rpartition("-")[2].isdigit()
            assert document.endswith(b"%%EOF\n")

    @pytest.mark.usefixtures("small_batches")
    def test_continues_after_an_interruption(self, tmp_path: Path) -> None:
        period = months()[1]
        write(tmp_path / "whole", period)
        expected = contents(tmp_path / "whole")
        folder = tmp_path / "stopped"

        def stop(done: int, _total: int) -> None:
            if done >= 4:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            write(folder, period, advance=stop)
        first = contents(folder)
        summary = write(folder, period)

        assert 0 < len(first) < len(expected)
        assert summary == RunSummary(
            written=len(expected) - len(first),
            skipped=len(first),
            without_code=summary.without_code,
        )
        assert contents(folder) == expected

    def test_an_import_makes_all_of_them_again(self, tmp_path: Path) -> None:
        period = months()[1]
        count = write(tmp_path, period).written
        for path in tmp_path.iterdir():
            path.write_bytes(b"old")
            os.utime(path, ns=(0, 0))  # made before the last import

        assert write(tmp_path, period).written == count
        assert write(tmp_path, period).written == 0
        assert write(tmp_path, period, again=True).written == count
        assert all(document != b"old" for document in contents(tmp_path).values())

    def test_a_month_without_closed_bills_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(RunRefused, match="за март 2031 нет: начислений"):
            write(tmp_path / "new", dt.date(2031, 3, 1))
        assert not (tmp_path / "new").exists()

    def test_an_open_month_is_refused(self, tmp_path: Path) -> None:
        with database.transaction(database.OWNER) as session:
            change = "UPDATE billing_period SET status = :now WHERE period = :month"
            session.execute(text(change), {"now": "open", "month": OCTOBER})
        try:
            with pytest.raises(RunRefused, match="за октябрь 2014 ещё нет: месяц не закрыт"):
                write(tmp_path, OCTOBER)
        finally:
            with database.transaction(database.OWNER) as session:
                session.execute(text(change), {"now": "closed", "month": OCTOBER})

    def test_only_one_run_may_use_a_folder(self, tmp_path: Path) -> None:
        descriptor = os.open(tmp_path, os.O_RDONLY)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        try:
            with pytest.raises(RunRefused, match="уже пишет другой запуск"):
                write(tmp_path, OCTOBER)
        finally:
            os.close(descriptor)
        assert write(tmp_path, OCTOBER).written == 1

    def test_an_impossible_folder_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        with pytest.raises(RunRefused, match="Не удалось записать в папку"):
            write(tmp_path / "file" / "folder", OCTOBER)

    def test_a_file_that_cannot_be_written_is_refused(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(Path, "write_bytes", full)
        with pytest.raises(RunRefused, match="No space left on device"):
            write(tmp_path, OCTOBER)


def run_of(folder: Path, *, workers: int) -> list[str]:
    month = ("--period", f"{MARCH:%Y-%m}", "--workers", str(workers))
    return ["receipts", "--out", str(folder), *month]


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.fixture(scope="module")
def big_city(server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database with more accounts than one process takes at a time."""
    packages = city.write_packages(
        tmp_path_factory.mktemp("packages"),
        seed=2014,
        accounts=150,
        count=1,
        until=month_numbers.number(MARCH),
    )
    with clone_database(server, EMPTY) as name:
        with bind_engines(server, name):
            for package in packages:
                assert importing.import_package(package).verdict is Verdict.IMPORTED
        yield name


@pytest.mark.parametrize("workers", [1, 2] if SOAK > 1 else [2])
def test_a_killed_run_leaves_no_partial_file_and_continues(
    server: EmbeddedServer, big_city: str, tmp_path: Path, workers: int
) -> None:
    settings = settings_of(server, big_city)
    folder = tmp_path / "killed"
    kabinet = Kabinet(tmp_path)
    killed = kabinet.start(*run_of(folder, workers=workers), **settings)
    with killed_at_the_end(killed):
        assert eventually(lambda: any(folder.glob("*.pdf")))
        helpers = children(killed.pid)
    assert eventually(lambda: not any(Path(f"/proc/{pid}").exists() for pid in helpers))
    survived = list(folder.glob("*.pdf"))
    assert all(path.read_bytes().endswith(b"%%EOF\n") for path in survived)

    # another number of processes goes on as well
    code, printed = kabinet.run(*run_of(folder, workers=1), **settings)
    with bind_engines(server, big_city):
        write(tmp_path / "whole", MARCH)

    expected = contents(tmp_path / "whole")
    assert contents(folder) == expected
    assert len(survived) < len(expected) > 100
    new, old = len(expected) - len(survived), len(survived)
    assert code == 0
    assert f"Квитанции записаны: новых {new}, прежних {old}." in printed


def test_ctrl_c_ends_without_a_traceback(
    server: EmbeddedServer, big_city: str, tmp_path: Path
) -> None:
    folder, settings = tmp_path / "stopped", settings_of(server, big_city)
    with Kabinet(tmp_path).start(*run_of(folder, workers=2), **settings) as stopped:
        assert eventually(lambda: any(folder.glob("*.pdf")))
        helpers = children(stopped.pid)
        kill([stopped.pid, *helpers], signal.SIGINT)  # like a terminal
        printed = stopped.communicate()

    assert stopped.returncode == 130
    assert printed.strip().endswith("следующий запуск продолжит.")
    assert "Traceback" not in printed
    assert not list(folder.glob("*.part"))
