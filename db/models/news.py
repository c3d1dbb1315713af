"""News of organisations: written by their staff or delivered by billing."""

import datetime as dt

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Count, Id


class News(Base):
    """A news item or an outage, and its audience.

    Attributes:
        organization_id: its organisation; None if the billing programme belongs to none.
        news_item_id: the item from billing, whose body is plain text; otherwise it is Markdown.
        audience: everybody, residents of the organisation, of some houses, or of a sender.
        published_at: the moment from which residents see it; may be in the future.
        told_at: when all letters about it were posted.
        told_up_to: the last login that got a letter, while letters are being posted.
    """

    __tablename__ = "news"

    id: Mapped[Id]
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))
    sender_id: Mapped[int | None] = mapped_column(ForeignKey("sender.id"))
    news_item_id: Mapped[int | None] = mapped_column(ForeignKey("news_item.id"))
    kind: Mapped[str]
    title: Mapped[str]
    body: Mapped[str]
    begins_at: Mapped[dt.datetime | None]
    ends_at: Mapped[dt.datetime | None]
    is_pinned: Mapped[bool] = mapped_column(server_default=false())
    audience: Mapped[str]
    published_at: Mapped[dt.datetime]
    created_at: Mapped[dt.datetime]
    author: Mapped[str | None]  # as colleagues see them
    changed_at: Mapped[dt.datetime | None]
    changed_by: Mapped[str | None]
    version: Mapped[Count] = mapped_column(server_default=text("0"))
    withdrawn_at: Mapped[dt.datetime | None]
    withdrawn_by: Mapped[str | None]
    withdrawn_reason: Mapped[str | None]
    told_at: Mapped[dt.datetime | None]
    told_up_to: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    request_key: Mapped[str | None]

    __table_args__ = (
        CheckConstraint("kind IN ('news', 'outage')", name="kind_known"),
        CheckConstraint(
            "audience IN ('everybody', 'organization', 'houses', 'sender')", name="audience_known"
        ),
        CheckConstraint(
            "(kind = 'outage') = (begins_at IS NOT NULL AND ends_at IS NOT NULL)",
            name="outage_lasts",
        ),
        CheckConstraint("begins_at < ends_at", name="ends_later"),
        CheckConstraint(
            "(audience = 'sender') = (news_item_id IS NOT NULL) AND "
            "(news_item_id IS NULL OR sender_id IS NOT NULL) AND "
            "(news_item_id IS NOT NULL OR organization_id IS NOT NULL)",
            name="somebodys",
        ),
        UniqueConstraint("news_item_id"),
        UniqueConstraint("organization_id", "id"),
        UniqueConstraint("organization_id", "request_key"),
        Index("ix_news_published_at", "published_at"),
        Index("ix_news_untold", "published_at", postgresql_where=text("told_at IS NULL")),
    )


class NewsHouse(Base):
    """A house that a news item is for."""

    __tablename__ = "news_house"

    news_id: Mapped[int] = mapped_column(primary_key=True)
    house_id: Mapped[int] = mapped_column(ForeignKey("house.id"), primary_key=True)
    organization_id: Mapped[int]

    __table_args__ = (
        ForeignKeyConstraint(["organization_id", "news_id"], ["news.organization_id", "news.id"]),
        Index("ix_news_house_organization_id_news_id", "organization_id", "news_id"),
    )


class NewsRead(Base):
    """A news item that a login has opened."""

    __tablename__ = "news_read"

    login_id: Mapped[int] = mapped_column(
        ForeignKey("login.id", ondelete="CASCADE"), primary_key=True
    )
    news_id: Mapped[int] = mapped_column(ForeignKey("news.id"), primary_key=True)
    read_at: Mapped[dt.datetime]
