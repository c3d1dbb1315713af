"""Appeals and paid requests of residents to an organisation, with their threads."""

import datetime as dt

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Count

# open and closed appeals, as the indexes of the service desk have them
_OPEN = text("status IN ('new', 'in_progress', 'deferred', 'agreed')")
_CLOSED = text("status IN ('completed', 'closed', 'declined')")


class Appeal(Base):
    """An appeal or a paid request: one thread between an account and an organisation."""

    __tablename__ = "appeal"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    number: Mapped[str]  # ГГГГ-NNNNNN
    kind: Mapped[str]
    organization_id: Mapped[int] = mapped_column(
        ForeignKey("organization.id")
    )  # the organisation that answers now
    house_id: Mapped[int] = mapped_column(ForeignKey("house.id"))
    login_id: Mapped[int | None]  # None if the login was deleted: appeals are kept for three years
    topic: Mapped[str]
    status: Mapped[str]
    reason: Mapped[str | None]  # of the status
    contact: Mapped[str]
    about: Mapped[str | None]  # the subject in Russian, and the address of its screen
    about_link: Mapped[str | None]
    sent_at: Mapped[dt.datetime]
    status_at: Mapped[dt.datetime]
    registered_on: Mapped[dt.date]
    due_on: Mapped[dt.date | None]
    due_rule: Mapped[str | None]
    answered_at: Mapped[dt.datetime | None]
    seen_at: Mapped[dt.datetime | None]  # when the resident last opened the thread
    assigned_to: Mapped[int | None]  # a login
    rating: Mapped[int | None] = mapped_column(SmallInteger)
    rating_comment: Mapped[str | None]
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("incident.id"))
    entries: Mapped[Count] = mapped_column(server_default=text("0"))
    version: Mapped[Count] = mapped_column(server_default=text("0"))
    request_key: Mapped[str]
    # number, topic, address and first message, for the search of staff
    searched: Mapped[str]
    words: Mapped[str] = mapped_column(
        TSVECTOR, Computed("to_tsvector('russian'::regconfig, searched)", persisted=True)
    )

    __table_args__ = (
        CheckConstraint("kind IN ('appeal', 'paid_service')", name="kind_known"),
        CheckConstraint(
            "status IN ('new', 'in_progress', 'deferred', 'completed', 'closed', 'declined', "
            "'agreed')",
            name="status_known",
        ),
        CheckConstraint("rating BETWEEN 1 AND 5", name="rating_range"),
        UniqueConstraint("account_id", "number"),
        UniqueConstraint("account_id", "request_key"),
        Index("ix_appeal_organization_id_status_sent_at", "organization_id", "status", "sent_at"),
        Index("ix_appeal_organization_id_number", "organization_id", "number"),
        Index(
            "ix_appeal_organization_id_due_on",
            "organization_id",
            "due_on",
            postgresql_where=_OPEN,
        ),
        Index("ix_appeal_login_id_sent_at", "login_id", "sent_at"),
        Index("ix_appeal_house_id_topic_sent_at", "house_id", "topic", "sent_at"),
        Index(
            "ix_appeal_organization_id_topic_due_on",
            "organization_id",
            "topic",
            "due_on",
            postgresql_where=_OPEN,
        ),
        Index(
            "ix_appeal_organization_id_kind_due_on",
            "organization_id",
            "kind",
            "due_on",
            postgresql_where=_OPEN,
        ),
        Index(
            "ix_appeal_organization_id_unassigned",
            "organization_id",
            "due_on",
            postgresql_where=text(f"{_OPEN} AND assigned_to IS NULL"),
        ),
        Index("ix_appeal_assigned_to_due_on", "assigned_to", "due_on", postgresql_where=_OPEN),
        Index(
            "ix_appeal_organization_id_status_at",
            "organization_id",
            "status_at",
            postgresql_where=_CLOSED,
        ),
        Index(
            "ix_appeal_organization_id_topic_status_at",
            "organization_id",
            "topic",
            "status_at",
            postgresql_where=_CLOSED,
        ),
        Index(
            "ix_appeal_organization_id_kind_status_at",
            "organization_id",
            "kind",
            "status_at",
            postgresql_where=_CLOSED,
        ),
        Index("ix_appeal_organization_id_sent_at", "organization_id", "sent_at"),
        Index("ix_appeal_id", "id"),
        Index(
            "ix_appeal_incident_id",
            "incident_id",
            postgresql_where=text("incident_id IS NOT NULL"),
        ),
        # answered appeals, which a job closes after a week
        Index(
            "ix_appeal_completed_status_at",
            "status_at",
            postgresql_where=text("status = 'completed'"),
        ),
        # appeals to unassign when a login is deleted
        Index(
            "ix_appeal_assigned_to", "assigned_to", postgresql_where=text("assigned_to IS NOT NULL")
        ),
        Index("ix_appeal_words", "words", postgresql_using="gin"),
    )


