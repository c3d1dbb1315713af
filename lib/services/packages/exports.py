"""Exports to billing: each row goes to each recipient once, and a past run can be repeated."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sqlalchemy.orm import Session

from db import session as database
from db.queries.packages import exports as queries
from db.queries.packages.exports import PaymentRow, ReadingRow
from lib import clock, config
from lib.errors import PortalError
from lib.exchange import outgoing
from lib.services.audit import trail
from lib.services.audit.trail import Action

_LONGEST_RECIPIENT = 64


class Kind(StrEnum):
    """What can be exported."""

    READINGS = "readings"
    PAYMENTS = "payments"


class ExportRefused(PortalError):
    """There is nothing to export, or the file of a run was not written."""


@dataclass(frozen=True, slots=True)
class Exported:
    """The number of a run, None if there was nothing new, and the count of its rows."""

    run_id: int | None
    rows: int


def export(
    *, kind: Kind, organization: str, recipient: str, since: dt.date | None, path: Path
) -> Exported:
    """Write a file of what a recipient has not received yet; no file if there is nothing new.

    The rows are recorded as sent before the file gets its name. If the process dies in between,
    nothing is lost: ``repeat`` writes the file of the run again.

    Args:
        kind: what is exported.
        organization: code of the sender whose accounts these are.
        recipient: name of the receiver; empty for the organisation itself.
        since: the first day, in the centre's time zone; None for no limit.
        path: the file.

    Raises:
        ExportRefused: no such organisation; the recipient's name is too long; or the run was
            recorded and its file was not written: the message says how to repeat it.
        FileNotWritten: the file was not written, and nothing was recorded.
    """
    receiver = recipient.strip() or organization
    if len(receiver) > _LONGEST_RECIPIENT or not receiver.isprintable():
        raise ExportRefused(f"Название получателя – не длиннее {_LONGEST_RECIPIENT} знаков.")
    with database.transaction(database.OPERATOR) as session:
        queries.lock_exports(session)
        sender_id = _get_sender(session, organization)
        lines = _make_lines(session, kind, sender_id=sender_id, recipient=receiver, since=since)
        if not lines:
            return Exported(None, 0)
        draft = outgoing.write_draft(path, kind=kind, lines=lines.values())
        run_id = queries.add_run(
            session,
            kind=kind.value,
            sender_id=sender_id,
            recipient=receiver,
            since=since,
            made_at=clock.now(),
            lines=lines,
        )
        trail.record_event(
            session,
            action=Action.EXPORTED,
            what=kind.value,
            run=run_id,
            rows=len(lines),
            recipient=receiver,
            since=since,
        )
    with _name_run(run_id):
        outgoing.publish_draft(draft, path)
    return Exported(run_id, len(lines))


def repeat_export(*, kind: Kind, run_id: int, path: Path) -> Exported:
    """Write the file of a past run again, equal byte by byte.

    Raises:
        ExportRefused: there was no such run of this kind.
        FileNotWritten: the file was not written.
    """
    with database.transaction(database.OPERATOR) as session:
        run = queries.find_run(session, run_id=run_id)
        if run is None or run.kind != kind:
            raise ExportRefused(f"Выгрузки № {run_id} с этим содержанием не было.")
        lines = queries.list_lines(session, run_id=run_id)
    outgoing.publish_draft(outgoing.write_draft(path, kind=kind, lines=lines), path)
    return Exported(run_id, len(lines))


@contextmanager
def _name_run(run_id: int) -> Iterator[None]:
    """Add to a failure how to get the file of a run that was recorded."""
    try:
        yield
    except outgoing.FileNotWritten as failure:
        raise ExportRefused(f"{failure} Повторите с ключом --run {run_id}.") from failure


def _get_sender(session: Session, code: str) -> int:
    senders = queries.list_senders(session)
    if code not in senders:
        known = ", ".join(senders) or "пока ни одной"
        raise ExportRefused(f"Организации «{code}» нет. Есть: {known}.")
    return senders[code]


def _make_lines(
    session: Session, kind: Kind, *, sender_id: int, recipient: str, since: dt.date | None
) -> dict[str, str]:
    """Return the lines of new rows, by the keys of the rows."""
    zone = config.get_settings().zone
    moment = dt.datetime.combine(since, dt.time(), tzinfo=zone) if since else None
    if kind is Kind.READINGS:
        readings = queries.list_new_readings(
            session, sender_id=sender_id, recipient=recipient, since=moment
        )
        return {row.row_key: _format_reading(row) for row in readings}
    payments = queries.list_new_payments(
        session, sender_id=sender_id, recipient=recipient, since=moment
    )
    return {row.row_key: _format_payment(row) for row in payments}


def _format_reading(row: ReadingRow) -> str:
    submitted = clock.local(row.submitted_at)
    return outgoing.format_line(
        row.id, row.meter, row.zone, row.value, row.taken_on, submitted, "portal"
    )


def _format_payment(row: PaymentRow) -> str:
    paid = clock.local(row.paid_at)
    return outgoing.format_line(row.bank_id, row.account, row.group, row.amount, paid)
