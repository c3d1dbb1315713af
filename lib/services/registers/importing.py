"""Importing a bank's register of payments: the whole file, or nothing of it."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from db import loading, session
from db.queries.registers import files as queries
from db.queries.registers import pairing as pairing_queries
from lib import queue
from lib.exchange.findings import Findings
from lib.exchange.registers import reading
from lib.exchange.verdict import Verdict
from lib.services.audit import trail
from lib.services.audit.trail import Action
from lib.services.registers import _formats
from lib.services.registers import loading as register_loading
from lib.services.registers.loading import Tally


@dataclass(frozen=True, slots=True)
class RegisterOutcome:
    """The result of an import.

    Attributes:
        verdict: whether the file was imported, checked, unchanged or refused.
        findings: what is wrong or remarkable in it.
        format_name: the format in words; empty if the file was not read.
        tally: the counts of its rows; None if they were not loaded.
    """

    verdict: Verdict
    findings: Findings
    format_name: str = ""
    tally: Tally | None = None


class _RolledBack(Exception):
    """Rolls a dry run back after everything is done."""


def import_register(
    path: Path,
    *,
    format_code: str | None = None,
    is_dry_run: bool = False,
    advance: Callable[[str], None] = lambda _: None,
) -> RegisterOutcome:
    """Read a bank's register and post its payments, in one transaction.

    A dry run does everything and rolls it back, so its result says what would change.

    Args:
        path: the file.
        format_code: code of its format; None to detect it.
        is_dry_run: change nothing.
        advance: called before each step with its description in Russian.

    Raises:
        RegisterRefused: the file is not a register, or its format is unclear.
        FormatBroken: the tables describe a format that cannot be used.
        DatabaseAway: the database cannot be reached; nothing was changed.
        DiskFull: the disk of the database is full; nothing was changed.
    """
    data = reading.load_file(path)
    digest = reading.compute_digest(data)
    with loading.translate_errors(), session.transaction(session.OWNER) as opened:
        formats = _formats.list_formats(opened)
        if queries.is_imported(opened, digest=digest):
            return RegisterOutcome(Verdict.UNCHANGED, Findings())
    advance("Читаю реестр")
    statement = reading.read_register(data, file=path.name, formats=formats, code=format_code)
    name, findings = statement.format.name, statement.findings
    if findings.has_errors:
        return RegisterOutcome(Verdict.REFUSED, findings, name)
    with (
        suppress(_RolledBack),
        loading.translate_errors(),
        session.transaction(session.OWNER) as opened,
    ):
        advance("Жду своей очереди")
        pairing_queries.lock_imports(opened)
        # another process may have imported the same file meanwhile
        if queries.is_imported(opened, digest=digest):
            return RegisterOutcome(Verdict.UNCHANGED, Findings(), name)
        advance("Разношу платежи")
        tally = register_loading.load_statement(opened, statement)
        trail.record_event(opened, action=Action.REGISTER_IMPORTED, file=path.name, rows=tally.rows)
        queue.defer_once(opened, "refresh_facts")
        _roll_back_if(is_dry_run)
    verdict = Verdict.CHECKED if is_dry_run else Verdict.IMPORTED
    return RegisterOutcome(verdict, findings, name, tally)


def _roll_back_if(is_dry_run: bool) -> None:
    if is_dry_run:
        raise _RolledBack
