"""What every command shares: how it speaks, shows progress and refuses."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from lib import config, logs, startup
from lib.config import Settings
from lib.errors import PortalError
from lib.exchange import report
from lib.exchange.findings import Findings

REFUSED, STOPPED = 1, 130  # exit codes
out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


@contextmanager
def run_command() -> Iterator[Settings]:
    """Give the settings; turn every refusal into one sentence and exit code 1."""
    logs.configure()
    try:
        yield config.settings()
    except PortalError as refusal:
        err.print(str(refusal), markup=False, soft_wrap=True)
        raise typer.Exit(REFUSED) from refusal
    finally:
        startup.disconnect()


@contextmanager
def show_spinner() -> Iterator[Progress]:
    """Show that something of unknown length goes on, and what."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as progress:
        yield progress


@contextmanager
def show_progress() -> Iterator[Progress]:
    """Show how much of a known number is done."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeRemainingColumn(), console=err, transient=True) as progress:
        yield progress


def write_report(findings: Findings, path: Path) -> None:
    """Write what was found as CSV, or say why not."""
    try:
        # spreadsheets know UTF-8 by its mark
        path.write_text(report.format_csv(findings), encoding="utf-8-sig", newline="")
    except OSError as failure:
        err.print(f"Отчёт не записан: {failure.strerror} ({path}).", markup=False, soft_wrap=True)
        raise typer.Exit(REFUSED) from failure
    out.print(f"Замечания записаны в {path}.", markup=False, soft_wrap=True)