class AppealEntry(Base):
    """A line of a thread; it is never changed."""

    __tablename__ = "appeal_entry"

    account_id: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    appeal_id: Mapped[int]
    kind: Mapped[str]
    side: Mapped[str]
    login_id: Mapped[int | None]
    author: Mapped[str | None]  # the name that the other side sees
    body: Mapped[str]
    status: Mapped[str | None]  # the new status, for a line about a change of status
    happened_at: Mapped[dt.datetime]
    told_at: Mapped[dt.datetime | None]  # when the letter about it was posted
    request_key: Mapped[str | None]

    __table_args__ = (
        CheckConstraint(
            "kind IN ('message', 'answer', 'question', 'status', 'rating', 'redirect', 'price', "
            "'extension')",
            name="kind_known",
        ),
        CheckConstraint("side IN ('resident', 'staff', 'portal')", name="side_known"),
        ForeignKeyConstraint(["account_id", "appeal_id"], ["appeal.account_id", "appeal.id"]),
        UniqueConstraint("account_id", "request_key"),
        Index("ix_appeal_entry_account_id_appeal_id_id", "account_id", "appeal_id", "id"),
        Index("ix_appeal_entry_login_id_happened_at", "login_id", "happened_at"),
    )


class AppealFile(Base):
    """A file that came with a line: its key in the storage and its name."""

    __tablename__ = "appeal_file"

    account_id: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    appeal_id: Mapped[int]
    entry_id: Mapped[int]
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[Count]
    stored: Mapped[str]

    __table_args__ = (
        ForeignKeyConstraint(["account_id", "appeal_id"], ["appeal.account_id", "appeal.id"]),
        ForeignKeyConstraint(
            ["account_id", "entry_id"], ["appeal_entry.account_id", "appeal_entry.id"]
        ),
        Index("ix_appeal_file_account_id_appeal_id", "account_id", "appeal_id"),
    )


class AppealNote(Base):
    """A note of staff for colleagues of one organisation; residents have no access to it."""

    __tablename__ = "appeal_note"

    account_id: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    appeal_id: Mapped[int]
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    login_id: Mapped[int | None]  # None if the login was deleted; the name is deleted, too
    author: Mapped[str]
    body: Mapped[str]
    happened_at: Mapped[dt.datetime]
    request_key: Mapped[str]

    __table_args__ = (
        ForeignKeyConstraint(["account_id", "appeal_id"], ["appeal.account_id", "appeal.id"]),
        UniqueConstraint("account_id", "request_key"),
        Index("ix_appeal_note_account_id_appeal_id", "account_id", "appeal_id"),
        Index("ix_appeal_note_login_id", "login_id"),
    )


class AppealCounter(Base):
    """The last number given in a year."""

    __tablename__ = "appeal_counter"

    year: Mapped[Count] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[Count]


class CalendarDay(Base):
    """A day of the working calendar; a year without rows is unknown."""

    __tablename__ = "calendar_day"

    day: Mapped[dt.date] = mapped_column(primary_key=True)
    is_working: Mapped[bool]
    name: Mapped[str | None]  # of the holiday
