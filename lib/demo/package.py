"""Writes packages of format «erkc-exchange 1.0»: a folder of CSV with its manifest."""

import csv
import datetime as dt
import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

Row = Mapping[str, object]


def write(
    folder: Path, *, organization: str, period: dt.date, files: Mapping[str, Sequence[Row]]
) -> None:
    """Write a package of one closed period.

    Args:
        folder: where to; made if missing.
        organization: code of the sender.
        period: first day of the month.
        files: rows by stem; the keys of the first row are the columns, None is written empty.
    """
    folder.mkdir(parents=True, exist_ok=True)
    described = []
    for stem, rows in files.items():
        content = _csv(rows)
        (folder / f"{stem}.csv").write_bytes(content)
        described.append(
            {
                "name": f"{stem}.csv",
                "rows": len(rows),
                "sha256": hashlib.sha256(content).hexdigest(),
                "sums": _sums(rows),
            }
        )
    manifest = {
        "format": "erkc-exchange",
        "version": "1.0",
        "organization": organization,
        "created_at": f"{period:%Y-%m}-28T09:00:00+05:00",
        "mode": "delta",
        "period": f"{period:%Y-%m}",
        "period_status": "closed",
        "files": described,
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1)
    (folder / "manifest.json").write_text(text, encoding="utf-8")


def _csv(rows: Sequence[Row]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), delimiter=";", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def _sums(rows: Sequence[Row]) -> dict[str, str]:
    """Add up what the format asks for, where the file has it."""
    return {
        column: str(sum((Decimal(str(row[column] or 0)) for row in rows), Decimal("0.00")))
        for column in ("accrued", "paid")
        if column in rows[0]
    }
