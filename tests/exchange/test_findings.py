"""Findings use bounded memory and are reported as text and CSV."""

import csv
from io import StringIO

import polars as pl

from lib.exchange import report
from lib.exchange.findings import Finding, Findings, Severity


def finding(value: str | None = "1,5", line: int | None = 5) -> Finding:
    return Finding(Severity.ERROR, "accruals.csv", line, "accrued", value, "bad-money", "запятая")


def test_values_are_cut_and_made_printable() -> None:
    assert finding("a\x00\n\x1b" + "b" * 100).value == "a␀␊␛" + "b" * 55 + "…"


def test_findings_are_ordered_by_file_and_line() -> None:
    findings = Findings()
    findings.add(finding(line=9))
    findings.note(Severity.INFO, file="accounts.csv", code="c", reason="r")
    findings.add(finding(line=None))
    order = [(found.file, found.line) for found in findings]
    assert order == [("accounts.csv", None), ("accruals.csv", None), ("accruals.csv", 9)]
    assert len(findings) == 3


def test_findings_beyond_the_limit_are_only_counted() -> None:
    findings = Findings()
    rows = pl.DataFrame({"_row": range(2, 3_002), "value": ["x"] * 3_000})
    findings.add_rows(rows, Severity.WARNING, file="f", code="c", reason=lambda row: row["value"])
    findings.add(finding())
    assert findings.count(Severity.WARNING) == 3_000
    assert len(findings.list_shown(Severity.WARNING)) == 1_000
    assert findings.has_errors
    text = report.format_text(findings)
    assert "показаны первые 1 000 из 3 000" in text
    assert text.index("Ошибки: 1\n") < text.index("Предупреждения: 3 000 (")


def test_the_text_names_file_line_and_column() -> None:
    findings = Findings()
    assert "замечаний нет" in report.format_text(findings)
    findings.add(finding())
    sentence = "accruals.csv, строка 5, столбец accrued, значение «1,5»: запятая"
    assert sentence in report.format_text(findings)
    assert "пакет не принят" in report.format_text(findings)


def test_csv_is_safe_in_a_spreadsheet() -> None:
    findings = Findings()
    findings.add(finding('=HYPERLINK("x";"y")'))
    findings.add(finding("@x"))
    findings.add(finding(None))
    rows = list(csv.reader(StringIO(report.format_csv(findings)), delimiter=";"))
    assert rows[0] == ["file", "line", "column", "code", "severity", "value", "reason"]
    assert [row[5] for row in rows[1:]] == ['\'=HYPERLINK("x";"y")', "'@x", ""]
    assert rows[1][:5] == ["accruals.csv", "5", "accrued", "bad-money", "error"]
