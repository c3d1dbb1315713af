"""Report: findings as text for people and as CSV for programs."""

import csv
from io import StringIO

from lib.domain.spreadsheet import escape_formula
from lib.exchange.findings import Finding, Findings, Severity

_TITLES = {
    Severity.ERROR: "Ошибки",
    Severity.WARNING: "Предупреждения",
    Severity.INFO: "Для сведения",
}
_HEADER = ("file", "line", "column", "code", "severity", "value", "reason")


def format_text(findings: Findings, *, title: str = "Проверка пакета", whole: str = "пакет") -> str:
    """Return the findings as text: errors first, then warnings, then the rest.

    Args:
        findings: the findings.
        title: the first line.
        whole: what was checked: one Russian word of masculine gender.
    """
    if not len(findings):
        return f"{title}: замечаний нет.\n"
    parts = [title, _summary(findings, whole)]
    parts.extend(_group(findings, severity) for severity in Severity if findings.count(severity))
    return "\n\n".join(parts) + "\n"


def format_csv(findings: Findings) -> str:
    """Return the kept findings as CSV: ``file;line;column;code;severity;value;reason``."""
    out = StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(_HEADER)
    for found in findings:
        cells = (
            found.file,
            found.line,
            found.column,
            found.code,
            found.severity.value,
            found.value,
            found.reason,
        )
        writer.writerow(["" if cell is None else escape_formula(str(cell)) for cell in cells])
    return out.getvalue()


def _summary(findings: Findings, whole: str) -> str:
    counts = (f"{_TITLES[severity]}: {_grouped(findings.count(severity))}" for severity in Severity)
    verdict = f"{whole} не принят" if findings.has_errors else f"{whole} можно принять"
    return f"{', '.join(counts)} – {verdict}."


def _group(findings: Findings, severity: Severity) -> str:
    kept = findings.list_shown(severity)
    count = findings.count(severity)
    lines = [f"{_TITLES[severity]}: {_grouped(count)}"]
    if count > len(kept):
        lines[0] += f" (показаны первые {_grouped(len(kept))} из {_grouped(count)})"
    return "\n".join([*lines, *(f"  {_sentence(found)}" for found in kept)])


def _sentence(found: Finding) -> str:
    place = [found.file]
    if found.line is not None:
        place.append(f"строка {found.line}")
    if found.column is not None:
        place.append(f"столбец {found.column}")
    if found.value is not None:
        place.append(f"значение «{found.value}»")
    return f"{', '.join(place)}: {found.reason}"


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", " ")
