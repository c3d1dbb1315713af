"""Senders of packages, and the organisations that the packages name."""

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Count, Id


class Sender(Base):
    """A billing programme that delivers packages; its external ids are unique only within it."""

    __tablename__ = "sender"

    id: Mapped[Id]
    code: Mapped[str]

    __table_args__ = (UniqueConstraint("code"),)


class Organization(Base):
    """A managing company, association, supplier, centre or fund."""

    __tablename__ = "organization"

    id: Mapped[Id]
    sender_id: Mapped[int] = mapped_column(ForeignKey("sender.id"))
    external_id: Mapped[str]
    name: Mapped[str]
    short_name: Mapped[str | None]
    kind: Mapped[str]
    inn: Mapped[str | None]
    kpp: Mapped[str | None]
    ogrn: Mapped[str | None]
    address: Mapped[str | None]
    phone: Mapped[str | None]
    ads_phone: Mapped[str | None]
    email: Mapped[str | None]
    site: Mapped[str | None]
    work_hours: Mapped[str | None]
    bank_name: Mapped[str | None]
    bic: Mapped[str | None]
    account: Mapped[str | None]
    corr_account: Mapped[str | None]
    qr_encoding: Mapped[Count | None]

    __table_args__ = (UniqueConstraint("sender_id", "external_id"),)
