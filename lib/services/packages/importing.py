"""Importing a package of billing: the whole package, or nothing of it."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from sqlalchemy.orm import Session

from db import loading, session
from db.loading import Change
from db.queries.packages import importing as queries
from db.queries.registers import pairing as pairing_queries
from lib import clock, queue
from lib.exchange.checking import check_package
from lib.exchange.findings import Findings, Severity
from lib.exchange.manifest import Manifest, PeriodStatus
from lib.exchange.reading import ParsedPackage, RawPackage, open_package, parse_package
from lib.exchange.verdict import Verdict
from lib.facts import handed_lines
from lib.services.packages import _known, _loading
from lib.services.packages._incoming import Incoming
from lib.services.registers import pairing
from lib.storage import StorageAway

PERIOD_CLOSED = "period_closed"


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """The result of an import.

    Attributes:
        verdict: whether the package was imported, checked, unchanged or refused.
        manifest: its manifest.
        findings: what is wrong or remarkable in it.
        changes: what it changed in the database, by file («accruals»).
    """

    verdict: Verdict
    manifest: Manifest
    findings: Findings
    changes: Mapping[str, Change]


class _RolledBack(Exception):
    """Rolls the transaction back, with the verdict."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict)
        self.verdict = verdict


def import_package(
    path: Path, *, is_dry_run: bool = False, advance: Callable[[str], None] = lambda _: None
) -> ImportOutcome:
    """Read, check and load a package of billing, in one transaction.

    A dry run does everything and rolls it back, so its result says what would change.

    Args:
        path: a ZIP file or a folder, format «erkc-exchange 1.0».
        is_dry_run: change nothing.
        advance: called before each step with its description in Russian.

    Raises:
        PackageRefused: there is no package at the path.
        DatabaseAway: the database cannot be reached; nothing was changed.
        DiskFull: the disk of the database is full; nothing was changed.
    """
    raw = open_package(path, advance=advance)
    changes: dict[str, Change] = {}
    if _was_imported(raw):
        return _make_outcome(Verdict.UNCHANGED, raw, changes)
    try:
        with loading.translate_errors(), session.transaction(session.OWNER) as opened:
            advance("Жду своей очереди")
            pairing_queries.lock_imports(opened)
            incoming = _check_and_load(opened, raw, changes, advance)
            _roll_back_if(is_dry_run, verdict=Verdict.CHECKED)
            _hand_lines_over(incoming)
    except _RolledBack as rolled_back:
        return _make_outcome(rolled_back.verdict, raw, changes)
    return _make_outcome(Verdict.IMPORTED, raw, changes)


def _make_outcome(
    verdict: Verdict, raw: RawPackage, changes: Mapping[str, Change]
) -> ImportOutcome:
    return ImportOutcome(verdict, raw.manifest, raw.findings, changes)


def _was_imported(raw: RawPackage) -> bool:
    """Tell by the digest, before any line is parsed, whether the package was imported before."""
    with session.transaction(session.OWNER) as opened:
        sender_id = queries.find_sender(opened, code=raw.manifest.organization)
        return sender_id is not None and _is_repeated(opened, raw, sender_id=sender_id)


def _check_and_load(
    opened: Session, raw: RawPackage, changes: dict[str, Change], advance: Callable[[str], None]
) -> Incoming:
    sender_id = queries.get_or_add_sender(opened, code=raw.manifest.organization)
    is_repeated = _is_repeated(opened, raw, sender_id=sender_id)
    _roll_back_if(is_repeated, verdict=Verdict.UNCHANGED)
    if _is_closed(opened, raw.manifest, sender_id=sender_id):
        _note_closed(raw)
    incoming = Incoming(opened, sender_id, raw.manifest, changes=changes)
    package, previous = _read(raw, incoming, advance)
    _roll_back_if(raw.findings.has_errors, verdict=Verdict.REFUSED)
    advance("Сверяю со сведениями портала")
    incoming.frames = package.frames
    check_package(package, _known.gather_known(incoming, previous=previous))
    _roll_back_if(raw.findings.has_errors, verdict=Verdict.REFUSED)
    _loading.load_files(incoming, advance=advance)
    if "payments" in package.frames:
        advance("Узнаю платежи, которые уже пришли")
        pairing.pair_package(opened, sender_id=sender_id)
    _record_package(opened, package, sender_id=sender_id)
    return incoming


def _read(
    raw: RawPackage, incoming: Incoming, advance: Callable[[str], None]
) -> tuple[ParsedPackage, pl.DataFrame | None]:
    """Parse the files, while the server reads the stored lines."""
    with ThreadPoolExecutor(max_workers=1) as background:
        has_lines = "accruals.csv" in raw.contents
        previous = background.submit(_known.read_lines, incoming) if has_lines else None
        package = parse_package(raw, advance=advance)
    return package, previous.result() if previous else None


def _roll_back_if(condition: bool, *, verdict: Verdict) -> None:
    if condition:
        raise _RolledBack(verdict)


def _is_repeated(opened: Session, raw: RawPackage, *, sender_id: int) -> bool:
    """Tell whether the sender's latest package of the period had the same content."""
    period = raw.manifest.period
    latest = queries.find_latest_digest(opened, sender_id=sender_id, period=period)
    return latest == raw.digest


def _is_closed(opened: Session, manifest: Manifest, *, sender_id: int) -> bool:
    status = queries.find_status(opened, sender_id=sender_id, period=manifest.period)
    return status == PeriodStatus.CLOSED


def _note_closed(raw: RawPackage) -> None:
    raw.findings.note(
        Severity.ERROR,
        file="manifest.json",
        code=PERIOD_CLOSED,
        reason=(
            f"месяц {raw.manifest.period:%Y-%m} уже закрыт, а пакет отличается от принятого: "
            "откройте месяц заново и повторите загрузку"
        ),
        column="period",
        value=f"{raw.manifest.period:%Y-%m}",
    )


def _record_package(opened: Session, package: ParsedPackage, *, sender_id: int) -> None:
    manifest, now = package.manifest, clock.now()
    queries.set_status(
        opened,
        sender_id=sender_id,
        period=manifest.period,
        status=manifest.period_status.value,
        closed_at=now if manifest.period_status is PeriodStatus.CLOSED else None,
    )
    queries.add_package(
        opened,
        sender_id=sender_id,
        period=manifest.period,
        mode=manifest.mode.value,
        digest=package.digest,
        imported_at=now,
        row_count=sum(frame.height for frame in package.frames.values()),
    )
    queue.defer_once(opened, "refresh_facts")


def _hand_lines_over(incoming: Incoming) -> None:
    """Leave the lines of a closed month for the facts, which would have to read them back.

    Before the commit: the worker may write the facts right after it. Without the lines, because
    the storage is away or the transaction fails, the facts read the ledger.
    """
    lines, manifest = incoming.written_lines, incoming.manifest
    if lines is None or manifest.period_status is not PeriodStatus.CLOSED:
        return
    mark = queries.find_latest_mark(
        incoming.session, sender_id=incoming.sender_id, period=manifest.period
    )
    if mark is not None:
        with suppress(StorageAway):
            handed_lines.put_lines(lines, sender=incoming.sender_id, mark=mark)
