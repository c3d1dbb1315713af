"""Service groups, services and their tariffs."""

import datetime as dt

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Count, Id, Price, Volume


class ServiceGroup(Base):
    """Services with one recipient of payments, shown as one table."""

    __tablename__ = "service_group"

    id: Mapped[Id]
    sender_id: Mapped[int] = mapped_column(ForeignKey("sender.id"))
    external_id: Mapped[str]
    name: Mapped[str]
    sort: Mapped[Count]
    recipient_organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))

    __table_args__ = (UniqueConstraint("sender_id", "external_id"),)


class Service(Base):
    """A service of a bill."""

    __tablename__ = "service"

    id: Mapped[Id]
    sender_id: Mapped[int] = mapped_column(ForeignKey("sender.id"))
    external_id: Mapped[str]
    group_id: Mapped[int] = mapped_column(ForeignKey("service_group.id"))
    name: Mapped[str]
    unit: Mapped[str]
    basis: Mapped[str]
    gis_code: Mapped[str | None]
    meter_kind: Mapped[str | None]
    penalty: Mapped[bool]

    __table_args__ = (UniqueConstraint("sender_id", "external_id"),)


class Tariff(Base):
    """The price of a service from a date on, for one house or, without a house, for all."""

    __tablename__ = "tariff"

    id: Mapped[Id]
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    house_id: Mapped[int | None] = mapped_column(ForeignKey("house.id"))
    valid_from: Mapped[dt.date]
    valid_to: Mapped[dt.date | None]
    price: Mapped[Price]
    zone: Mapped[Count | None]
    norm: Mapped[Volume | None]

    __table_args__ = (
        UniqueConstraint(
            "service_id", "house_id", "valid_from", "zone", postgresql_nulls_not_distinct=True
        ),
    )
