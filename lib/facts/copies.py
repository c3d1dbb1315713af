"""A copy of a version's small tables in one file: thousands of Parquet files are slow to open.

It lies on the machine that reads, one for each organisation that analysts are limited to. A new
version's copy begins with the one before and takes in only the files that are new.
"""

from __future__ import annotations

import fcntl
import secrets
import shutil
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from lib import config
from lib.facts import counted_lines, rollups, store, tables
from lib.facts.counted_lines import LineCount
from lib.facts.duckdb_types import name_type
from lib.facts.manifest import File, Manifest
from lib.facts.tables import Kind

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# lines are asked for a month or two: their Parquet files of that month are few
LINES = frozenset({"charges", "payments", "balances"})
_FORMAT = 5  # another one when other tables or columns are copied
_MEMORY, _THREADS = "256MB", 2
_FETCHED = 8  # files at a time


def find_copy(manifest: Manifest, *, organization: int | None) -> Path:
    """Return the copy of a version; it is made if this machine has none yet.

    Args:
        manifest: the version.
        organization: the only one whose rows it has; None: all.

    Raises:
        FileGone, StorageAway: a file cannot be fetched.
    """
    name, folder = _name(organization), _get_folder()
    whose = f"{name}-{_FORMAT}"
    path = _get_path(manifest, organization)
    if path.exists():
        return path
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / f"{whose}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            before = sorted(folder.glob(f"*-{whose}.duckdb"))
            _make(path, before, manifest, organization)
            # who reads it goes on: the file stays until it is closed
            for old in folder.glob(f"*-{name}-*.duckdb"):
                if old != path:
                    old.unlink(missing_ok=True)
    return path


def list_missing(manifest: Manifest) -> list[int | None]:
    """Return whose copies of a version are not here: of all, and of those with an earlier one."""
    names = {path.stem.split("-")[1] for path in _get_folder().glob(f"*-*-{_FORMAT}.duckdb")}
    known = [None, *sorted(int(name) for name in names if name != _name(None))]
    return [whose for whose in known if not _get_path(manifest, whose).exists()]


def fetch_files(files: Iterable[File]) -> list[str]:
    """Return where files lie on this machine; several are fetched from a server at a time.

    Raises:
        FileGone, StorageAway: a file cannot be fetched.
    """
    with ThreadPoolExecutor(_FETCHED) as pool:
        return list(pool.map(lambda file: str(store.get_local_path(file.place)), files))


def select_rows(kind: Kind) -> str:
    """Return the SELECT of a table of the copy, attached as ``copied``."""
    columns = ", ".join(kind.columns)
    # groups and services of a sender are in the files of each of its organisations
    rows = columns if kind.is_monthly else f"DISTINCT {columns}"
    return f"SELECT {rows} FROM copied.{kind.name}"  # noqa: S608 - our columns


def _name(organization: int | None) -> str:
    return "all" if organization is None else str(organization)


def _get_folder() -> Path:
    return config.get_settings().kabinet_state / "facts" / "copies"


def _get_path(manifest: Manifest, organization: int | None) -> Path:
    return _get_folder() / f"{manifest.version}-{_name(organization)}-{_FORMAT}.duckdb"


def _make(path: Path, before: list[Path], manifest: Manifest, organization: int | None) -> None:
    import duckdb

    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}.part")
    if before:
        shutil.copyfile(before[-1], draft)
    options: dict[str, str | bool | int | float | list[str]] = {
        "threads": _THREADS,
        "memory_limit": _MEMORY,
    }
    with duckdb.connect(str(draft), config=options) as database:
        database.execute(
            "CREATE TABLE IF NOT EXISTS _files (number INTEGER, place VARCHAR, path VARCHAR)"
        )
        changed = set()
        for kind in tables.KINDS.values():
            if kind.name not in LINES:
                columns = ", ".join(f"{n} {name_type(of)}" for n, of in kind.schema.items())
                database.execute(
                    f"CREATE TABLE IF NOT EXISTS {kind.name} ({columns}, file_number INTEGER)"
                )
                files = manifest.list_files(kind.name, organization=organization)
                if _update(database, kind, files):
                    changed.add(kind.name)
        for count in counted_lines.COUNTED:
            database.execute(
                f"CREATE TABLE IF NOT EXISTS {count.name} "
                f"({count.write_columns()}, file_number INTEGER)"
            )
            files = manifest.list_files(count.source, organization=organization)
            _update(database, count, files)
        known = {str(name) for (name,) in database.execute("SHOW TABLES").fetchall()}
        for statement in rollups.compose_rollups(changed, known):
            database.execute(statement)
    draft.rename(path)


def _update(database: DuckDBPyConnection, table: Kind | LineCount, files: Sequence[File]) -> bool:
    """Delete the rows of files that are gone, insert those of new files; tell of a change."""
    source = table.source if isinstance(table, LineCount) else table.name
    known = dict(
        database.execute(
            "SELECT place, number FROM _files WHERE starts_with(place, $folder)",
            {"folder": f"{source}/"},
        ).fetchall()
    )
    needed = {file.place: file for file in files}
    gone = [number for place, number in known.items() if place not in needed]
    if gone:
        numbers = {"numbers": gone}
        database.execute(
            f"DELETE FROM {table.name} WHERE file_number IN (SELECT unnest($numbers))",  # noqa: S608 - a table
            numbers,
        )
        database.execute("DELETE FROM _files WHERE number IN (SELECT unnest($numbers))", numbers)
    new = [file for place, file in needed.items() if place not in known]
    if isinstance(table, LineCount):
        # a month at a time: the lines of all months do not fit into the memory
        for month in sorted({file.month for file in new}):
            _insert(database, table, [file for file in new if file.month == month])
    elif new:
        _insert(database, table, new)
    return bool(gone or new)


def _insert(database: DuckDBPyConnection, table: Kind | LineCount, files: Iterable[File]) -> None:
    """Insert the rows of files, by month: a question about some months reads a part of them."""
    ordered = sorted(files, key=lambda file: (file.month, file.organization or 0))
    places = [file.place for file in ordered]
    paths = fetch_files(ordered)
    [(last,)] = database.execute("SELECT coalesce(max(number), 0) FROM _files").fetchall()
    numbers = [last + place for place in range(1, len(places) + 1)]
    database.execute(
        "INSERT INTO _files SELECT unnest($numbers), unnest($places), unnest($paths)",
        {"numbers": numbers, "places": places, "paths": paths},
    )
    # by name: a column that is newer than the files is missing until they are written again
    database.execute(
        f"INSERT INTO {table.name} BY NAME "  # noqa: S608 - a table
        "SELECT p.* EXCLUDE (filename), f.number AS file_number "
        f"FROM ({_select_read(table)}) p JOIN _files f ON f.path = p.filename",
        {"paths": paths},
    )


def _select_read(table: Kind | LineCount) -> str:
    rows = "SELECT * FROM read_parquet($paths, filename = true)"
    return table.select_counts(rows, "filename") if isinstance(table, LineCount) else rows
