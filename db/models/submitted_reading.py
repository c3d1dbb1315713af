"""Readings that residents submit, the days for them and the limits of consumption."""

import datetime as dt

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Count, Id, Volume


class SubmittedReading(Base):
    """A reading as a resident submitted it; a correction is a new row that replaces it."""

    __tablename__ = "submitted_reading"

    account_id: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    meter_id: Mapped[int]
    zone: Mapped[Count]
    value: Mapped[Volume]
    period: Mapped[dt.date]
    taken_on: Mapped[dt.date]
    submitted_at: Mapped[dt.datetime]
    login_id: Mapped[int]
    request_key: Mapped[str]
    status: Mapped[str]
    doubts: Mapped[list[str]] = mapped_column(ARRAY(Text))
    previous: Mapped[Volume | None]  # the previous reading and the consumption since then
    used: Mapped[Volume | None]
    comment: Mapped[str]
    reason: Mapped[str | None]
    decided_at: Mapped[dt.datetime | None]
    decided_by: Mapped[int | None]
    decision_key: Mapped[str | None]
    superseded_by: Mapped[int | None]

    __table_args__ = (
        ForeignKeyConstraint(["account_id", "meter_id"], ["meter.account_id", "meter.id"]),
        UniqueConstraint("account_id", "meter_id", "zone", "request_key"),
        CheckConstraint(
            "status IN ('accepted', 'doubtful', 'returned', 'superseded')", name="status_known"
        ),
        CheckConstraint("value >= 0", name="value_positive"),
        Index(
            "uq_submitted_reading_counts",
            "account_id",
            "meter_id",
            "zone",
            "period",
            unique=True,
            postgresql_where=text("status IN ('accepted', 'doubtful')"),
        ),
        Index(
            "ix_submitted_reading_doubtful",
            "organization_id",
            "submitted_at",
            postgresql_where=text("status = 'doubtful'"),
        ),
    )


class ReadingWindow(Base):
    """The days of a month on which an organisation accepts readings; without a row, all days."""

    __tablename__ = "reading_window"

    id: Mapped[Id]
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    service_id: Mapped[int | None] = mapped_column(ForeignKey("service.id"))  # None: all services
    valid_from: Mapped[dt.date]
    first_day: Mapped[Count]
    last_day: Mapped[Count]
    outside: Mapped[str]
    accepts_expired: Mapped[bool]

    __table_args__ = (
        UniqueConstraint(
            "organization_id", "service_id", "valid_from", postgresql_nulls_not_distinct=True
        ),
        CheckConstraint(
            "1 <= first_day AND first_day <= last_day AND last_day <= 31", name="days_in_order"
        ),
        CheckConstraint("outside IN ('refuse', 'next_period')", name="outside_known"),
    )


class ReadingLimit(Base):
    """The largest plausible consumption of a resource from a date on; None means no limit."""

    __tablename__ = "reading_limit"

    resource: Mapped[str] = mapped_column(primary_key=True)
    valid_from: Mapped[dt.date] = mapped_column(primary_key=True)
    per_day: Mapped[Volume | None]
    soft: Mapped[Volume | None]
    hard: Mapped[Volume | None]
    decimals: Mapped[Count]
