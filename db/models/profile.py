"""Choices of a login: consents, subscriptions and copies of its data."""

import datetime as dt
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Id


class Consent(Base):
    """A consent of a login to a version of a text; a withdrawn consent keeps its row."""

    __tablename__ = "consent"

    id: Mapped[Id]
    login_id: Mapped[int] = mapped_column(ForeignKey("login.id"), index=True)
    purpose: Mapped[str]
    text_version: Mapped[str]
    given_at: Mapped[dt.datetime]
    address: Mapped[str | None]
    withdrawn_at: Mapped[dt.datetime | None]

    __table_args__ = (
        CheckConstraint("purpose IN ('terms', 'news', 'analytics')", name="purpose_known"),
    )


class Subscription(Base):
    """A subscription of a login to letters of one kind, from a period on."""

    __tablename__ = "subscription"

    login_id: Mapped[int] = mapped_column(
        ForeignKey("login.id", ondelete="CASCADE"), primary_key=True
    )
    purpose: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[dt.date]

    __table_args__ = (
        CheckConstraint(
            "purpose IN ('receipts', 'readings', 'verification', 'due_date')", name="purpose_known"
        ),
    )


class DataExport(Base):
    """A copy of all data about a login, made by a job."""

    __tablename__ = "data_export"

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=func.gen_random_uuid())
    login_id: Mapped[int] = mapped_column(ForeignKey("login.id", ondelete="CASCADE"))
    status: Mapped[str]
    file: Mapped[str | None]  # its key in the storage
    requested_at: Mapped[dt.datetime]
    ready_at: Mapped[dt.datetime | None]
    expires_at: Mapped[dt.datetime | None]

    __table_args__ = (
        CheckConstraint("status IN ('waiting', 'ready', 'failed')", name="status_known"),
        Index("ix_data_export_login_id_requested_at", "login_id", "requested_at"),
    )
