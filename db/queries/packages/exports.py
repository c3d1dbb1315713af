"""What is exported to billing: readings and payments of the portal that were not sent yet."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Text, cast, exists, func, insert, select, text
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from db.models import (
    Account,
    ExportedRow,
    ExportRun,
    Meter,
    OnlinePayment,
    OnlinePaymentPart,
    Sender,
    ServiceGroup,
    SubmittedReading,
)
from db.rows import read_all

_READING_KEY = cast(SubmittedReading.id, Text)
_PAYMENT_KEY = func.concat(
    OnlinePayment.account_id, ":", OnlinePayment.id, ":", OnlinePaymentPart.group_id
)
_READINGS = (
    select(
        _READING_KEY.label("row_key"),
        SubmittedReading.id,
        Meter.external_id.label("meter"),
        SubmittedReading.zone,
        SubmittedReading.value,
        SubmittedReading.taken_on,
        SubmittedReading.submitted_at,
    )
    .join(
        Meter,
        (Meter.account_id == SubmittedReading.account_id) & (Meter.id == SubmittedReading.meter_id),
    )
    .join(Account, Account.id == SubmittedReading.account_id)
    .where(SubmittedReading.status == "accepted")
    .order_by(SubmittedReading.submitted_at, SubmittedReading.id)
)
_PAYMENTS = (
    select(
        _PAYMENT_KEY.label("row_key"),
        OnlinePayment.bank_id,
        Account.external_id.label("account"),
        ServiceGroup.external_id.label("group"),
        (OnlinePaymentPart.amount - OnlinePaymentPart.refunded).label("amount"),
        OnlinePayment.paid_at,
    )
    .join(
        OnlinePaymentPart,
        (OnlinePaymentPart.account_id == OnlinePayment.account_id)
        & (OnlinePaymentPart.payment_id == OnlinePayment.id),
    )
    .join(Account, Account.id == OnlinePayment.account_id)
    .join(ServiceGroup, ServiceGroup.id == OnlinePaymentPart.group_id)
    .where(OnlinePayment.status == "paid", OnlinePaymentPart.amount > OnlinePaymentPart.refunded)
    .order_by(OnlinePayment.paid_at, OnlinePayment.id, OnlinePaymentPart.place)
)


class ReadingRow(NamedTuple):
    """A reading that a resident submitted; ``meter`` is billing's id of the meter."""

    row_key: str
    id: int
    meter: str
    zone: int
    value: Decimal
    taken_on: dt.date
    submitted_at: dt.datetime


class PaymentRow(NamedTuple):
    """The part of an online payment for one group; ``account`` and ``group`` are billing's ids."""

    row_key: str
    bank_id: str
    account: str
    group: str
    amount: Decimal
    paid_at: dt.datetime


def lock_exports(session: Session) -> None:
    """Wait until no other export runs; the lock is held to the end of the transaction."""
    session.execute(text("SELECT pg_advisory_xact_lock(hashtext('kabinet export'))"))


def list_senders(session: Session) -> dict[str, int]:
    """Return the key of every sender by its code, in the order of codes."""
    rows = session.execute(select(Sender.code, Sender.id).order_by(Sender.code))
    return dict(rows.all())


def list_new_readings(
    session: Session, *, sender_id: int, recipient: str, since: dt.datetime | None
) -> list[ReadingRow]:
    """Return the accepted readings not sent to a recipient yet; all, or since a moment."""
    statement = _READINGS.where(
        Account.sender_id == sender_id,
        ~_is_sent("readings", _READING_KEY, sender_id, recipient),
    )
    if since is not None:
        statement = statement.where(SubmittedReading.submitted_at >= since)
    return read_all(session.execute(statement), ReadingRow)


def list_new_payments(
    session: Session, *, sender_id: int, recipient: str, since: dt.datetime | None
) -> list[PaymentRow]:
    """Return the online payments not sent to a recipient yet; all, or since a moment."""
    statement = _PAYMENTS.where(
        Account.sender_id == sender_id,
        ~_is_sent("payments", _PAYMENT_KEY, sender_id, recipient),
    )
    if since is not None:
        statement = statement.where(OnlinePayment.paid_at >= since)
    return read_all(session.execute(statement), PaymentRow)


def _is_sent(
    kind: str, key: ColumnElement[str], sender_id: int, recipient: str
) -> ColumnElement[bool]:
    return exists().where(
        ExportedRow.kind == kind,
        ExportedRow.recipient == recipient,
        ExportedRow.sender_id == sender_id,
        ExportedRow.row_key == key,
    )


def add_run(
    session: Session,
    *,
    kind: str,
    sender_id: int,
    recipient: str,
    since: dt.date | None,
    made_at: dt.datetime,
    lines: Mapping[str, str],
) -> int:
    """Record a run and its lines, by the keys of their rows, and return its number."""
    sent = {"kind": kind, "sender_id": sender_id, "recipient": recipient}
    run = {**sent, "since": since, "row_count": len(lines), "made_at": made_at}
    run_id = session.scalars(insert(ExportRun).values(run).returning(ExportRun.id)).one()
    session.execute(
        insert(ExportedRow),
        [
            {**sent, "run_id": run_id, "row_key": key, "number": number, "line": line}
            for number, (key, line) in enumerate(lines.items(), 1)
        ],
    )
    return run_id


def is_payment_sent(session: Session, *, account_id: int, payment_id: UUID) -> bool:
    """Tell whether any part of an online payment was sent to any recipient."""
    key = ExportedRow.row_key.startswith(f"{account_id}:{payment_id}:", autoescape=True)
    statement = select(exists().where(ExportedRow.kind == "payments", key))
    return session.scalar(statement) or False


def find_run(session: Session, *, run_id: int) -> ExportRun | None:
    """Return a run; None if there was no run of that number."""
    return session.get(ExportRun, run_id)


def list_lines(session: Session, *, run_id: int) -> Sequence[str]:
    """Return the lines of a run as they were sent."""
    statement = select(ExportedRow.line).where(ExportedRow.run_id == run_id)
    return session.scalars(statement.order_by(ExportedRow.number)).all()
