"""Payments and their parts."""

import datetime as dt

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Id, Money


class Payment(Base):
    """Money received for an account, or returned."""

    __tablename__ = "payment"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    id: Mapped[Id]
    external_id: Mapped[str]
    reference: Mapped[str | None]
    paid_on: Mapped[dt.date]
    posted_on: Mapped[dt.date | None]
    amount: Mapped[Money]
    period: Mapped[dt.date | None]
    channel: Mapped[str]
    source: Mapped[str | None]
    registry_no: Mapped[str | None]
    fee: Mapped[Money | None]
    is_reversal: Mapped[bool]
    reversed_payment_id: Mapped[str | None]

    __table_args__ = (
        UniqueConstraint("account_id", "external_id"),
        Index("ix_payment_account_id_period", "account_id", "period"),
        Index("ix_payment_paid_on", "paid_on", postgresql_using="brin"),
    )


class PaymentPart(Base):
    """The part of a payment for one service group or one service."""

    __tablename__ = "payment_part"

    account_id: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[Id]
    payment_id: Mapped[int]
    group_id: Mapped[int | None] = mapped_column(ForeignKey("service_group.id"))
    service_id: Mapped[int | None] = mapped_column(ForeignKey("service.id"))
    amount: Mapped[Money]

    __table_args__ = (
        ForeignKeyConstraint(["account_id", "payment_id"], ["payment.account_id", "payment.id"]),
        UniqueConstraint(
            "account_id",
            "payment_id",
            "group_id",
            "service_id",
            postgresql_nulls_not_distinct=True,
        ),
    )
