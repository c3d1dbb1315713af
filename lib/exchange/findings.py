"""Findings: what is wrong or remarkable in a package, row by row, in bounded memory."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import polars as pl

# One million bad rows must neither fill the memory nor the screen.
SHOWN_LIMIT = 1_000
VALUE_LIMIT = 60

# Control characters are shown as their pictures (U+2400…): a report must be
# printable, and PostgreSQL would not store a NUL.
_PICTURES = {code: 0x2400 + code for code in range(32)} | {127: 0x2421}

Reason = str | Callable[[Mapping[str, Any]], str]


class Severity(StrEnum):
    """How much a finding matters: an error refuses the package."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark on a package.

    Attributes:
        severity: What it means for the import.
        file: Name of the file, «accruals.csv».
        line: Physical line in the file, the header being 1; None for the file as a whole.
        column: Column's name, None for the whole row.
        value: The offending text, cut to 60 characters and made printable.
        code: Stable word for programs, «sum-mismatch».
        reason: Russian sentence for the operator, saying what is expected.
    """

    severity: Severity
    file: str
    line: int | None
    column: str | None
    value: str | None
    code: str
    reason: str

    def __post_init__(self) -> None:
        """Keep the value short and printable whoever made the finding."""
        if self.value is not None:
            object.__setattr__(self, "value", _printable(self.value))


class Findings:
    """Collects findings: shows at most 1,000 of each severity, counts all."""

    def __init__(self) -> None:
        self._shown: dict[Severity, list[Finding]] = {severity: [] for severity in Severity}
        self._counts = dict.fromkeys(Severity, 0)

    def __iter__(self) -> Iterator[Finding]:
        """Go through the shown findings in the order of files and lines."""
        shown = (finding for group in self._shown.values() for finding in group)
        return iter(sorted(shown, key=lambda found: (found.file, found.line or 0)))

    def __len__(self) -> int:
        """Count the findings, also those not shown."""
        return sum(self._counts.values())

    @property
    def has_errors(self) -> bool:
        """Whether the package must be refused."""
        return self._counts[Severity.ERROR] > 0

    def count(self, severity: Severity) -> int:
        """Count all findings of a severity, also those beyond the shown ones."""
        return self._counts[severity]

    def shown(self, severity: Severity) -> tuple[Finding, ...]:
        """List the kept findings of a severity in the order of files and lines."""
        return tuple(found for found in self if found.severity is severity)

    def add(self, finding: Finding) -> None:
        """Take one finding."""
        self._counts[finding.severity] += 1
        if self._room(finding.severity) > 0:
            self._shown[finding.severity].append(finding)

    def note(
        self,
        severity: Severity,
        *,
        file: str,
        code: str,
        reason: str,
        line: int | None = None,
        column: str | None = None,
        value: str | None = None,
    ) -> None:
        """Take one finding given by its parts."""
        self.add(Finding(severity, file, line, column, value, code, reason))

    def add_rows(
        self,
        rows: pl.DataFrame,
        severity: Severity,
        *,
        file: str,
        code: str,
        reason: Reason,
        column: str | None = None,
    ) -> None:
        """Take one finding per row of a frame; rows beyond the limit are only counted.

        Args:
            rows: Bad rows with `_row` (physical line) and, if there is one, `value`.
            severity: Severity of them all.
            file: Name of the file.
            code: Code of them all.
            reason: The sentence, or a function making it from the row.
            column: Name of the column.
        """
        for row in rows.head(max(0, self._room(severity))).iter_rows(named=True):
            value = row.get("value")
            sentence = reason if isinstance(reason, str) else reason(row)
            shown = None if value is None else str(value)
            line = row["_row"]
            self._shown[severity].append(
                Finding(severity, file, line, column, shown, code, sentence)
            )
        self._counts[severity] += rows.height

    def _room(self, severity: Severity) -> int:
        return SHOWN_LIMIT - len(self._shown[severity])


def _printable(value: str) -> str:
    short = value if len(value) <= VALUE_LIMIT else value[: VALUE_LIMIT - 1] + "…"
    return short.translate(_PICTURES)
