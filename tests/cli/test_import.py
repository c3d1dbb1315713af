"""`kabinet import`: the operator's messages and the machine-readable report."""

import csv
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from lib import cli, logs
from tests.kit.faults import Package


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch, empty: str) -> None:
    # the command would replace the logging of the test run
    monkeypatch.setattr(logs, "configure", lambda: None)


def run(package: Package, folder: Path, *words: str) -> Result:
    return CliRunner().invoke(cli.app, ["import", str(package.write(folder)), *words])


def test_the_report_names_every_bad_row(tmp_path: Path) -> None:
    package = Package.golden()
    package.row("accruals")["closing"] = "=1+1"
    report = tmp_path / "report.csv"

    result = run(package, tmp_path, "--report", str(report))

    assert result.exit_code == 1
    assert "Пакет не принят" in result.output
    assert str(report) in result.output.replace("\n", "")
    with report.open(encoding="utf-8-sig", newline="") as file:
        errors = [row for row in csv.DictReader(file, delimiter=";") if row["severity"] == "error"]
    assert [(row["file"], row["line"], row["column"]) for row in errors] == [
        ("accruals.csv", "2", "closing")
    ]
    assert errors[0]["value"] == "'=1+1"


def test_a_report_without_findings_has_only_a_header(tmp_path: Path) -> None:
    report = tmp_path / "report.csv"
    package = Package.golden()
    del package.rows["accruals"]

    assert run(package, tmp_path, "--report", str(report)).exit_code == 0

    assert report.read_text("utf-8-sig").splitlines() == [
        "file;line;column;code;severity;value;reason"
    ]


def test_a_report_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    result = run(Package.golden(), tmp_path, "--report", str(tmp_path / "nowhere" / "r.csv"))

    assert result.exit_code == 1
    assert "Отчёт не записан" in result.output
