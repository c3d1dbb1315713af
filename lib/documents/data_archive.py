"""A ZIP of tables: each as JSON for a program and as CSV for a spreadsheet."""

import csv
import datetime as dt
import io
import json
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import IO, Any

from lib.domain import spreadsheet

_PORTION = 1 << 20
_BOM = "\ufeff"  # without it a Russian spreadsheet does not recognise UTF-8


class DataArchive:
    """An archive that is being written; ``finished`` closes it."""

    def __init__(self, *, about: str) -> None:
        self._file = io.BytesIO()
        self._zip = zipfile.ZipFile(self._file, "w", zipfile.ZIP_DEFLATED)
        self._zip.writestr("README.txt", about)

    def add(
        self, name: str, headings: Mapping[str, str], rows: Iterable[Mapping[str, Any]]
    ) -> None:
        """Add a table.

        Args:
            name: the name of its two files, without the extension.
            headings: its columns, by the key in a row.
            rows: read once, and never all in memory.
        """
        with tempfile.TemporaryFile("w+", encoding="utf-8") as json_file:
            with self._zip.open(f"csv/{name}.csv", "w") as binary:
                csv_file = io.TextIOWrapper(binary, encoding="utf-8", newline="")
                _write(csv_file, json_file, headings, rows)
                csv_file.flush()
                csv_file.detach()
            json_file.seek(0)
            with self._zip.open(f"json/{name}.json", "w") as binary:
                while portion := json_file.read(_PORTION):
                    binary.write(portion.encode())

    def finished(self) -> bytes:
        """Return the archive."""
        self._zip.close()
        return self._file.getvalue()


def _write(
    csv_file: IO[str],
    json_file: IO[str],
    headings: Mapping[str, str],
    rows: Iterable[Mapping[str, Any]],
) -> None:
    """Write the rows as CSV and, beside it, as JSON."""
    csv_file.write(_BOM)
    writer = csv.writer(csv_file, delimiter=";", lineterminator="\r\n")
    writer.writerow(headings.values())
    before = "[\n"
    for row in rows:
        writer.writerow([spreadsheet.format_cell(row[key]) for key in headings])
        plain = {key: _plain(row[key]) for key in headings}
        json_file.write(before + json.dumps(plain, ensure_ascii=False))
        before = ",\n"
    json_file.write("[]\n" if before == "[\n" else "\n]\n")


def _plain(value: object) -> object:
    """Return what JSON can hold; money becomes a text, so that no program rounds it."""
    match value:
        case Decimal():
            return f"{value:f}"
        case dt.date():  # a datetime is one too
            return value.isoformat()
        case _:
            return value
