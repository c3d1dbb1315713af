"""Mistakes in the text of the portal, as readers reported them."""

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Id


class Mistake(Base):
    """Words of a screen that a reader selected, and what is wrong with them."""

    __tablename__ = "mistake"

    id: Mapped[Id]
    # who looks into it; None where that is the administrators' matter
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))
    # None of a stranger, and of a login that has been deleted since
    login_id: Mapped[int | None] = mapped_column(ForeignKey("login.id", ondelete="SET NULL"))
    screen: Mapped[str]  # its address, without anything secret
    selected: Mapped[str]
    before: Mapped[str]
    after: Mapped[str]
    comment: Mapped[str]
    status: Mapped[str]
    reason: Mapped[str | None]
    reported_at: Mapped[dt.datetime]
    decided_at: Mapped[dt.datetime | None]
    decided_by: Mapped[int | None]
    request_key: Mapped[str]
    # when those who decide were told that it waits, or that others do
    told_at: Mapped[dt.datetime | None]

    __table_args__ = (
        CheckConstraint("status IN ('new', 'fixed', 'declined')", name="status_known"),
        UniqueConstraint("request_key"),
        Index("ix_mistake_login_id", "login_id"),
        Index(
            "ix_mistake_organization_id_reported_at",
            "organization_id",
            "reported_at",
            postgresql_where=text("status = 'new'"),
        ),
    )
