"""Personal accounts, their payers and the logins that have access to them."""

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Count, Id, Volume


class Account(Base):
    """A personal account: one premise, one payer, one organisation."""

    __tablename__ = "account"

    id: Mapped[Id]
    sender_id: Mapped[int] = mapped_column(ForeignKey("sender.id"))
    external_id: Mapped[str]
    number: Mapped[str]
    premise_id: Mapped[int] = mapped_column(ForeignKey("premise.id"), index=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    els: Mapped[str | None]
    ownership: Mapped[str]
    registered: Mapped[Count | None]
    residents: Mapped[Count | None]
    area: Mapped[Volume | None]
    opened_on: Mapped[dt.date]
    closed_on: Mapped[dt.date | None]

    __table_args__ = (
        UniqueConstraint("sender_id", "external_id"),
        Index("ix_account_number", "number"),
    )


class Payer(Base):
    """The name of an account's payer: personal data, kept in a table of its own."""

    __tablename__ = "payer"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    last_name: Mapped[str | None]
    first_name: Mapped[str | None]
    middle_name: Mapped[str | None]


class AccountAccess(Base):
    """The access of a login to an account: its level and its end."""

    __tablename__ = "account_access"

    login_id: Mapped[int] = mapped_column(ForeignKey("login.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True, index=True)
    level: Mapped[str]
    valid_to: Mapped[dt.datetime | None]

    __table_args__ = (
        CheckConstraint("level IN ('view', 'submit', 'pay', 'owner')", name="level_known"),
    )
