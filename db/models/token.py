"""Protection before sign-in: tokens from letters, captchas and counted attempts."""

import datetime as dt
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Id


class LoginToken(Base):
    """A token from a letter, for one use and a limited time; only the letter has its text."""

    __tablename__ = "login_token"

    id: Mapped[Id]
    login_id: Mapped[int] = mapped_column(ForeignKey("login.id"), index=True)
    purpose: Mapped[str]
    token_hash: Mapped[bytes]
    # the new address, if the token confirms a change of e-mail
    email: Mapped[str | None]
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]

    __table_args__ = (
        UniqueConstraint("token_hash"),
        CheckConstraint(
            "purpose IN ('activation', 'recovery', 'email_old', 'email_new')", name="purpose_known"
        ),
    )


class Invitation(Base):
    """An invitation of an employee who has not chosen a password yet."""

    __tablename__ = "invitation"

    id: Mapped[Id]
    token_hash: Mapped[bytes]
    email: Mapped[str]
    last_name: Mapped[str]
    first_name: Mapped[str]
    middle_name: Mapped[str | None]
    role: Mapped[str]
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))
    invited_by: Mapped[int] = mapped_column(ForeignKey("login.id", ondelete="CASCADE"))
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]

    __table_args__ = (
        UniqueConstraint("token_hash"),
        CheckConstraint("role IN ('staff', 'analyst', 'admin')", name="role_known"),
        CheckConstraint("email = lower(email)", name="email_lower"),
        CheckConstraint(
            "(role = 'staff') = (organization_id IS NOT NULL) OR role = 'analyst'",
            name="staff_organization",
        ),
        Index(
            "uq_invitation_waiting",
            "email",
            unique=True,
            postgresql_where=text("used_at IS NULL"),
        ),
    )


class Captcha(Base):
    """The digits of a captcha, for one use in one browser."""

    __tablename__ = "captcha"

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=func.gen_random_uuid())
    visit_hash: Mapped[bytes]
    digits: Mapped[str]
    expires_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]


class Attempt(Base):
    """A counted attempt; after failures, a subject or an address has to wait.

    The subject, a typed name or an account, is kept as a hash, because it may not exist.
    """

    __tablename__ = "attempt"

    id: Mapped[Id]
    kind: Mapped[str]
    subject_hash: Mapped[bytes]
    login_id: Mapped[int | None]
    address: Mapped[str]
    happened_at: Mapped[dt.datetime]
    succeeded: Mapped[bool]
    request_key: Mapped[str | None]

    __table_args__ = (
        CheckConstraint(
            "kind IN ('sign_in', 'registration', 'recovery', 'attachment', 'attachment_code', "
            "'password', 'mistake')",
            name="kind_known",
        ),
        Index("ix_attempt_kind_subject_hash_happened_at", "kind", "subject_hash", "happened_at"),
        Index("ix_attempt_kind_address_happened_at", "kind", "address", "happened_at"),
        Index(
            "ix_attempt_kind_login_id_happened_at",
            "kind",
            "login_id",
            "happened_at",
            postgresql_where=text("login_id IS NOT NULL"),
        ),
    )
