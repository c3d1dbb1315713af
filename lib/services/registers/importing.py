"""Registers of banks: a file comes in whole, or not at all."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from db import loading, session
from db.queries.registers import finding as queries
from lib.exchange.findings import Findings
from lib.exchange.registers import reading
from lib.exchange.verdict import Verdict
from lib.services.audit import trail
from lib.services.audit.trail import Action
from lib.services.registers import _formats, pairing
from lib.services.registers import loading as register_loading
from lib.services.registers.loading import Tally


@dataclass(frozen=True, slots=True)
class RegisterOutcome:
    """What became of a register, what was found in it and what became of its rows."""

    verdict: Verdict
    findings: Findings
    format_name: str = ""
    tally: Tally | None = None


class _Withdrawn(Exception):
    """Takes the transaction back once it is known what it would have done."""


def import_register(
    path: Path,
    *,
    format_code: str | None = None,
    is_dry_run: bool = False,
    advance: Callable[[str], None] = lambda _: None,
) -> RegisterOutcome:
    """Read a bank's register and post its payments in one transaction.

    A dry run does everything and takes it back, so it says what would change.

    Args:
        path: the file.
        format_code: its format; None to find out.
        is_dry_run: change nothing.
        advance: told, in Russian, what is done now.

    Raises:
        RegisterRefused: the file is no register, or it is unclear in which format.
        FormatBroken: a format's description cannot be read by.
        DatabaseAway: the database cannot be reached; nothing was changed.
        DiskFull: the database has no room for it; nothing was changed.
    """
    data = reading.load(path)
    digest = reading.digest(data)
    with loading.refusals(), session.transaction(session.OWNER) as opened:
        formats = _formats.list_formats(opened)
        if queries.is_known(opened, digest=digest):
            return RegisterOutcome(Verdict.UNCHANGED, Findings())
    advance("Читаю реестр")
    statement = reading.read(data, file=path.name, formats=formats, code=format_code)
    name, findings = statement.format.name, statement.findings
    if findings.has_errors:
        return RegisterOutcome(Verdict.REFUSED, findings, name)
    with suppress(_Withdrawn), loading.refusals(), session.transaction(session.OWNER) as opened:
        advance("Жду своей очереди")
        pairing.wait_for_turn(opened)
        if queries.is_known(opened, digest=digest):
            return RegisterOutcome(Verdict.UNCHANGED, Findings(), name)
        advance("Разношу платежи")
        tally = register_loading.load(opened, statement)
        trail.record_event(opened, action=Action.REGISTER_IMPORTED, file=path.name, rows=tally.rows)
        _withdraw_if(is_dry_run)
    verdict = Verdict.CHECKED if is_dry_run else Verdict.IMPORTED
    return RegisterOutcome(verdict, findings, name, tally)


def _withdraw_if(is_dry_run: bool) -> None:
    if is_dry_run:
        raise _Withdrawn
