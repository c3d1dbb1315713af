"""The operator's commands: messages, exit codes, and no process left running."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from lib import cli, config, logs, startup
from lib.cli import packages
from lib.cli import server as cli_server
from lib.config import SettingsRefused
from lib.exchange.verdict import Verdict
from lib.services.packages import importing
from tests.kit.embedded import eventually, processes
from tests.kit.forked import start_module
from tests.kit.portal import ROOT, free_port
from tests.kit.process import Kabinet, Web


@dataclass(frozen=True)
class Done:
    """What a command has printed, and its exit code."""

    returncode: int
    stdout: str
    stderr: str


def run(*arguments: str, **environment: str) -> Done:
    with tempfile.TemporaryFile() as errors:
        done = start_module(
            "lib.cli", arguments, environment={**os.environ, **environment}, errors=errors
        )
        printed = done.communicate()
        errors.seek(0)
        return Done(done.wait(), printed, errors.read().decode())


@pytest.fixture
def invoke(empty: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run a command in this process, on a migrated database with nothing in it."""
    monkeypatch.setattr(startup, "disconnect", lambda: None)
    monkeypatch.setattr(logs, "configure", lambda: None)  # keep the logging of the test run
    return lambda *words: CliRunner().invoke(cli.app, words)


class TestImport:
    def test_imports_a_package_once(
        self, invoke: Callable[..., Result], golden_folder: Path
    ) -> None:
        first = invoke("import", str(golden_folder))
        again = invoke("import", str(golden_folder))

        assert first.exit_code == 0, first.stderr
        assert "Пакет загружен." in first.stdout
        assert "accruals: добавлено 10" in first.stdout
        assert (again.exit_code, again.stdout) == (
            0,
            "Ничего не изменилось: этот пакет уже загружен.\n",
        )

    def test_checks_without_writing(
        self, invoke: Callable[..., Result], golden_folder: Path
    ) -> None:
        for _ in range(2):
            checked = invoke("import", str(golden_folder), "--dry-run")
            assert (checked.exit_code, "ничего не записано" in checked.stdout) == (0, True)

    def test_refuses_a_bad_package_line_by_line(
        self, invoke: Callable[..., Result], golden_folder: Path, tmp_path: Path
    ) -> None:
        copied = tmp_path / "package"
        shutil.copytree(golden_folder, copied)
        lines = (copied / "accruals.csv").read_text().replace("8.25;38.38", "8,25;38.38")
        (copied / "accruals.csv").write_text(lines)

        refused = invoke("import", str(copied))

        assert refused.exit_code == 1
        assert "accruals.csv, строка 3, столбец opening, значение «8,25»" in refused.stdout
        assert "Traceback" not in refused.output

    def test_refuses_what_is_not_a_package_in_one_sentence(
        self, invoke: Callable[..., Result]
    ) -> None:
        refused = invoke("import", "/nowhere")

        assert refused.exit_code == 1
        assert len(refused.stderr.strip().splitlines()) == 1
        assert "Traceback" not in refused.stderr


class TestRefusals:
    def test_a_wrong_setting_stops_the_start_with_one_sentence(self) -> None:
        # as an operator does: the other commands begin with their modules loaded
        refused = subprocess.run(
            [sys.executable, "-m", "lib.cli", "web"],
            cwd=ROOT,
            env={**os.environ, "PORT": "abc"},
            capture_output=True,
            text=True,
            check=False,
        )

        assert refused.returncode == 1
        assert refused.stderr.startswith("Портал не запущен, настройка неверна. PORT:")

    def test_a_busy_port_is_refused_in_one_sentence(self, tmp_path: Path) -> None:
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            port = str(other.getsockname()[1])

            refused = run("web", PORT=port, KABINET_STATE=str(tmp_path))

        assert refused.returncode == 1
        assert "занят" in refused.stderr

    def test_a_server_that_does_not_answer_is_refused_in_one_sentence(self) -> None:
        refused = run(
            "migrate",
            KABINET_DEMO="0",
            KABINET_SECRET="x" * 32,
            DATABASE_URL=f"postgresql://u:hidden@127.0.0.1:{free_port()}/kabinet",
        )

        assert refused.returncode == 1
        assert "Проверьте DATABASE_URL" in refused.stderr
        assert "hidden" not in refused.stderr

    def test_an_older_server_is_refused_in_one_sentence(self) -> None:
        startup.check_version(170_000)
        with pytest.raises(startup.DatabaseRefused, match="версии 16 слишком стар"):
            startup.check_version(160_009)


def test_an_operators_own_server_is_used_the_same_way(
    server: object, golden_folder: Path, tmp_path: Path, own_server_url: str
) -> None:
    settings = {
        "KABINET_DEMO": "0",
        "KABINET_SECRET": "s" * 32,
        "DATABASE_URL": own_server_url,
        "KABINET_STATE": str(tmp_path),
    }
    refused = run("web", PORT=str(free_port()), **settings)
    assert (refused.returncode, "kabinet migrate" in refused.stderr) == (1, True)

    migrated = run("migrate", **settings)
    imported = run("import", str(golden_folder), **settings)
    no_package = run("import", "/nowhere", **settings)

    assert (migrated.returncode, migrated.stdout) == (
        0,
        "База приведена к этой версии портала.\n",
    )
    assert "Пакет загружен." in imported.stdout
    assert (no_package.returncode, len(no_package.stderr.strip().splitlines())) == (1, 1)
    assert not (tmp_path / "postgres").exists()


def test_ctrl_c_leaves_no_process(tmp_path: Path) -> None:
    portal = Web(Kabinet(tmp_path))
    portal.start()
    assert processes(tmp_path)

    printed = portal.end(signal.SIGINT)

    assert "Traceback" not in printed
    assert eventually(lambda: not processes(tmp_path))


def test_the_report_of_an_outcome_names_what_changed(
    empty: str, golden_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    packages._print_outcome(importing.import_package(golden_folder, is_dry_run=True))

    output = capsys.readouterr().out
    assert "При загрузке изменится:" in output
    assert "payments: добавлено 1, изменено 0, удалено 0" in output
    assert Verdict.CHECKED in packages._VERDICTS


def test_help_is_in_russian() -> None:
    output = CliRunner().invoke(cli.app, ["--help"]).output

    assert "Загрузить пакет биллинга" in output


def test_a_busy_port_is_refused_before_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = config.read_settings({"PORT": str(free_port())})
    cli_server._refuse_taken_port(settings)

    with socket.socket() as other:
        other.bind((settings.host, settings.port))
        other.listen()
        with pytest.raises(SettingsRefused):
            cli_server._refuse_taken_port(settings)
