"""Files for billing: readings and payments made in the portal, in the CSV of its packages."""

import csv
import datetime as dt
import io
import os
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

from lib.errors import PortalError
from lib.exchange.csv_text import SEPARATOR

# columns by kind of export
HEADERS = {
    "readings": (
        *("reading_id", "meter_id", "zone", "value", "taken_on", "submitted_at", "source"),
    ),
    "payments": ("acquirer_id", "account_id", "group_id", "amount", "paid_at"),
}


class FileNotWritten(PortalError):
    """The file could not be written."""

    def __init__(self, path: Path, failure: OSError) -> None:
        super().__init__(f"Файл «{path}» не записан: {failure.strerror or failure}.")


def format_line(*cells: str | int | Decimal | dt.date | dt.datetime) -> str:
    """Return one line of a file, without the line break."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=SEPARATOR, lineterminator="")
    writer.writerow([_format_cell(cell) for cell in cells])
    return out.getvalue()


def _format_cell(value: str | int | Decimal | dt.date | dt.datetime) -> str:
    if isinstance(value, dt.datetime):
        return value.isoformat(timespec="seconds")
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def write_draft(path: Path, *, kind: str, lines: Iterable[str]) -> Path:
    """Write a file under another name in the same folder, flush it to the disk, return its path.

    Args:
        path: the final path.
        kind: a key of ``HEADERS``.
        lines: the lines after the header, without line breaks.

    Raises:
        FileNotWritten: the folder does not exist, it is not writable, or the disk is full.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with draft.open("w", encoding="utf-8", newline="") as file:
            header = format_line(*HEADERS[kind])
            file.write("".join(f"{line}\n" for line in (header, *lines)))
            file.flush()
            os.fsync(file.fileno())
    except OSError as failure:
        draft.unlink(missing_ok=True)
        raise FileNotWritten(path, failure) from failure
    return draft


def publish_draft(draft: Path, path: Path) -> None:
    """Give a draft its final name.

    Raises:
        FileNotWritten: it could not be renamed; the draft is deleted.
    """
    try:
        draft.replace(path)
    except OSError as failure:
        draft.unlink(missing_ok=True)
        raise FileNotWritten(path, failure) from failure
