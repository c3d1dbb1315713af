"""Shared by all commands: output, progress, refusals."""

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
    """Yield the settings; print a refusal as one sentence and exit with code 1."""
    logs.configure()
    try:
        yield config.get_settings()
    except PortalError as refusal:
        err.print(str(refusal), markup=False, soft_wrap=True)
        raise typer.Exit(REFUSED) from refusal
    finally:
        startup.disconnect()


@contextmanager
def show_spinner() -> Iterator[Progress]:
    """Show a spinner with the current step of a task of unknown length."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as progress:
        yield progress


@contextmanager
def show_progress() -> Iterator[Progress]:
    """Show a progress bar with the number of done items."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeRemainingColumn(), console=err, transient=True) as progress:
        yield progress


def write_report(findings: Findings, path: Path) -> None:
    """Write findings to a CSV file; exit with code 1 where it cannot be written."""
    try:
        # spreadsheets recognise UTF-8 by the BOM
        path.write_text(report.format_csv(findings), encoding="utf-8-sig", newline="")
    except OSError as failure:
        err.print(f"Отчёт не записан: {failure.strerror} ({path}).", markup=False, soft_wrap=True)
        raise typer.Exit(REFUSED) from failure
    out.print(f"Замечания записаны в {path}.", markup=False, soft_wrap=True)
