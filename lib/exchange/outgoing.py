"""Files for billing: readings and payments of the portal's own, in its package's own CSV."""

import csv
import datetime as dt
import io
import os
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

from lib.errors import PortalError
from lib.exchange.csv_text import SEPARATOR

HEADERS = {
    "readings": (
        *("reading_id", "meter_id", "zone", "value", "taken_on", "submitted_at", "source"),
    ),
    "payments": ("acquirer_id", "account_id", "group_id", "amount", "paid_at"),
}


class FileNotWritten(PortalError):
    """The file is not there."""

    def __init__(self, path: Path, failure: OSError) -> None:
        super().__init__(f"Файл «{path}» не записан: {failure.strerror or failure}.")


def line(*cells: str | int | Decimal | dt.date | dt.datetime) -> str:
    """Write one line of a file, without its end."""
    out = io.StringIO()
    csv.writer(out, delimiter=SEPARATOR, lineterminator="").writerow([_cell(one) for one in cells])
    return out.getvalue()


def _cell(value: str | int | Decimal | dt.date | dt.datetime) -> str:
    if isinstance(value, dt.datetime):
        return value.isoformat(timespec="seconds")
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def prepare(path: Path, *, kind: str, lines: Iterable[str]) -> Path:
    """Write a file beside the one that is wanted, safely on the disk, and return where.

    Raises:
        FileNotWritten: there is no such folder, no right, or no room.
    """
    made = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with made.open("w", encoding="utf-8", newline="") as file:
            file.write("".join(f"{one}\n" for one in (line(*HEADERS[kind]), *lines)))
            file.flush()
            os.fsync(file.fileno())
    except OSError as failure:
        made.unlink(missing_ok=True)
        raise FileNotWritten(path, failure) from failure
    return made


def finish(made: Path, path: Path) -> None:
    """Give a prepared file its name.

    Raises:
        FileNotWritten: something stands in the way.
    """
    try:
        made.replace(path)
    except OSError as failure:
        made.unlink(missing_ok=True)
        raise FileNotWritten(path, failure) from failure
