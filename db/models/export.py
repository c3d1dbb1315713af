"""Files that were exported to billing: their recipients, their rows and the time."""

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Count, Id


class ExportRun(Base):
    """An exported file; it can be written again with the same bytes."""

    __tablename__ = "export_run"

    id: Mapped[Id]
    kind: Mapped[str]
    sender_id: Mapped[int] = mapped_column(ForeignKey("sender.id"))
    recipient: Mapped[str]
    since: Mapped[dt.date | None]
    row_count: Mapped[Count]
    made_at: Mapped[dt.datetime]

    __table_args__ = (CheckConstraint("kind IN ('readings', 'payments')", name="kind_known"),)


class ExportedRow(Base):
    """A row of an exported file; a recipient gets each row once."""

    __tablename__ = "exported_row"

    kind: Mapped[str] = mapped_column(primary_key=True)
    recipient: Mapped[str] = mapped_column(primary_key=True)
    sender_id: Mapped[int] = mapped_column(primary_key=True)
    row_key: Mapped[str] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("export_run.id"), index=True)
    number: Mapped[Count]
    line: Mapped[str]
