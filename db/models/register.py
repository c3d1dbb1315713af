"""Bank payment registers: formats, files, rows and parts of payments.

``register_row`` and ``register_part`` have no foreign keys, because hundreds of thousands of rows
are loaded at once: an import finds every key by a join, and the rows that they point to are never
deleted. A row has no account until it is matched, so its key is its place in the file; the key
of a part starts with its account.
"""

import datetime as dt
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Count, Id, Money


class RegisterFormat(Base):
    """The format of a bank's registers, as data and not as code."""

    __tablename__ = "register_format"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    layout: Mapped[str]
    bank: Mapped[str]
    channel: Mapped[str]
    is_acquirer: Mapped[bool]
    encoding: Mapped[str]
    separator: Mapped[str]
    is_quoted: Mapped[bool]
    decimal_sign: Mapped[str]
    date_format: Mapped[str]
    header_lines: Mapped[Count]
    comment_mark: Mapped[str | None]
    trailer_mark: Mapped[str | None]
    account_pattern: Mapped[str | None]
    document_pattern: Mapped[str | None]

    __table_args__ = (
        CheckConstraint("layout IN ('delimited', 'client_bank')", name="layout_known"),
        CheckConstraint(
            "encoding IN ('cp1251', 'cp866', 'koi8-r', 'utf-8')", name="encoding_known"
        ),
        CheckConstraint("length(separator) = 1", name="separator_one_character"),
        CheckConstraint("decimal_sign IN ('.', ',')", name="decimal_sign_known"),
    )


class RegisterFormatColumn(Base):
    """The place of a field in a format: a column, or the text after a label («CLIENTNO:»)."""

    __tablename__ = "register_format_column"

    format_code: Mapped[str] = mapped_column(ForeignKey("register_format.code"), primary_key=True)
    part: Mapped[str] = mapped_column(primary_key=True)
    field: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[Count | None]
    label: Mapped[str | None]

    __table_args__ = (
        CheckConstraint("part IN ('header', 'row', 'trailer')", name="part_known"),
        CheckConstraint("(position IS NULL) <> (label IS NULL)", name="one_place"),
        CheckConstraint("position > 0", name="position_counts_from_one"),
    )


class Register(Base):
    """An imported file; its digest shows whether an import is repeated."""

    __tablename__ = "register"

    id: Mapped[Id]
    digest: Mapped[str]
    file_name: Mapped[str]
    format_code: Mapped[str] = mapped_column(ForeignKey("register_format.code"))
    registry_no: Mapped[str | None]
    registry_on: Mapped[dt.date | None]
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))
    row_count: Mapped[Count]
    amount: Mapped[Money]
    imported_at: Mapped[dt.datetime]

    __table_args__ = (UniqueConstraint("digest"),)


class RegisterRow(Base):
    """A payment of a register as the bank wrote it, and its account once it is matched."""

    __tablename__ = "register_row"

    register_id: Mapped[int] = mapped_column(primary_key=True)
    line: Mapped[Count] = mapped_column(primary_key=True)
    row_key: Mapped[str]
    status: Mapped[str]
    reason: Mapped[str | None]
    organization_id: Mapped[int | None]
    account_id: Mapped[int | None]
    account_text: Mapped[str]
    reference: Mapped[str | None]
    document: Mapped[str | None]
    payee_account: Mapped[str | None]
    paid_on: Mapped[dt.date]
    amount: Mapped[Money]
    fee: Mapped[Money | None]
    channel: Mapped[str]
    # the payer as the bank names them; kept only until the account is found
    payer: Mapped[str | None]
    # the same payment in billing's data, so that it is not counted twice
    payment_id: Mapped[int | None]
    decided_by: Mapped[int | None]
    decision_key: Mapped[str | None]
    decided_at: Mapped[dt.datetime | None]

    __table_args__ = (
        CheckConstraint(
            "status IN ('posted', 'unmatched', 'known', 'dismissed')", name="status_known"
        ),
        CheckConstraint("(status = 'unmatched') = (reason IS NOT NULL)", name="reason_given"),
        CheckConstraint("status <> 'posted' OR account_id IS NOT NULL", name="posted_to_account"),
        UniqueConstraint("row_key"),
        Index(
            "ix_register_row_waiting",
            "organization_id",
            "register_id",
            "line",
            postgresql_where=text("status = 'unmatched'"),
        ),
        # payments that no package contains yet
        Index(
            "ix_register_row_uncarried",
            "account_id",
            postgresql_where=text("status = 'posted' AND payment_id IS NULL"),
        ),
        # a payment in billing's data is the same as one row at most
        Index(
            "uq_register_row_payment",
            "account_id",
            "payment_id",
            unique=True,
            postgresql_where=text("payment_id IS NOT NULL"),
        ),
    )


class RegisterPart(Base):
    """The part of a register's payment for one service group."""

    __tablename__ = "register_part"

    account_id: Mapped[int] = mapped_column(primary_key=True)
    register_id: Mapped[int] = mapped_column(primary_key=True)
    line: Mapped[Count] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(primary_key=True)
    amount: Mapped[Money]
    # billing has delivered the payment, so the parts from billing count
    is_carried: Mapped[bool]


class CarriedPayment(Base):
    """An online payment that billing has delivered without its reference; an import matched it."""

    __tablename__ = "carried_payment"

    account_id: Mapped[int] = mapped_column(primary_key=True)
    online_payment_id: Mapped[UUID] = mapped_column(primary_key=True)
    payment_id: Mapped[int]

    __table_args__ = (UniqueConstraint("account_id", "payment_id"),)
