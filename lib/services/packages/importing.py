"""Exchange with billing: a package comes in whole, or not at all."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db import loading, session
from db.loading import Change
from db.models import BillingPeriod, Package, Sender
from lib import clock
from lib.exchange.findings import Findings, Severity
from lib.exchange.judging import judge
from lib.exchange.manifest import Manifest, PeriodStatus
from lib.exchange.reading import Delivery, Parcel, open_parcel, parse_parcel
from lib.exchange.verdict import Verdict
from lib.services.packages import _knowledge, _loading
from lib.services.packages._incoming import Incoming
from lib.services.registers import pairing

PERIOD_CLOSED = "period_closed"


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """What became of a package, what was found in it and what it changed, by file."""

    verdict: Verdict
    manifest: Manifest
    findings: Findings
    changes: Mapping[str, Change]


class _Withdrawn(Exception):
    """Takes the transaction back once it is known what it would have done."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict)
        self.verdict = verdict


def import_package(
    path: Path, *, is_dry_run: bool = False, advance: Callable[[str], None] = lambda _: None
) -> ImportOutcome:
    """Read, judge and load a package of billing in one transaction.

    A dry run does everything and takes it back, so it says what would change.

    Args:
        path: a ZIP file or a folder, format «erkc-exchange 1.0».
        is_dry_run: change nothing.
        advance: told, in Russian, what is done now.

    Raises:
        PackageRefused: the path holds no package at all.
        DatabaseAway: the database cannot be reached; nothing was changed.
        DiskFull: the database has no room for it; nothing was changed.
    """
    parcel = open_parcel(path, advance=advance)
    changes: dict[str, Change] = {}
    if _is_known(parcel):
        return _outcome(Verdict.UNCHANGED, parcel, changes)
    try:
        with loading.refusals(), session.transaction(session.OWNER) as opened:
            advance("Жду своей очереди")
            pairing.wait_for_turn(opened)
            _judge_and_load(opened, parcel, changes, advance)
            _withdraw_if(is_dry_run, verdict=Verdict.CHECKED)
    except _Withdrawn as withdrawn:
        return _outcome(withdrawn.verdict, parcel, changes)
    return _outcome(Verdict.IMPORTED, parcel, changes)


def _outcome(verdict: Verdict, parcel: Parcel, changes: Mapping[str, Change]) -> ImportOutcome:
    return ImportOutcome(verdict, parcel.manifest, parcel.findings, changes)


def _is_known(parcel: Parcel) -> bool:
    """Tell from the digest alone, before a line is read, that the package has come already."""
    with session.transaction(session.OWNER) as opened:
        found = select(Sender.id).where(Sender.code == parcel.manifest.organization)
        sender_id = opened.scalars(found).one_or_none()
        return sender_id is not None and _is_repeated(opened, parcel, sender_id=sender_id)


def _judge_and_load(
    opened: Session, parcel: Parcel, changes: dict[str, Change], advance: Callable[[str], None]
) -> None:
    sender_id = _sender(opened, code=parcel.manifest.organization)
    _withdraw_if(
        _is_repeated(opened, parcel, sender_id=sender_id),
        verdict=Verdict.UNCHANGED,
    )
    if _is_closed(opened, parcel.manifest, sender_id=sender_id):
        _note_closed(parcel)
    incoming = Incoming(opened.connection(), sender_id, parcel.manifest, changes=changes)
    delivery, previous = _read(parcel, incoming, advance)
    _withdraw_if(parcel.findings.has_errors, verdict=Verdict.REFUSED)
    advance("Сверяю со сведениями портала")
    incoming.frames = delivery.frames
    judge(delivery, _knowledge.gather(incoming, previous=previous))
    _withdraw_if(parcel.findings.has_errors, verdict=Verdict.REFUSED)
    _loading.load(incoming, advance=advance)
    if "payments" in delivery.frames:
        advance("Узнаю платежи, которые уже пришли")
        pairing.carry(opened, sender_id=sender_id)
    _remember(opened, delivery, sender_id=sender_id)


def _read(
    parcel: Parcel, incoming: Incoming, advance: Callable[[str], None]
) -> tuple[Delivery, pl.DataFrame | None]:
    """Read the files while the server, which has nothing else to do, reads what it has."""
    with ThreadPoolExecutor(max_workers=1) as aside:
        carries_lines = "accruals.csv" in parcel.contents
        previous = aside.submit(_knowledge.lines, incoming) if carries_lines else None
        delivery = parse_parcel(parcel, advance=advance)
    return delivery, previous.result() if previous else None


def _withdraw_if(condition: bool, *, verdict: Verdict) -> None:
    if condition:
        raise _Withdrawn(verdict)


def _sender(opened: Session, *, code: str) -> int:
    opened.execute(insert(Sender).values(code=code).on_conflict_do_nothing())
    return opened.scalars(select(Sender.id).where(Sender.code == code)).one()


def _is_repeated(opened: Session, parcel: Parcel, *, sender_id: int) -> bool:
    """Tell whether the sender's latest package of the period was this very one."""
    latest = opened.scalars(
        select(Package.digest)
        .where(Package.sender_id == sender_id, Package.period == parcel.manifest.period)
        .order_by(Package.id.desc())
        .limit(1)
    ).one_or_none()
    return latest == parcel.digest


def _is_closed(opened: Session, manifest: Manifest, *, sender_id: int) -> bool:
    status = opened.scalars(
        select(BillingPeriod.status).where(
            BillingPeriod.sender_id == sender_id, BillingPeriod.period == manifest.period
        )
    ).one_or_none()
    return status == PeriodStatus.CLOSED


def _note_closed(parcel: Parcel) -> None:
    parcel.findings.note(
        Severity.ERROR,
        file="manifest.json",
        code=PERIOD_CLOSED,
        reason=(
            f"месяц {parcel.manifest.period:%Y-%m} уже закрыт, а пакет отличается от принятого: "
            "откройте месяц заново и повторите загрузку"
        ),
        column="period",
        value=f"{parcel.manifest.period:%Y-%m}",
    )


def _remember(opened: Session, delivery: Delivery, *, sender_id: int) -> None:
    manifest, now = delivery.manifest, clock.now()
    closed_at = now if manifest.period_status is PeriodStatus.CLOSED else None
    status = {"status": manifest.period_status.value, "closed_at": closed_at}
    opened.execute(
        insert(BillingPeriod)
        .values(sender_id=sender_id, period=manifest.period, **status)
        .on_conflict_do_update(index_elements=["sender_id", "period"], set_=status)
    )
    opened.add(
        Package(
            sender_id=sender_id,
            period=manifest.period,
            mode=manifest.mode.value,
            digest=delivery.digest,
            imported_at=now,
            row_count=sum(frame.height for frame in delivery.frames.values()),
        )
    )
