"""Logins, their contacts and their sessions: the tables of the gate."""

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Id


class Login(Base):
    """A person who may sign in."""

    __tablename__ = "login"

    id: Mapped[Id]
    username: Mapped[str]
    password_hash: Mapped[str]
    role: Mapped[str]
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))
    created_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())
    # None until the registration is confirmed; until then there is no sign-in
    activated_at: Mapped[dt.datetime | None]
    blocked_at: Mapped[dt.datetime | None]

    __table_args__ = (
        UniqueConstraint("username"),
        CheckConstraint("username = lower(username)", name="username_lower"),
        CheckConstraint("role IN ('resident', 'staff', 'analyst', 'admin')", name="role_known"),
        CheckConstraint(
            "(role = 'staff') = (organization_id IS NOT NULL) OR role = 'analyst'",
            name="staff_organization",
        ),
    )


class LoginContact(Base):
    """The name and the e-mail of a login: personal data, kept in a table of its own."""

    __tablename__ = "login_contact"

    login_id: Mapped[int] = mapped_column(ForeignKey("login.id"), primary_key=True)
    last_name: Mapped[str]
    first_name: Mapped[str]
    middle_name: Mapped[str | None]
    email: Mapped[str]

    __table_args__ = (
        UniqueConstraint("email"),
        CheckConstraint("email = lower(email)", name="email_lower"),
    )


class WebSession(Base):
    """A signed-in browser; only its cookie has the token itself."""

    __tablename__ = "web_session"

    id: Mapped[Id]
    login_id: Mapped[int] = mapped_column(ForeignKey("login.id"), index=True)
    token_hash: Mapped[bytes]
    opened_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
    # shown only to the owner of the login, to recognise the devices
    address: Mapped[str | None]
    browser: Mapped[str | None]

    __table_args__ = (UniqueConstraint("token_hash"),)


class SignInTicket(Base):
    """A ticket to open a session in one browser; it is valid for one minute and one use."""

    __tablename__ = "sign_in_ticket"

    id: Mapped[Id]
    login_id: Mapped[int] = mapped_column(ForeignKey("login.id"))
    ticket_hash: Mapped[bytes]
    visit_hash: Mapped[bytes]
    remember: Mapped[bool]
    expires_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]

    __table_args__ = (UniqueConstraint("ticket_hash"),)
