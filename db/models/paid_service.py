"""Paid services: the price lists of organisations and what residents have ordered."""

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Id, Money


class PaidService(Base):
    """A line of a price list; it is withdrawn but never deleted."""

    __tablename__ = "paid_service"

    id: Mapped[Id]
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    name: Mapped[str]
    unit: Mapped[str]
    price: Mapped[Money | None]  # None: agreed each time
    description: Mapped[str]
    is_active: Mapped[bool]

    __table_args__ = (
        CheckConstraint("price > 0", name="price_above_zero"),
        # a resident could not tell two lines of one name apart
        Index(
            "ix_paid_service_organization_id_name",
            "organization_id",
            "name",
            unique=True,
            postgresql_where=text("is_active"),
        ),
    )


class PaidRequest(Base):
    """What a thread of kind «paid_service» orders, independent of changes in the price list."""

    __tablename__ = "paid_request"

    account_id: Mapped[int] = mapped_column(primary_key=True)
    appeal_id: Mapped[int] = mapped_column(primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("paid_service.id"))
    name: Mapped[str]
    unit: Mapped[str]
    list_price: Mapped[Money | None]  # as the resident saw it
    wanted_on: Mapped[dt.date]
    offered: Mapped[Money | None]  # by the organisation, last
    price: Mapped[Money | None]  # agreed by both

    __table_args__ = (
        ForeignKeyConstraint(["account_id", "appeal_id"], ["appeal.account_id", "appeal.id"]),
        CheckConstraint("list_price > 0 AND offered > 0 AND price > 0", name="prices_above_zero"),
        Index("ix_paid_request_service_id", "service_id"),
    )
