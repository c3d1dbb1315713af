"""Screens of analysts over facts of 10 and of 92 million charge lines.

The facts are made as files (`insight_facts`) and kept in `var/bench`: the first run makes them.
"""

import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import polars as pl
import psycopg

from db.embedded import EmbeddedServer
from lib.facts import tables
from lib.services.insight.facts import refreshing
from tests.bench import bench_import, bench_pages, insight_facts
from tests.bench.figure import Figure
from tests.bench.insight_asking import ask_in_process
from tests.bench.insight_questions import QUESTIONS
from tests.bench.sessions import signed_in
from tests.bench.viewer import Viewer
from tests.kit.month import Town
from tests.kit.portal import Portal

_SQL_MS = {insight_facts.SMALL: 150, insight_facts.LARGE: 1_000}
_ROUNDS, _RERUNS, _PAUSE_SECONDS = 5, 8, 0.03
_MEMORY_MB, _PATIENCE_SECONDS = 1_024, 600
_TOWN = Town("town", 20_000, 20)
_MONTHS = 4
_TYPES = {"Int64": "bigint", "Int32": "integer", "Date": "date", "String": "text"}
_TYPES |= {"Boolean": "boolean"}


def measure() -> list[Figure]:
    """Measure the statements of all screens, a rerun, a month's refresh and the memory."""
    folders = {accounts: insight_facts.keep_facts(accounts) for accounts in _SQL_MS}
    asked = {accounts: ask_in_process(folder) for accounts, folder in folders.items()}
    small = folders[insight_facts.SMALL]
    return [
        *(figure for accounts in _SQL_MS for figure in _list_screens(accounts, asked[accounts])),
        *_compare_with_lines(asked[insight_facts.SMALL], ask_in_process(small, of_lines=True)),
        *_compare_with_postgres(small, asked[insight_facts.SMALL]),
        *_rerun(small),
        _refresh(),
        Figure(
            "memory of a process that asks all screens, 92 million lines",
            asked[insight_facts.LARGE]["memory_mb"],
            "MB",
            target=_MEMORY_MB,
        ),
    ]


def _list_screens(accounts: int, asked: Mapping[str, Any]) -> Iterator[Figure]:
    lines = accounts * insight_facts.SERVICES * insight_facts.MONTHS / 1e6
    for path, screen in asked["screens"].items():
        yield Figure(
            f"{path}: SQL, {lines:.0f} million lines",
            screen["sql_ms"],
            "ms",
            target=_SQL_MS[accounts],
            remark=f"{screen['statements']} statements; the first time {screen['first_ms']:.0f} ms",
        )
    for name in ("finding", "opening"):
        what = f"{name} a version, {lines:.0f} million lines"
        yield Figure(what, asked[f"{name}_ms"], "ms", remark="once a version")


def _compare_with_lines(ours: Mapping[str, Any], lines: Mapping[str, Any]) -> Iterator[Figure]:
    for path, screen in ours["screens"].items():
        what = f"{path}: SQL beside DuckDB over the lines"
        yield Figure(what, screen["sql_ms"], "ms", lines["screens"][path]["sql_ms"], 1 / 3)
    for question in QUESTIONS:
        own, other = (asked["questions"][question.name] for asked in (ours, lines))
        assert own["rows"] == other["rows"], question.name
        what = f"{question.name}, beside DuckDB over the lines"
        yield Figure(what, own["ms"], "ms", other["ms"], 1 / 3)


