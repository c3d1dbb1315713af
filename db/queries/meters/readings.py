"""Readings of meters, from billing and submitted in the portal, as one history."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import (
    BigInteger,
    Numeric,
    Select,
    Text,
    UnaryExpression,
    cast,
    func,
    literal_column,
    null,
    or_,
    select,
    text,
    union_all,
)
from sqlalchemy.orm import Session

from db.models import (
    Reading,
    SubmittedReading,
)
from db.queries import scope
from db.rows import read_all
from db.session import Viewer


class ReadingRow(NamedTuple):
    """A reading; the last three fields are None if it came from billing."""

    account_id: int
    meter_id: int
    zone: int
    value: Decimal
    period: dt.date
    taken_on: dt.date
    source: str
    status: str
    consumption: Decimal | None
    submitted_id: int | None
    reason: str | None
    request_key: str | None


_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:word, 0))")
_MOST = 30  # readings of each source and dial: two and a half years


def _latest(
    model: type[Reading | SubmittedReading], order: UnaryExpression[dt.date] | UnaryExpression[int]
) -> Select[tuple[int]]:
    """Number the readings of each dial, the latest first."""
    age = func.row_number().over(partition_by=(model.meter_id, model.zone), order_by=order)
    return select(age.label("age")).where(scope.match_viewer(model.account_id))


_BILLED = (
    _latest(Reading, Reading.taken_on.desc())
    .add_columns(
        Reading.account_id,
        Reading.meter_id,
        Reading.zone,
        Reading.value,
        Reading.period,
        Reading.taken_on,
        Reading.source,
        func.coalesce(Reading.status, "accepted").label("status"),
        Reading.consumption,
        cast(null(), BigInteger).label("submitted_id"),
        cast(null(), Text).label("reason"),
        cast(null(), Text).label("request_key"),
    )
    .where(or_(Reading.status.is_(None), Reading.status != "rejected"))
    .subquery("billed")
)
_SUBMITTED = (
    _latest(SubmittedReading, SubmittedReading.id.desc())
    .add_columns(
        SubmittedReading.account_id,
        SubmittedReading.meter_id,
        SubmittedReading.zone,
        SubmittedReading.value,
        SubmittedReading.period,
        SubmittedReading.taken_on,
        literal_column("'portal'").label("source"),
        SubmittedReading.status,
        cast(null(), Numeric).label("consumption"),
        SubmittedReading.id.label("submitted_id"),
        SubmittedReading.reason,
        SubmittedReading.request_key,
    )
    .subquery("submitted")
)
_COLUMNS = [column for column in _BILLED.c.keys() if column != "age"]  # noqa: SIM118 - no dict
_READINGS = union_all(
    *(
        select(*(part.c[name] for name in _COLUMNS)).where(part.c.age <= _MOST)
        for part in (_BILLED, _SUBMITTED)
    )
)
_ALL_READINGS = _READINGS.order_by(
    _READINGS.selected_columns.taken_on, _READINGS.selected_columns.submitted_id.nulls_first()
)


def lock_accounts(session: Session, *, account_ids: Sequence[int]) -> None:
    """Make submissions for these accounts wait until the transaction ends.

    Locks are taken in one order, so that two submissions cannot block each other.
    """
    for account_id in sorted(account_ids):
        session.execute(_LOCK, {"word": f"readings {account_id}"})


def list_readings(session: Session, *, viewer: Viewer) -> list[ReadingRow]:
    """Return the latest readings of the viewer's meters, billing's and ours, oldest first."""
    return read_all(session.execute(_ALL_READINGS, scope.bind_viewer(viewer)), ReadingRow)
