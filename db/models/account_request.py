"""Access to an account by a document or by a code from a receipt."""

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Id


class AccountRequest(Base):
    """A request of a login for access to an account, with a photo of a document; staff decide."""

    __tablename__ = "account_request"

    id: Mapped[Id]
    login_id: Mapped[int] = mapped_column(ForeignKey("login.id", ondelete="CASCADE"))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    premise_id: Mapped[int] = mapped_column(ForeignKey("premise.id"))
    account_number: Mapped[str]
    comment: Mapped[str]
    photo: Mapped[str]  # its key in the storage
    status: Mapped[str]
    reason: Mapped[str | None]
    requested_at: Mapped[dt.datetime]
    decided_at: Mapped[dt.datetime | None]
    decided_by: Mapped[int | None]
    decision_key: Mapped[str | None]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    __table_args__ = (
        CheckConstraint("status IN ('new', 'approved', 'declined')", name="status_known"),
        Index("ix_account_request_login_id", "login_id"),
        Index(
            "ix_account_request_organization_id_status_requested_at",
            "organization_id",
            "status",
            "requested_at",
        ),
        Index(
            "uq_account_request_waiting",
            "login_id",
            "premise_id",
            "account_number",
            unique=True,
            postgresql_where=text("status = 'new'"),
        ),
    )


class AccountCode(Base):
    """A one-time code printed on a receipt; the row is added when the code is used."""

    __tablename__ = "account_code"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    period: Mapped[dt.date] = mapped_column(primary_key=True)
    login_id: Mapped[int]
    used_at: Mapped[dt.datetime]