def _compare_with_postgres(state: Path, ours: Mapping[str, Any]) -> Iterator[Figure]:
    """Ask PostgreSQL the same over the same lines, loaded by COPY in the order of months."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        Path(folder).chmod(0o755)  # the server is another user where root runs it
        server = EmbeddedServer.attach(Path(folder) / "postgres")
        stack.callback(server.detach)
        url = server.cluster.url(user="postgres", database="postgres")
        connection = stack.enter_context(psycopg.connect(url.replace("+psycopg", "")))
        connection.autocommit = True
        connection.execute("SET work_mem = '256MB'")
        for kind in ("charges", "payments"):
            _load(connection, state, kind)
        for question in QUESTIONS:
            own, times, count = ours["questions"][question.name], [], 0
            for _ in range(2):
                start = time.perf_counter()
                count = len(connection.execute(question.of_lines.encode()).fetchall())
                times.append((time.perf_counter() - start) * 1000)
            assert count == len(own["rows"]), question.name
            what = f"{question.name}, beside PostgreSQL over the lines"
            yield Figure(what, own["ms"], "ms", min(times), 1 / 20)


def _load(connection: "psycopg.Connection[Any]", state: Path, kind: str) -> None:
    schema = tables.KINDS[kind].schema
    columns = ", ".join(f"{name} {_name_type(of)}" for name, of in schema.items())
    connection.execute(f"CREATE UNLOGGED TABLE {kind} ({columns})".encode())
    paths = sorted(
        (state / "files/facts" / kind).glob("*/*.parquet"), key=lambda path: path.name[:7]
    )
    with connection.cursor().copy(f"COPY {kind} FROM STDIN (FORMAT csv)".encode()) as copy:
        for path in paths:
            copy.write(pl.read_parquet(path).write_csv(include_header=False))
    connection.execute(f"CREATE INDEX ON {kind} USING brin (period)".encode())
    connection.execute(f"VACUUM ANALYZE {kind}".encode())


def _name_type(of: pl.DataType) -> str:
    if isinstance(of, pl.Decimal):
        return f"numeric({of.precision}, {of.scale})"
    return _TYPES[str(of)]


def _rerun(state: Path) -> list[Figure]:
    """Measure reruns of the screens over the large facts, less their SQL, on one core."""
    with tempfile.TemporaryDirectory() as folder, bench_pages._stock(Path(folder)) as stock:
        portal = Portal(Path(folder) / "state", patience_seconds=_PATIENCE_SECONDS)
        portal.state.mkdir()
        with _without_worker():
            portal.start()
        assert portal.process is not None
        try:
            cookie = signed_in(portal.state, name="analyst")
            for part in ("files/facts", "facts"):
                _link(state / part, portal.state / part)
            asked = ask_in_process(state, is_one_core=True)["screens"]
            bench_pages._pin(portal.process.pid)
            times = _alternate(stock, portal.url, cookie, list(asked))
        finally:
            portal.stop()
    plain = statistics.median(times["stock"])
    return [
        Figure(
            f"{path}: a rerun besides its SQL",
            statistics.median(times[path]) - screen["sql_ms"],
            "ms",
            plain,
            1,
            remark=f"the whole rerun {statistics.median(times[path]):.0f} ms",
        )
        for path, screen in asked.items()
    ]


def _link(source: Path, target: Path) -> None:
    """Put links to files in the place of a folder: a portal that writes there changes no source."""
    shutil.rmtree(target, ignore_errors=True)
    target.parent.mkdir(exist_ok=True)
    shutil.copytree(source, target, copy_function=os.link)


@contextmanager
def _without_worker() -> Iterator[None]:
    """Start a portal that does not write facts of its own ledger over those of the bench."""
    os.environ["KABINET_WORKER"] = "0"
    try:
        yield
    finally:
        del os.environ["KABINET_WORKER"]


def _alternate(stock: str, url: str, cookie: str, paths: list[str]) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {name: [] for name in ("stock", *paths)}
    with ExitStack() as stack:
        viewers = {"stock": stack.enter_context(Viewer(stock))} | {
            path: stack.enter_context(Viewer(url, page=path, cookie=cookie)) for path in paths
        }
        for _ in range(_RERUNS):
            for name, viewer in viewers.items():
                time.sleep(_PAUSE_SECONDS)
                start = time.perf_counter()
                viewer.rerun()
                times[name].append((time.perf_counter() - start) * 1000)
    return times


def _refresh() -> Figure:
    """Import closed months one after another and write the facts of each."""
    importing, writing = [], []
    with tempfile.TemporaryDirectory() as folder, bench_import._database(Path(folder)):
        for number, period in enumerate(list(insight_facts.list_periods())[:_MONTHS]):
            frames = {} if number else _TOWN.references()
            frames |= {"accruals": _TOWN.lines(period)}
            package = _TOWN.write(
                Path(folder) / f"{period}", frames, period=period, status="closed"
            )
            start = time.perf_counter()
            bench_import._import(package)
            importing.append(time.perf_counter() - start)
            start = time.perf_counter()
            assert refreshing.refresh_facts().written
            writing.append(time.perf_counter() - start)
    # the first month brings the accounts and has no balances before it
    took, reference = (statistics.median(times[1:]) for times in (writing, importing))
    lines = _TOWN.accounts * _TOWN.services
    return Figure(
        f"facts of a month of {lines:,} lines, beside its import", took, "s", reference, 0.2
    )
