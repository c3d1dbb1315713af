"""Mistakes in the text of the portal that readers have reported."""

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Id


class Mistake(Base):
    """A mistake: the words that a reader has selected on a screen, and the comment."""

    __tablename__ = "mistake"

    id: Mapped[Id]
    # the organisation that decides; None if the administrators do
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))
    # None if the reader was not signed in or the login was deleted
    login_id: Mapped[int | None] = mapped_column(ForeignKey("login.id", ondelete="SET NULL"))
    screen: Mapped[str]  # its address, without secrets
    selected: Mapped[str]
    before: Mapped[str]
    after: Mapped[str]
    comment: Mapped[str]
    status: Mapped[str]
    reason: Mapped[str | None]
    reported_at: Mapped[dt.datetime]
    decided_at: Mapped[dt.datetime | None]
    decided_by: Mapped[int | None]
    decision_key: Mapped[str | None]
    request_key: Mapped[str]
    # when the letter about waiting mistakes was posted to those who decide
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
