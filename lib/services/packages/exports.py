"""Exports to billing: each row once to each recipient, and any run again as it was."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from db import session as database
from db.base import AnyRow
from db.queries.packages import exports as queries
from lib import clock, config
from lib.errors import PortalError
from lib.exchange import outgoing
from lib.services.audit import trail
from lib.services.audit.trail import Action

_LONGEST_RECIPIENT = 64


class Kind(StrEnum):
    """What may go out."""

    READINGS = "readings"
    PAYMENTS = "payments"


class ExportRefused(PortalError):
    """There is nothing like it to give out."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What went out: number of the run and its rows; no run where there was nothing new."""

    run_id: int | None
    rows: int


def export(
    *, kind: Kind, organization: str, recipient: str, since: dt.date | None, path: Path
) -> Exported:
    """Write what a recipient has not had yet; nothing new writes no file.

    The rows are marked as given out before the file gets its name: a death in between loses
    nothing, since the run can be written again.

    Args:
        kind: what goes out.
        organization: code of the sender whose accounts these are.
        recipient: who gets it; the organisation itself where empty.
        since: not what is older, by the centre's clocks.
        path: the file.

    Raises:
        ExportRefused: no such organisation, or the recipient's name is too long.
        FileNotWritten: the file is not there; a run that was marked is named.
    """
    to = recipient.strip() or organization
    if len(to) > _LONGEST_RECIPIENT or not to.isprintable():
        raise ExportRefused(f"Название получателя – не длиннее {_LONGEST_RECIPIENT} знаков.")
    with database.transaction(database.OPERATOR) as session:
        queries.wait_for_turn(session)
        sender_id = _sender(session, organization)
        lines = _lines(session, kind, sender_id=sender_id, recipient=to, since=since)
        if not lines:
            return Exported(None, 0)
        made = outgoing.prepare(path, kind=kind, lines=lines.values())
        given = {"kind": kind.value, "sender_id": sender_id, "recipient": to}
        run_id = _remember(session, given, since=since, lines=lines)
    with _named(run_id):
        outgoing.finish(made, path)
    return Exported(run_id, len(lines))


def repeat(*, kind: Kind, run_id: int, path: Path) -> Exported:
    """Write a past run again, the same to the byte.

    Raises:
        ExportRefused: there was no such run of that kind.
        FileNotWritten: the file is not there.
    """
    with database.transaction(database.OPERATOR) as session:
        run = queries.find(session, run_id=run_id)
        if run is None or run.kind != kind:
            raise ExportRefused(f"Выгрузки № {run_id} с этим содержанием не было.")
        lines = queries.lines(session, run_id=run_id)
    outgoing.finish(outgoing.prepare(path, kind=kind, lines=lines), path)
    return Exported(run_id, len(lines))


@contextmanager
def _named(run_id: int) -> Iterator[None]:
    """Tell, with the refusal, how to get the file of a run that is marked already."""
    try:
        yield
    except outgoing.FileNotWritten as failure:
        raise ExportRefused(f"{failure} Повторите с ключом --run {run_id}.") from failure


def _sender(session: Session, code: str) -> int:
    senders = queries.senders(session)
    if code not in senders:
        known = ", ".join(senders) or "пока ни одной"
        raise ExportRefused(f"Организации «{code}» нет. Есть: {known}.")
    return senders[code]


def _lines(
    session: Session, kind: Kind, *, sender_id: int, recipient: str, since: dt.date | None
) -> dict[str, str]:
    """Return the lines of what is new, by the keys of its rows."""
    zone = config.settings().zone
    moment = dt.datetime.combine(since, dt.time(), tzinfo=zone) if since else None
    if kind is Kind.READINGS:
        rows = queries.new_readings(session, sender_id=sender_id, recipient=recipient, since=moment)
        return {row.row_key: _reading(row) for row in rows}
    rows = queries.new_payments(session, sender_id=sender_id, recipient=recipient, since=moment)
    return {row.row_key: _payment(row) for row in rows}


def _reading(row: AnyRow) -> str:
    submitted = clock.local(row.submitted_at)
    return outgoing.line(row.id, row.meter, row.zone, row.value, row.taken_on, submitted, "portal")


def _payment(row: AnyRow) -> str:
    paid = clock.local(row.paid_at)
    return outgoing.line(row.bank_id, row.account, row.group, row.amount, paid)


def _remember(
    session: Session, given: dict[str, Any], *, since: dt.date | None, lines: dict[str, str]
) -> int:
    """Mark the rows as given out and return the run's number."""
    run_id = queries.add(session, **given, since=since, row_count=len(lines), made_at=clock.now())
    queries.add_rows(
        session,
        (
            {**given, "run_id": run_id, "row_key": key, "number": number, "line": line}
            for number, (key, line) in enumerate(lines.items(), 1)
        ),
    )
    trail.record_event(
        session,
        action=Action.EXPORTED,
        what=given["kind"],
        run=run_id,
        rows=len(lines),
        recipient=given["recipient"],
        since=since,
    )
    return run_id
