"""What organisations do for money on request: their price lists, and what was ordered."""

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Id, Money


class PaidService(Base):
    """One line of an organisation's price list; what was ordered once is never removed."""

    __tablename__ = "paid_service"

    id: Mapped[Id]
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    name: Mapped[str]
    unit: Mapped[str]
    price: Mapped[Money | None]  # None: by agreement
    description: Mapped[str]
    is_active: Mapped[bool]

    __table_args__ = (
        CheckConstraint("price > 0", name="price_above_zero"),
        # two lines of one name would be one to a resident
        Index(
            "ix_paid_service_organization_id_name",
            "organization_id",
            "name",
            unique=True,
            postgresql_where=text("is_active"),
        ),
    )


class PaidRequest(Base):
    """What a thread of kind «paid_service» asks for; the price list may change, this does not."""

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
