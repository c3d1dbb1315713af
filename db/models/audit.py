"""The audit log: rows are added and never changed."""

import datetime as dt
from typing import Any

from sqlalchemy import Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Id


class AuditEvent(Base):
    """An event of the audit log; it has no foreign keys, because it outlives the rows it names."""

    __tablename__ = "audit_event"

    id: Mapped[Id]
    happened_at: Mapped[dt.datetime]
    action: Mapped[str]
    login_id: Mapped[int | None]
    # of the login, or the name that was typed, masked
    username: Mapped[str | None]
    organization_id: Mapped[int | None]
    account_id: Mapped[int | None]
    address: Mapped[str | None]
    details: Mapped[dict[str, Any]] = mapped_column(JSONB)

    __table_args__ = (
        Index("ix_audit_event_happened_at", "happened_at"),
        Index("ix_audit_event_login_id_happened_at", "login_id", "happened_at"),
        Index("ix_audit_event_username_happened_at", "username", "happened_at"),
        # the login that was affected
        Index("ix_audit_event_subject_happened_at", text("(details ->> 'login')"), "happened_at"),
        Index("ix_audit_event_account_id_happened_at", "account_id", "happened_at"),
        Index("ix_audit_event_action_happened_at", "action", "happened_at"),
    )
