"""The outbox: letters posted in the same transaction as the change that they report."""

import datetime as dt

from sqlalchemy import Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Count, Id


class Letter(Base):
    """A letter to one person; sending is tried again until it succeeds.

    Attributes:
        sent_at: when the mail server accepted it; None until then.
        attempts: how many times sending has failed.
        failure: the last error of the mail server.
    """

    __tablename__ = "letter"

    id: Mapped[Id]
    recipient: Mapped[str]
    subject: Mapped[str]
    body_text: Mapped[str]
    body_html: Mapped[str]
    created_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())
    sent_at: Mapped[dt.datetime | None]
    attempts: Mapped[Count] = mapped_column(server_default=text("0"))
    failure: Mapped[str | None]

    __table_args__ = (Index("ix_letter_sent_at", "sent_at"),)
