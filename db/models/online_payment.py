"""Online payments, which the portal knows of before billing does."""

import datetime as dt
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Count, Id, Money

_STATES = "'created', 'waiting', 'paid', 'declined', 'cancelled', 'disputed', 'refunded'"


class OnlinePayment(Base):
    """An attempt to pay online; ``lib.domain.payments.online`` has the rules of ``status``."""

    __tablename__ = "online_payment"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)  # also the idempotence key for the bank
    login_id: Mapped[int | None] = mapped_column(ForeignKey("login.id", ondelete="SET NULL"))
    # a paid request; its payment has no parts and reduces no debt
    appeal_id: Mapped[int | None]
    request_key: Mapped[UUID]  # of the form
    bank: Mapped[str]
    method: Mapped[str]
    bank_id: Mapped[str | None]  # the reference in billing's packages
    amount: Mapped[Money]  # the amount for the account, without the fee
    fee: Mapped[Money]
    refunded: Mapped[Money] = mapped_column(
        server_default=text("0")
    )  # amount and fee refunded in all
    status: Mapped[str]
    pay_url: Mapped[str | None]
    created_at: Mapped[dt.datetime]
    paid_at: Mapped[dt.datetime | None]
    # when to ask the bank; None: the state is final and no refund is under way
    check_at: Mapped[dt.datetime | None]
    checks: Mapped[Count] = mapped_column(server_default=text("0"))

    __table_args__ = (
        ForeignKeyConstraint(["account_id", "appeal_id"], ["appeal.account_id", "appeal.id"]),
        UniqueConstraint("account_id", "request_key"),
        UniqueConstraint("account_id", "bank", "bank_id"),
        CheckConstraint("amount > 0 AND fee >= 0 AND refunded >= 0", name="amounts"),
        CheckConstraint(f"status IN ({_STATES})", name="status_known"),
        CheckConstraint("status <> 'paid' OR paid_at IS NOT NULL", name="paid_at"),
        Index("ix_online_payment_bank_id", "bank_id"),
        Index(
            "ix_online_payment_check_at",
            "check_at",
            postgresql_where=text("check_at IS NOT NULL"),
        ),
        Index("ix_online_payment_paid_at", "paid_at"),
        Index(
            "ix_online_payment_account_id_appeal_id",
            "account_id",
            "appeal_id",
            postgresql_where=text("appeal_id IS NOT NULL"),
        ),
        # a request has at most one unfinished payment; a disputed one does not count, so that a
        # late answer of the bank can always be stored; the service starts no new payment then
        Index(
            "ix_online_payment_unfinished_of_appeal",
            "account_id",
            "appeal_id",
            unique=True,
            postgresql_where=text("appeal_id IS NOT NULL AND status IN ('created', 'waiting')"),
        ),
        Index("ix_online_payment_login_id", "login_id"),
    )


class OnlinePaymentPart(Base):
    """The part of a payment for a service group, and how much of it was refunded."""

    __tablename__ = "online_payment_part"

    account_id: Mapped[int] = mapped_column(primary_key=True)
    payment_id: Mapped[UUID] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("service_group.id"), primary_key=True)
    place: Mapped[Count]
    amount: Mapped[Money]
    refunded: Mapped[Money] = mapped_column(server_default=text("0"))

    __table_args__ = (
        ForeignKeyConstraint(
            ["account_id", "payment_id"], ["online_payment.account_id", "online_payment.id"]
        ),
        CheckConstraint("amount > 0 AND refunded BETWEEN 0 AND amount", name="amounts"),
    )


class OnlinePaymentEvent(Base):
    """An event of a payment; rows are added and never changed."""

    __tablename__ = "online_payment_event"

    account_id: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[Id]
    payment_id: Mapped[UUID]
    happened_at: Mapped[dt.datetime]
    happening: Mapped[str]
    status: Mapped[str]  # the status after it
    amount: Mapped[Money | None]  # as the bank sent it
    currency: Mapped[str | None]
    refunded: Mapped[Money | None]

    __table_args__ = (
        ForeignKeyConstraint(
            ["account_id", "payment_id"], ["online_payment.account_id", "online_payment.id"]
        ),
        Index("ix_online_payment_event_payment", "account_id", "payment_id"),
    )
