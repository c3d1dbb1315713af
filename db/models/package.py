"""Imported packages and the news in them."""

import datetime as dt

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Id


class Package(Base):
    """An imported package; the digest of the latest one shows whether an import is repeated."""

    __tablename__ = "package"

    id: Mapped[Id]
    sender_id: Mapped[int] = mapped_column(ForeignKey("sender.id"))
    period: Mapped[dt.date]
    mode: Mapped[str]
    digest: Mapped[str]
    imported_at: Mapped[dt.datetime]
    row_count: Mapped[int]

    __table_args__ = (Index("ix_package_sender_id_period", "sender_id", "period"),)


class NewsItem(Base):
    """A news item from a sender."""

    __tablename__ = "news_item"

    id: Mapped[Id]
    sender_id: Mapped[int] = mapped_column(ForeignKey("sender.id"))
    external_id: Mapped[str]
    published_on: Mapped[dt.date]
    title: Mapped[str]
    body: Mapped[str]

    __table_args__ = (UniqueConstraint("sender_id", "external_id"),)
