"""The process of one free query: it has no environment, no files and little memory, and ends.

A query can ask for more memory than DuckDB counts, or run where it cannot be interrupted. Here it
harms nobody: the limits are the operating system's, and the portal ends the process.

It reads a request as JSON from its input, and writes lines of JSON: the columns, rows, the end.
"""

import datetime as dt
import json
import resource
import sys
import threading
from decimal import Decimal
from typing import Any

import duckdb

from lib.facts.free_query.rules import Refused, check_statement

_MEMORY = 768 * 1024 * 1024
_LONGEST_CELL, _LARGEST = 2_000, 64 * 1024 * 1024
_BATCH = 500
_READ = {int: lambda value: value, Decimal: str, float: repr, dt.date: dt.date.isoformat}


def run_request(request: dict[str, Any]) -> None:
    """Answer a request; whatever goes wrong is an answer too."""
    try:
        connection = _open(request["database"])
        check_statement(connection, request["statement"], request["tables"])
        words = "EXPLAIN " if request["is_plan"] else ""
        timer = threading.Timer(request["seconds"], connection.interrupt)
        timer.daemon = True
        timer.start()
        connection.execute(words + request["statement"], _read_values(request["values"]))
        _write_rows(connection, request["rows"])
    except Refused as refused:
        _write({"refusal": refused.reason, "detail": refused.detail})
    except duckdb.InterruptException:
        _write({"refusal": "time"})
    except (duckdb.OutOfMemoryException, MemoryError):
        _write({"refusal": "memory"})
    except duckdb.ConversionException as failure:
        _write({"refusal": "conversion", "detail": str(failure)})
    except duckdb.Error as failure:
        _write({"refusal": "failed", "detail": str(failure)})
    except (ValueError, OverflowError):  # a day that Python does not know, for example
        _write({"refusal": "value"})


def _open(path: str) -> Any:
    connection = duckdb.connect(
        config={
            "threads": 2,
            "memory_limit": "256MB",
            "temp_directory": "",
            "python_enable_replacements": "false",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        },
    )
    quoted = path.replace("'", "''")
    connection.execute(f"ATTACH '{quoted}' AS facts (READ_ONLY)")
    connection.execute("USE facts")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def _read_values(values: dict[str, list[Any]]) -> dict[str, object] | None:
    return {
        name: dt.date.fromisoformat(value) if kind == "day" else value
        for name, (kind, value) in values.items()
    } or None


def _write_rows(connection: Any, most: int) -> None:
    _write({"columns": [[str(column[0]), str(column[1])] for column in connection.description]})
    written = size = 0
    while batch := connection.fetchmany(min(_BATCH, most - written + 1)):
        rows = [[_read_cell(cell) for cell in row] for row in batch]
        is_cut = written + len(rows) > most
        size += _write({"rows": rows[: most - written]})
        written += len(rows)
        if size > _LARGEST:
            _write({"refusal": "large"})
            return
        if is_cut:
            break
    _write({"end": written > most})


def _read_cell(cell: object) -> object:
    if cell is None:
        return None
    if isinstance(cell, bool):
        return "да" if cell else "нет"
    if isinstance(cell, dt.datetime):
        return f"{cell:%d.%m.%Y %H:%M}"
    read = _READ.get(type(cell), str)
    found = read(cell)  # type: ignore[operator]
    return found[:_LONGEST_CELL] if isinstance(found, str) else found


def _write(answer: dict[str, object]) -> int:
    return sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")


def _set_limits(seconds: int) -> None:
    for limit, value in (
        (resource.RLIMIT_DATA, _MEMORY),
        (resource.RLIMIT_CPU, 3 * seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (value, value))


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    _set_limits(asked["seconds"])
    run_request(asked)
    sys.stdout.flush()
