"""How fast a month of a million lines is imported, compared with COPY of the same rows."""

import datetime as dt
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, text

from db import session
from db.embedded import EmbeddedServer
from lib.exchange.verdict import Verdict
from lib.services.packages import importing as exchange
from tests.bench.figure import Figure
from tests.kit.month import Town

_ROUNDS = 3
_ACCOUNTS, _SERVICES = 50_000, 20
_CORRECTED = 0.01
_CHUNK = 1 << 20
_TARGETS = {
    "first package of a month": 0.6,
    "second organisation, same month": 0.55,
    "same rows, other file": 0.8,
    "correction of 1 %": 0.6,
}
_RAW_TABLE = (
    "CREATE TABLE raw (LIKE accrual INCLUDING DEFAULTS, "
    "PRIMARY KEY (account_id, service_id, period, line))"
)


def measure() -> list[Figure]:
    """Import a month in each of the four modes, each beside a COPY of its rows."""
    took: dict[str, list[tuple[float, float]]] = {name: [] for name in _TARGETS}
    with tempfile.TemporaryDirectory() as folder, _database(Path(folder)) as owner:
        first = Town("first", _ACCOUNTS, _SERVICES)
        second = Town("second", _ACCOUNTS, _SERVICES)
        rows = _prepare(Path(folder) / "packages", owner, first, second)
        for number in range(_ROUNDS):
            packages = _packages(Path(folder) / "packages", number, first, second)
            for name, package in packages.items():
                copying = _timed(owner, partial(_copy, owner, rows), "TRUNCATE raw")
                importing = _timed(owner, partial(_import, package))
                took[name].append((copying, importing))
    return [_figure(name, rounds) for name, rounds in took.items()]


def _figure(name: str, rounds: list[tuple[float, float]]) -> Figure:
    copying, importing = (statistics.median(seconds) for seconds in zip(*rounds, strict=True))
    lines = _ACCOUNTS * _SERVICES
    return Figure(
        f"import: {name}",
        lines / importing,
        "lines/s",
        reference=lines / copying,
        target=_TARGETS[name],
        at_least=True,
        remark=f"{importing:.2f} s; raw COPY {copying:.2f} s",
    )


@contextmanager
def _database(folder: Path) -> Iterator[Connection]:
    """Yield a connection of the superuser to a new portal's database, with all roles bound."""
    # before the settings are read: the demonstration needs no secret of the operator's
    os.environ |= {"KABINET_DEMO": "1", "KABINET_STATE": str(folder / "state")}
    from lib import config, startup

    config.get_settings.cache_clear()
    with ExitStack() as stack:
        startup.connect()
        stack.callback(startup.disconnect)
        startup.migrate()
        server = EmbeddedServer.attach(folder / "state" / "postgres")
        stack.callback(server.detach)
        engine = session.create_pool(server.cluster.url(user="postgres", database="kabinet"))
        stack.callback(engine.dispose)
        connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        stack.callback(connection.close)
        yield connection


def _prepare(folder: Path, owner: Connection, *towns: Town) -> bytes:
    """Import a month before the measured ones; return the lines of the first town."""
    for town in towns:
        period = dt.date(2024, 1, 1)
        frames = town.references() | {"accruals": town.lines(period)}
        _import(town.write(folder / f"{town.sender}-0", frames, period=period))
    owner.execute(text(_RAW_TABLE))
    cursor = owner.connection.cursor()
    first = (
        "SELECT l.* FROM accrual l JOIN account a ON a.id = l.account_id "
        "JOIN sender s ON s.id = a.sender_id WHERE s.code = 'first' ORDER BY 1, 2"
    )
    with cursor.copy(f"COPY ({first}) TO STDOUT (FORMAT csv)") as copy:
        return b"".join(bytes(block) for block in copy)


def _packages(folder: Path, number: int, first: Town, second: Town) -> dict[str, Path]:
    """Write the four packages of one round; each round has a separate month."""
    period = dt.date(2024, 2 + number, 1)
    lines = {"accruals": first.lines(period)}
    dearer = {"accruals": first.lines(period, corrected=_CORRECTED)}
    others = {"accruals": second.lines(period)}
    paths = (
        first.write(folder / f"first-{period}", lines, period=period),
        second.write(folder / f"second-{period}", others, period=period),
        first.write(folder / f"again-{period}", lines, period=period, line_end="\r\n"),
        first.write(folder / f"dearer-{period}", dearer, period=period),
    )
    return dict(zip(_TARGETS, paths, strict=True))


def _copy(owner: Connection, rows: bytes) -> None:
    with owner.connection.cursor().copy("COPY raw FROM STDIN (FORMAT csv)") as copy:
        for start in range(0, len(rows), _CHUNK):
            copy.write(rows[start : start + _CHUNK])


def _import(package: Path) -> None:
    outcome = exchange.import_package(package)
    assert outcome.verdict is Verdict.IMPORTED, list(outcome.findings)[:3]


def _timed(owner: Connection, work: Callable[[], None], before: str = "SELECT 1") -> float:
    """Return the seconds of a call, after a checkpoint of the server."""
    owner.execute(text(before))
    owner.execute(text("CHECKPOINT"))
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
