"""A copy of a version's small tables in one file: thousands of Parquet files are slow to open.

It lies on the machine that reads, one for each organisation that analysts are limited to. A new
version's copy begins with the one before and takes in only the files that are new.
"""

import fcntl
import secrets
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from lib import config
from lib.facts import store, tables
from lib.facts.duckdb_types import name_type
from lib.facts.manifest import File, Manifest

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# lines are asked for a month or two: their Parquet files of that month are few
LINES = frozenset({"charges", "payments", "balances"})
_FORMAT = 1  # another one when other tables or columns are copied
_MEMORY, _THREADS = "256MB", 2


def find_copy(manifest: Manifest, *, organization: int | None) -> Path:
    """Return the copy of a version; it is made if this machine has none yet.

    Args:
        manifest: the version.
        organization: the only one whose rows it has; None: all.

    Raises:
        FileGone, StorageAway: a file cannot be fetched.
    """
    whose = "all" if organization is None else str(organization)
    folder = config.get_settings().kabinet_state / "facts" / "copies"
    whose = f"{whose}-{_FORMAT}"
    path = folder / f"{manifest.version}-{whose}.duckdb"
    if path.exists():
        return path
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / f"{whose}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            before = sorted(folder.glob(f"*-{whose}.duckdb"))
            _make(path, before, manifest, organization)
            # who reads it goes on: the file stays until it is closed
            for old in before:
                old.unlink()
    return path


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
        database.execute("CREATE TABLE IF NOT EXISTS _files (place VARCHAR)")
        known = {place for (place,) in database.execute("FROM _files").fetchall()}
        for kind in tables.KINDS.values():
            if kind.name in LINES:
                continue
            files = manifest.list_files(kind.name, organization=organization)
            columns = ", ".join(f"{n} {name_type(of)}" for n, of in kind.schema.items())
            database.execute(f"CREATE TABLE IF NOT EXISTS {kind.name} ({columns})")
            if kind.is_monthly:
                _update(database, kind.name, files, known)
            else:
                database.execute(f"DELETE FROM {kind.name}")  # noqa: S608 - a kind
                _insert(database, kind.name, files, "DISTINCT *")
    draft.rename(path)


def _update(
    database: "DuckDBPyConnection", kind: str, files: Iterable[File], known: set[str]
) -> None:
    """Delete the rows of files that are gone, and insert those of new files."""
    needed = {file.place: file for file in files}
    gone = [place for place in known if place.startswith(f"{kind}/") and place not in needed]
    for place in gone:
        _, whose, name = place.split("/")
        month = f"{name[:7]}-01"
        database.execute(
            f"DELETE FROM {kind} WHERE organization = ? AND period = ?::DATE",  # noqa: S608 - a kind
            [int(whose), month],
        )
        database.execute("DELETE FROM _files WHERE place = ?", [place])
    new = [file for place, file in needed.items() if place not in known]
    _insert(database, kind, new, "*")
    if new:
        places = ", ".join(f"('{file.place}')" for file in new)
        database.execute(f"INSERT INTO _files VALUES {places}")  # noqa: S608 - places of ours


def _insert(database: "DuckDBPyConnection", kind: str, files: Iterable[File], rows: str) -> None:
    ordered = sorted(files, key=lambda file: (file.month, file.organization or 0))
    if ordered:
        paths = [str(store.get_local_path(file.place)) for file in ordered]
        database.execute(
            f"INSERT INTO {kind} SELECT {rows} FROM read_parquet($paths)",  # noqa: S608 - a kind
            {"paths": paths},
        )
