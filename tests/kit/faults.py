"""Shared by tests of faults: packages made of rows, and the state of a database."""

import csv
import hashlib
import io
import json
import os
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import text

from db import session as database
from lib.exchange.findings import Finding, Severity
from lib.exchange.package_format import FILES
from lib.exchange.verdict import Verdict
from lib.services.packages import importing
from lib.services.packages.importing import ImportOutcome

GOLDEN = Path(importing.__file__).parents[2] / "demo" / "golden" / "2014-10"
# factor for the number of random examples
SOAK = 20 if os.environ.get("KABINET_SOAK") else 1
Row = dict[str, str]


@dataclass
class Package:
    """A package as rows of text; its manifest is correct unless overridden."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    manifest: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def golden(cls, **manifest: Any) -> "Package":
        """Make the golden package in full mode, with an open month."""
        rows = {}
        for path in sorted(GOLDEN.glob("*.csv")):
            with path.open(encoding="utf-8", newline="") as file:
                rows[path.stem] = list(csv.DictReader(file, delimiter=";"))
        manifest_of_golden = json.loads((GOLDEN / "manifest.json").read_text())
        return cls(rows, manifest_of_golden | {"period_status": "open", "mode": "full"} | manifest)

    @classmethod
    def of(cls, rows: dict[str, list[Row]], **manifest: Any) -> "Package":
        """Make a package of the golden sender with only these files."""
        return cls(rows, cls.golden(**manifest).manifest)

    def row(self, stem: str, at: int = 0) -> Row:
        return self.rows[stem][at]

    def write(self, folder: Path) -> Path:
        """Write the package into a new folder beside the others there."""
        target = folder / f"package-{len(list(folder.iterdir()))}"
        target.mkdir()
        for stem, rows in self.rows.items():
            (target / f"{stem}.csv").write_bytes(_csv(stem, rows).encode())
        self.seal(target)
        return target

    def seal(self, folder: Path) -> None:
        """Write a manifest that describes the files as they are now."""
        files = []
        for path in sorted(folder.glob("*.csv")):
            content = path.read_bytes()
            rows = len(self.rows[path.stem])
            sha256 = hashlib.sha256(content).hexdigest()
            files.append({"name": path.name, "rows": rows, "sha256": sha256})
        (folder / "manifest.json").write_text(json.dumps(self.manifest | {"files": files}))


def _csv(stem: str, rows: list[Row]) -> str:
    """Return CSV of all columns that any row has, in the format's order."""
    names = [column.name for column in FILES[stem] if any(column.name in row for row in rows)]
    names = names or [column.name for column in FILES[stem]]
    out = io.StringIO()
    writer = csv.DictWriter(out, names, delimiter=";", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def accrual_line(**changes: str) -> Row:
    """Make a line of accruals with consistent total and closing balance."""
    row = {"account_id": "A1", "service_id": "cold", "period": "2014-10", "line": "1"}
    row |= {"method": "other", "opening": "0.00", "accrued": "0.00", "paid": ""} | changes
    total = Decimal(row["accrued"]) + Decimal(row.get("recalculation") or 0)
    closing = Decimal(row["opening"]) + total - Decimal(row["paid"] or 0)
    return {"total": str(total), "closing": str(closing)} | row


def import_accepted(package: Package, folder: Path) -> ImportOutcome:
    """Import a package that must be accepted."""
    outcome = importing.import_package(package.write(folder))
    assert outcome.verdict is Verdict.IMPORTED, errors(outcome)
    return outcome


def import_refused(package: Package, folder: Path) -> list[Finding]:
    """Import a package that must be refused and change nothing; return the errors."""
    before = database_state()
    outcome = importing.import_package(package.write(folder))
    assert outcome.verdict is Verdict.REFUSED
    assert database_state() == before
    return errors(outcome)


def errors(outcome: ImportOutcome) -> list[Finding]:
    return list(outcome.findings.list_shown(Severity.ERROR))


def database_state() -> dict[str, tuple[int, int]]:
    """Count every table's rows and add up their hashes: equal only if nothing changed."""
    with database.transaction(database.OPERATOR) as session:
        names = session.scalars(
            text(
                "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace "
                "AND relkind IN ('r', 'p') AND NOT relispartition AND relname <> 'alembic_version'"
            )
        ).all()
        sums = (
            f"SELECT '{name}', count(*), coalesce(sum(hash_record_extended(t, 0)), 0) FROM {name} t"
            for name in names
        )
        return {
            row[0]: (row[1], int(row[2])) for row in session.execute(text(" UNION ALL ".join(sums)))
        }


def fetch_tuples(query: str, **values: Any) -> list[tuple[Any, ...]]:
    with database.transaction(database.OPERATOR) as session:
        return [tuple(row) for row in session.execute(text(query), values)]
