"""The outbox: letters that were posted with whatever they tell of."""

import datetime as dt

from sqlalchemy import Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Count, Id


class Letter(Base):
    """One letter to one person; sent once, tried again while it fails.

    Attributes:
        sent_at: when the mail server took it; until then it waits.
        attempts: how often the mail server was asked in vain.
        failure: what it said last.
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
