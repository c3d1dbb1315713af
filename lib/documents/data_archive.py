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
_BOM = "\ufeff"  # a Russian spreadsheet takes UTF-8 for something else without it


class DataArchive:
    """An archive in the making; ``finished`` ends it."""

    def __init__(self, *, about: str) -> None:
        self._file = io.BytesIO()
        self._zip = zipfile.ZipFile(self._file, "w", zipfile.ZIP_DEFLATED)
        self._zip.writestr("README.txt", about)

    def add(
        self, name: str, headings: Mapping[str, str], rows: Iterable[Mapping[str, Any]]
    ) -> None:
        """Add a table.

        Args:
            name: of its two files, without the ending.
            headings: its columns, by the key in a row.
            rows: read once and never held all together.
        """
        with tempfile.TemporaryFile("w+", encoding="utf-8") as kept:
            with self._zip.open(f"csv/{name}.csv", "w") as binary:
                sheet = io.TextIOWrapper(binary, encoding="utf-8", newline="")
                _write(sheet, kept, headings, rows)
                sheet.flush()
                sheet.detach()
            kept.seek(0)
            with self._zip.open(f"json/{name}.json", "w") as binary:
                while portion := kept.read(_PORTION):
                    binary.write(portion.encode())

    def finished(self) -> bytes:
        """Return the archive."""
        self._zip.close()
        return self._file.getvalue()


def _write(
    sheet: IO[str], kept: IO[str], headings: Mapping[str, str], rows: Iterable[Mapping[str, Any]]
) -> None:
    """Write the rows as CSV and, beside it, as JSON."""
    sheet.write(_BOM)
    writer = csv.writer(sheet, delimiter=";", lineterminator="\r\n")
    writer.writerow(headings.values())
    before = "[\n"
    for row in rows:
        writer.writerow([spreadsheet.format_cell(row[key]) for key in headings])
        plain = {key: _plain(row[key]) for key in headings}
        kept.write(before + json.dumps(plain, ensure_ascii=False))
        before = ",\n"
    kept.write("[]\n" if before == "[\n" else "\n]\n")


def _plain(value: object) -> object:
    """Return what JSON can say; money is a text there, so that no program rounds it."""
    match value:
        case Decimal():
            return f"{value:f}"
        case dt.date():  # a datetime is one too
            return value.isoformat()
        case _:
            return value
