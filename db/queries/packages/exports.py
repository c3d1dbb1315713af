"""What goes out to billing: readings and payments of the portal's own that have not gone yet."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Text, cast, exists, func, insert, select, text
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from db.base import AnyRow
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


def wait_for_turn(session: Session) -> None:
    """Let one export at a time: the second sees what the first one has given out."""
    session.execute(text("SELECT pg_advisory_xact_lock(hashtext('kabinet export'))"))


def senders(session: Session) -> dict[str, int]:
    """Return every sender by its code."""
    rows = session.execute(select(Sender.code, Sender.id).order_by(Sender.code))
    return {row.code: row.id for row in rows}


def new_readings(
    session: Session, *, sender_id: int, recipient: str, since: dt.datetime | None
) -> Sequence[AnyRow]:
    """Return accepted readings that a recipient has not had yet."""
    wanted = _new(_READINGS, "readings", _READING_KEY, sender_id, recipient)
    if since is not None:
        wanted = wanted.where(SubmittedReading.submitted_at >= since)
    return session.execute(wanted).all()


def new_payments(
    session: Session, *, sender_id: int, recipient: str, since: dt.datetime | None
) -> Sequence[AnyRow]:
    """Return payments made online, a row a group, that a recipient has not had yet."""
    wanted = _new(_PAYMENTS, "payments", _PAYMENT_KEY, sender_id, recipient)
    if since is not None:
        wanted = wanted.where(OnlinePayment.paid_at >= since)
    return session.execute(wanted).all()


def _new(statement: Any, kind: str, key: ColumnElement[Any], sender_id: int, recipient: str) -> Any:
    given = exists().where(
        ExportedRow.kind == kind,
        ExportedRow.recipient == recipient,
        ExportedRow.sender_id == sender_id,
        ExportedRow.row_key == key,
    )
    return statement.where(Account.sender_id == sender_id, ~given)


def add(session: Session, **values: Any) -> int:
    """Add a run and return its number."""
    return int(session.scalars(insert(ExportRun).values(**values).returning(ExportRun.id)).one())


def add_rows(session: Session, rows: Iterable[dict[str, Any]]) -> None:
    """Remember the lines of a run."""
    session.execute(insert(ExportedRow), list(rows))


def has_gone_out(session: Session, *, account_id: int, payment_id: UUID) -> bool:
    """Tell whether any part of a payment made online has been given out to anybody."""
    key = ExportedRow.row_key.startswith(f"{account_id}:{payment_id}:", autoescape=True)
    wanted = select(exists().where(ExportedRow.kind == "payments", key))
    return bool(session.scalar(wanted))


def find(session: Session, *, run_id: int) -> ExportRun | None:
    """Return a run, or None."""
    return session.get(ExportRun, run_id)


def lines(session: Session, *, run_id: int) -> Sequence[str]:
    """Return the lines of a run as they went out."""
    wanted = select(ExportedRow.line).where(ExportedRow.run_id == run_id)
    return session.scalars(wanted.order_by(ExportedRow.number)).all()
