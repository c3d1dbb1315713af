"""Reading a version of the facts with DuckDB, in the process and with no right to write.

The library is imported when the first question is asked: processes without analysts stay small.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from lib.facts import copies, rollups, tables
from lib.facts.duckdb_types import name_type
from lib.facts.manifest import File, Manifest
from lib.facts.tables import Kind

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

R = TypeVar("R", bound=tuple[Any, ...])

_MEMORY, _THREADS = "512MB", 2
_KEPT = 4  # versions and organisations that are open at a time
_REPEATED = 100  # answers of a version that are kept: a view needs ten at most
_lock = threading.Lock()
_open: OrderedDict[tuple[str, int | None], Facts] = OrderedDict()


class Facts:
    """One version of the facts, as an analyst of one organisation or of all sees it."""

    def __init__(self, manifest: Manifest, *, organization: int | None) -> None:
        self.manifest = manifest
        self.organization = organization
        self._database = _connect(manifest, organization)
        # files of lines by kind and month: a list that is not gone through for each question
        self._months = {
            (file.kind, file.month)
            for kind in copies.LINES
            for file in manifest.list_files(kind, organization=organization)
        }
        # a version never changes: what is asked without parameters, on every screen, is kept
        self._kept: dict[tuple[str, type], list[Any]] = {}
        self._repeated: dict[tuple[str, type, str], list[Any]] = {}

    def ask(
        self, question: str, kind: type[R], parameters: Mapping[str, object] | None = None
    ) -> list[R]:
        """Return the rows of a question.

        Args:
            question: one SELECT in the dialect of DuckDB, with parameters as ``$name``.
            kind: a NamedTuple with the columns of the question, in their order.
            parameters: values by name.

        Raises:
            TypeError: the columns are not the fields of ``kind``.
        """
        if parameters is not None:
            return self._ask(question, kind, parameters)
        key = (question, kind)
        if key not in self._kept:
            self._kept[key] = self._ask(question, kind, {})
        return list(self._kept[key])

    def ask_again(self, question: str, kind: type[R], parameters: Mapping[str, object]) -> list[R]:
        """Return the rows of a question that every run of a view asks, like what it must hide.

        The answers of the latest views are kept. Arguments and errors are those of ``ask``.
        """
        key = (question, kind, repr(sorted(parameters.items())))
        found = self._repeated.get(key)
        if found is None:
            found = self._ask(question, kind, parameters)
            if len(self._repeated) >= _REPEATED:
                self._repeated.clear()
            self._repeated[key] = found
        return list(found)

    def select_lines(self, kind: str, months: Iterable[dt.date]) -> str:
        """Return a table of the lines of some months, for the FROM of a question.

        To plan a question about the table of all months opens a file of each of them, which takes
        longer than the answer.
        """
        wanted = [f"{month:%Y-%m}" for month in dict.fromkeys(months)]
        known = [_name_month(kind, month) for month in wanted if (kind, month) in self._months]
        parts = [f"SELECT * FROM {name}" for name in known]  # noqa: S608 - our names
        return f"({' UNION ALL '.join(parts or [_select_nothing(tables.KINDS[kind])])})"

    def _ask(self, question: str, kind: type[R], parameters: Mapping[str, object]) -> list[R]:
        named: Any = kind
        with self._database.cursor() as cursor:
            cursor.execute(question, dict(parameters))
            columns = tuple(column[0] for column in cursor.description or ())
            if columns != named._fields:
                raise TypeError(
                    f"{kind.__name__} has {named._fields}, the question gives {columns}"
                )
            return [named._make(row) for row in cursor.fetchall()]


def open_facts(manifest: Manifest, *, organization: int | None) -> Facts:
    """Return a version; the last few stay open, with the metadata of their files.

    Args:
        manifest: the version.
        organization: the only one whose rows are read; None: all.
    """
    key = (manifest.version, organization)
    with _lock:
        found = _open.get(key)
        if found is None:
            found = _open[key] = Facts(manifest, organization=organization)
            while len(_open) > _KEPT:
                _open.popitem(last=False)
        found.manifest = manifest  # read and checked again since, though no file has changed
        _open.move_to_end(key)
        return found


def _connect(manifest: Manifest, organization: int | None) -> DuckDBPyConnection:
    import duckdb

    copy = copies.find_copy(manifest, organization=organization)
    options: dict[str, str | bool | int | float | list[str]] = {
        "threads": _THREADS,
        "memory_limit": _MEMORY,
        # without it, what does not fit into memory is written beside the program
        "temp_directory": str(copy.with_name("spill")),
    }
    database = duckdb.connect(":memory:", config=options)
    # a file never changes under its name: what its footer says is read once
    database.execute("SET parquet_metadata_cache = true")
    database.execute(f"ATTACH {_quote(str(copy))} AS copied (READ_ONLY)")
    for rollup in rollups.ROLLUPS:
        database.execute(f"CREATE VIEW {rollup.name} AS FROM copied.{rollup.name}")
    folders = set()
    for kind in tables.KINDS.values():
        if kind.name not in copies.LINES:
            database.execute(f"CREATE VIEW {kind.name} AS {copies.select_rows(kind)}")
            continue
        files = manifest.list_files(kind.name, organization=organization)
        paths = copies.fetch_files(files)
        folders |= {_find_root(Path(path)) for path in paths}
        _create_months(database, kind, files, paths)
    quoted = ", ".join(_quote(str(folder)) for folder in sorted(folders))
    database.execute(f"SET allowed_directories = [{quoted}]")
    database.execute("SET enable_external_access = false")
    database.execute("SET lock_configuration = true")
    return database


def _create_months(
    database: DuckDBPyConnection, kind: Kind, files: Sequence[File], paths: Sequence[str]
) -> None:
    """Make a view of the lines of each month, and one of all; without files it is empty."""
    months: dict[str, list[str]] = {}
    for file, path in zip(files, paths, strict=True):
        months.setdefault(file.month, []).append(_quote(path))
    parts = []
    for month, quoted in sorted(months.items()):
        name = _name_month(kind.name, month)
        database.execute(
            f"CREATE VIEW {name} AS SELECT * FROM read_parquet([{', '.join(quoted)}])"  # noqa: S608 - our files
        )
        # with its condition: a question about a month reads no other
        parts.append(f"SELECT * FROM {name} WHERE period = DATE '{month}-01'")  # noqa: S608 - our names
    selected = " UNION ALL ".join(parts) or _select_nothing(kind)
    database.execute(f"CREATE VIEW {kind.name} AS {selected}")


def _name_month(kind: str, month: str) -> str:
    return f"{kind}_{month.replace('-', '_')}"


def _select_nothing(kind: Kind) -> str:
    columns = ", ".join(
        f"NULL::{name_type(column.type)} AS {name}" for name, column in kind.columns.items()
    )
    return f"SELECT {columns} WHERE false"


def _find_root(path: Path) -> Path:
    """Return the folder of all kinds: a file lies in kind/organisation/."""
    return path.parents[2]


def _quote(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
