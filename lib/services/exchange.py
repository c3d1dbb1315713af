"""Exchange with billing: a package comes in whole, or not at all."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import polars as pl
from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db import loading, session
from db.loading import Change
from db.models import BillingPeriod, Package, Sender
from lib import clock
from lib.exchange.findings import Findings, Severity
from lib.exchange.judging import Known, judge
from lib.exchange.manifest import Manifest, PeriodStatus
from lib.exchange.reading import Delivery, Parcel, open_parcel, parse_parcel
from lib.services import package_loading
from lib.services.incoming import REFERENCE_TABLES, Incoming

PERIOD_CLOSED = "period_closed"
_LINE = {
    "account_id": pl.String,
    "service_id": pl.String,
    "line": pl.Int64,
    "closing": pl.Decimal(15, 2),
}


class Verdict(StrEnum):
    """What became of a package."""

    IMPORTED = "imported"
    CHECKED = "checked"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


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
    """
    parcel = open_parcel(path, advance=advance)
    if _is_known(parcel):
        return ImportOutcome(Verdict.UNCHANGED, parcel.manifest, parcel.findings, {})
    delivery = parse_parcel(parcel, advance=advance)
    if delivery.findings.has_errors:
        return _outcome(Verdict.REFUSED, delivery, {})
    changes: dict[str, Change] = {}
    try:
        with session.transaction(session.OWNER) as opened:
            advance("Жду своей очереди")
            # one import at a time: the second waits here and then sees the first one's rows
            opened.execute(text("SELECT pg_advisory_xact_lock(hashtext('kabinet import'))"))
            _judge_and_load(opened, delivery, changes, advance)
            _withdraw_if(is_dry_run, verdict=Verdict.CHECKED)
    except _Withdrawn as withdrawn:
        verdict = withdrawn.verdict
    else:
        verdict = Verdict.IMPORTED
    return _outcome(verdict, delivery, changes)


def _outcome(verdict: Verdict, delivery: Delivery, changes: Mapping[str, Change]) -> ImportOutcome:
    return ImportOutcome(verdict, delivery.manifest, delivery.findings, changes)


def _is_known(parcel: Parcel) -> bool:
    """Tell from the digest alone, before a line is read, that the package has come already."""
    with session.transaction(session.OWNER) as opened:
        found = select(Sender.id).where(Sender.code == parcel.manifest.organization)
        sender_id = opened.scalars(found).one_or_none()
        return sender_id is not None and _is_repeated(
            opened, sender_id=sender_id, period=parcel.manifest.period, digest=parcel.digest
        )


def _judge_and_load(
    opened: Session,
    delivery: Delivery,
    changes: dict[str, Change],
    advance: Callable[[str], None],
) -> None:
    sender_id = _sender(opened, code=delivery.manifest.organization)
    repeated = _is_repeated(
        opened, sender_id=sender_id, period=delivery.manifest.period, digest=delivery.digest
    )
    _withdraw_if(repeated, verdict=Verdict.UNCHANGED)
    if _is_closed(opened, delivery.manifest, sender_id=sender_id):
        _note_closed(delivery)
    _withdraw_if(delivery.findings.has_errors, verdict=Verdict.REFUSED)
    advance("Сверяю со сведениями портала")
    incoming = Incoming(
        opened.connection(), sender_id, delivery.manifest, delivery.frames, changes=changes
    )
    judge(delivery, _known(incoming))
    _withdraw_if(delivery.findings.has_errors, verdict=Verdict.REFUSED)
    package_loading.load(incoming, advance=advance)
    _remember(opened, delivery, sender_id=sender_id)


def _withdraw_if(condition: bool, *, verdict: Verdict) -> None:
    if condition:
        raise _Withdrawn(verdict)


def _sender(opened: Session, *, code: str) -> int:
    opened.execute(insert(Sender).values(code=code).on_conflict_do_nothing())
    return opened.scalars(select(Sender.id).where(Sender.code == code)).one()


def _is_repeated(opened: Session, *, sender_id: int, period: dt.date, digest: str) -> bool:
    """Tell whether the sender's latest package of the period was this very one."""
    latest = opened.scalars(
        select(Package.digest)
        .where(Package.sender_id == sender_id, Package.period == period)
        .order_by(Package.id.desc())
        .limit(1)
    ).one_or_none()
    return latest == digest


def _is_closed(opened: Session, manifest: Manifest, *, sender_id: int) -> bool:
    status = opened.scalars(
        select(BillingPeriod.status).where(
            BillingPeriod.sender_id == sender_id, BillingPeriod.period == manifest.period
        )
    ).one_or_none()
    return status == PeriodStatus.CLOSED


def _note_closed(delivery: Delivery) -> None:
    delivery.findings.note(
        Severity.ERROR,
        file="manifest.json",
        code=PERIOD_CLOSED,
        reason=(
            f"месяц {delivery.manifest.period:%Y-%m} уже закрыт, а пакет отличается от принятого: "
            "откройте месяц заново и повторите загрузку"
        ),
        column="period",
        value=f"{delivery.manifest.period:%Y-%m}",
    )


def _known(incoming: Incoming) -> Known:
    ids = {stem: incoming.known(stem)["external_id"] for stem in REFERENCE_TABLES}
    for stem, (file, column) in {
        "payments": ("payment_parts", "payment_id"),
        "meters": ("readings", "meter_id"),
    }.items():
        if file in incoming.frames:
            wanted = incoming.frames[file][column]
            ids[stem] = incoming.owned(stem, wanted)["external_id"]
    return Known(
        ids=ids, services=_services(incoming), areas=_areas(incoming), previous=_previous(incoming)
    )


def _services(incoming: Incoming) -> pl.DataFrame:
    return loading.copy_out(
        incoming.connection,
        "SELECT s.external_id, g.external_id, s.name FROM service s "
        "JOIN service_group g ON g.id = s.group_id WHERE s.sender_id = {sender}",
        schema={"service_id": pl.String, "group_id": pl.String, "name": pl.String},
        parameters={"sender": incoming.sender_id},
    )


def _areas(incoming: Incoming) -> pl.DataFrame:
    return loading.copy_out(
        incoming.connection,
        "SELECT external_id, area FROM account WHERE sender_id = {sender}",
        schema={"account_id": pl.String, "area": pl.Decimal(21, 6)},
        parameters={"sender": incoming.sender_id},
    )


def _previous(incoming: Incoming) -> pl.DataFrame:
    """Return the closing balances of the sender's lines of the month before."""
    before = (incoming.manifest.period - dt.timedelta(days=1)).replace(day=1)
    return loading.copy_out(
        incoming.connection,
        "SELECT a.external_id, s.external_id, l.line, l.closing FROM accrual l "
        "JOIN account a ON a.id = l.account_id JOIN service s ON s.id = l.service_id "
        "WHERE a.sender_id = {sender} AND l.period = {before}",
        schema=_LINE,
        parameters={"sender": incoming.sender_id, "before": before},
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
