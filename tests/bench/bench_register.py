"""How fast a bank's register is imported, compared with COPY of the rows that it makes."""

import datetime as dt
import random
import statistics
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import polars as pl
from sqlalchemy import Connection, text

from lib.exchange.verdict import Verdict
from lib.services.registers import importing as registers
from tests.bench.bench_import import _database, _import, _timed
from tests.bench.figure import Figure
from tests.kit.month import Town
from tests.kit.payments.registers import sber

_ROUNDS = 3
_ACCOUNTS, _SERVICES, _GROUPS, _ROWS = 50_000, 20, 3, 100_000
_TARGET = 0.3
_CHUNK = 1 << 20
_TABLES = ("register_row", "register_part")
_MONTH, _DAY = dt.date(2024, 1, 1), dt.date(2024, 2, 12)


def measure() -> list[Figure]:
    """Import registers of payments over three groups, each beside a COPY."""
    took: list[tuple[float, float]] = []
    with tempfile.TemporaryDirectory() as folder, _database(Path(folder)) as owner:
        town = Town("town", _ACCOUNTS, _SERVICES)
        frames = _grouped(town.references()) | {"accruals": town.lines(_MONTH)}
        packages = Path(folder) / "packages"
        _import(town.write(packages / "first", frames, period=_MONTH, status="closed"))
        for table in _TABLES:
            owner.execute(text(f"CREATE TABLE raw_{table} (LIKE {table} INCLUDING INDEXES)"))
        for number in range(_ROUNDS):
            lines = list(_lines(number))
            path = sber(Path(folder), *lines, name=f"{number}.txt", number=number)
            # as empty as the tables that COPY fills
            emptied = "TRUNCATE register CASCADE; TRUNCATE register_row; TRUNCATE register_part"
            importing = _timed(owner, partial(_take, path), emptied)
            rows = {table: _rows(owner, table) for table in _TABLES}
            raw = ", ".join(f"raw_{table}" for table in _TABLES)
            took.append((_timed(owner, partial(_copy, owner, rows), f"TRUNCATE {raw}"), importing))
    copying, importing = (statistics.median(seconds) for seconds in zip(*took, strict=True))
    return [
        Figure(
            "register: 100,000 payments over three groups",
            _ROWS / importing,
            "rows/s",
            reference=_ROWS / copying,
            target=_TARGET,
            at_least=True,
            remark=f"{importing:.2f} s; raw COPY of rows and parts {copying:.2f} s",
        )
    ]


def _grouped(frames: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Put the town's services into several groups, so that payments are spread."""
    groups, services = frames["service_groups"], frames["services"]
    names = [f"g{number}" for number in range(_GROUPS)]
    more = pl.concat(
        groups.with_columns(group_id=pl.lit(name), sort=pl.lit(at)) for at, name in enumerate(names)
    )
    of_group = pl.Series("group_id", [names[at % _GROUPS] for at in range(services.height)])
    return frames | {"service_groups": more, "services": services.with_columns(of_group)}


def _lines(number: int) -> Iterator[str]:
    """Make two payments for each account: usually the whole debt, sometimes a part."""
    chance = random.Random(number)  # noqa: S311 - sums, not secrets
    for at in range(_ROWS):
        account = at % _ACCOUNTS + 1
        amount = chance.choice((12_000, 9_000, 500)) + chance.randrange(100) / 100
        yield f"{_DAY:%d-%m-%Y};B{number}-{at};{account};{amount:.2f}".replace(".", ",")


def _take(path: Path) -> None:
    outcome = registers.import_register(path)
    assert outcome.verdict is Verdict.IMPORTED, list(outcome.findings)[:3]
    assert outcome.tally
    assert outcome.tally.posted == _ROWS


def _rows(owner: Connection, table: str) -> bytes:
    newest = f"SELECT * FROM {table} WHERE register_id = (SELECT max(id) FROM register)"
    with owner.connection.cursor().copy(f"COPY ({newest}) TO STDOUT (FORMAT csv)") as copy:
        return b"".join(bytes(block) for block in copy)


def _copy(owner: Connection, rows: dict[str, bytes]) -> None:
    for table, content in rows.items():
        with owner.connection.cursor().copy(f"COPY raw_{table} FROM STDIN (FORMAT csv)") as copy:
            for start in range(0, len(content), _CHUNK):
                copy.write(content[start : start + _CHUNK])
