"""Readings in a package above the limits of its month are warnings, never errors."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from lib.exchange.findings import Severity
from lib.services.packages import importing

pytestmark = pytest.mark.usefixtures("empty")


def test_high_use_and_a_falling_dial_are_warnings(
    golden_folder: Path, tmp_path: Path, sealed: Callable[..., None]
) -> None:
    folder = tmp_path / "package"
    shutil.copytree(golden_folder, folder)
    path = folder / "readings.csv"
    path.write_text(path.read_text().replace(";101.000;", ";300.000;").replace("4226.2", "4200"))
    sealed(folder)

    outcome = importing.import_package(folder)

    warned = [f for f in outcome.findings if f.severity is Severity.WARNING]
    assert {(f.file, f.line, f.code) for f in warned} == {
        ("readings.csv", 3, "reading-per-day"),
        ("readings.csv", 3, "reading-per-month"),
        ("readings.csv", 6, "reading-backwards"),
    }
    assert outcome.findings.count(Severity.ERROR) == 0
