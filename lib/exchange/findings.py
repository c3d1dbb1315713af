"""Findings: errors, warnings and remarks on a file, in bounded memory."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import polars as pl

# a million wrong rows must not fill the memory or the screen
SHOWN_LIMIT = 1_000
VALUE_LIMIT = 60

# control characters are replaced by their pictures (U+2400 and on): a report must be printable
_PICTURES = {code: 0x2400 + code for code in range(32)} | {127: 0x2421}

Reason = str | Callable[[Mapping[str, Any]], str]


class Severity(StrEnum):
    """How much a finding matters: an error refuses the package."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding.

    Attributes:
        severity: what it means for the import.
        file: name of the file, «accruals.csv».
        line: physical line of the file, the header is 1; None for the file as a whole.
        column: name of the column; None for the whole row.
        value: the wrong text, printable and not longer than 60 characters.
        code: stable word for programs, «sum-mismatch».
        reason: Russian sentence for the operator: what is expected.
    """

    severity: Severity
    file: str
    line: int | None
    column: str | None
    value: str | None
    code: str
    reason: str

    def __post_init__(self) -> None:
        """Make the value short and printable."""
        if self.value is not None:
            object.__setattr__(self, "value", _printable(self.value))


class Findings:
    """A collection of findings: it keeps 1,000 of each severity and counts all of them."""

    def __init__(self) -> None:
        self._shown: dict[Severity, list[Finding]] = {severity: [] for severity in Severity}
        self._counts = dict.fromkeys(Severity, 0)

    def __iter__(self) -> Iterator[Finding]:
        """Iterate over the kept findings in the order of files and lines."""
        kept = (finding for group in self._shown.values() for finding in group)
        return iter(sorted(kept, key=lambda found: (found.file, found.line or 0)))

    def __len__(self) -> int:
        """Count all findings, also those that were not kept."""
        return sum(self._counts.values())

    @property
    def has_errors(self) -> bool:
        """Tell whether the file must be refused."""
        return self._counts[Severity.ERROR] > 0

    def count(self, severity: Severity) -> int:
        """Count all findings of a severity, also those that were not kept."""
        return self._counts[severity]

    def list_shown(self, severity: Severity) -> tuple[Finding, ...]:
        """Return the kept findings of a severity in the order of files and lines."""
        return tuple(found for found in self if found.severity is severity)

    def add(self, finding: Finding) -> None:
        """Add a finding."""
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
        """Add a finding, given by its fields."""
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
        """Add a finding for each row of a frame; rows beyond the limit are only counted.

        Args:
            rows: wrong rows with ``_row`` (the physical line) and, optionally, ``value``.
            severity: the severity of all of them.
            file: name of the file.
            code: the code of all of them.
            reason: the sentence, or a function that makes it of the row.
            column: name of the column.
        """
        for row in rows.head(max(0, self._room(severity))).iter_rows(named=True):
            value = row.get("value")
            sentence = reason if isinstance(reason, str) else reason(row)
            text = None if value is None else str(value)
            line = row["_row"]
            self._shown[severity].append(
                Finding(severity, file, line, column, text, code, sentence)
            )
        self._counts[severity] += rows.height

    def _room(self, severity: Severity) -> int:
        return SHOWN_LIMIT - len(self._shown[severity])


def _printable(value: str) -> str:
    short = value if len(value) <= VALUE_LIMIT else value[: VALUE_LIMIT - 1] + "…"
    return short.translate(_PICTURES)
