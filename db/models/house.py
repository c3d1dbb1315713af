"""Houses, their premises and the readings of their house meters."""

import datetime as dt
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Count, Id, Volume


class House(Base):
    """A house that an organisation serves."""

    __tablename__ = "house"

    id: Mapped[Id]
    sender_id: Mapped[int] = mapped_column(ForeignKey("sender.id"))
    external_id: Mapped[str]
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    city: Mapped[str]
    street: Mapped[str | None]
    house: Mapped[str]
    building: Mapped[str | None]
    fias_guid: Mapped[str | None]
    floors: Mapped[Count | None]
    entrances: Mapped[Count | None]
    flats_count: Mapped[Count | None]
    total_area: Mapped[Volume | None]
    living_area: Mapped[Volume | None]
    common_area: Mapped[Volume | None]
    year_built: Mapped[Count | None]
    has_lift: Mapped[bool | None]
    stove: Mapped[str | None]
    heating_mode: Mapped[str | None]

    __table_args__ = (
        UniqueConstraint("sender_id", "external_id"),
        Index("ix_house_organization_id_street_house", "organization_id", "street", "house"),
    )


class Premise(Base):
    """A flat, a room or a non-residential unit."""

    __tablename__ = "premise"

    id: Mapped[Id]
    sender_id: Mapped[int] = mapped_column(ForeignKey("sender.id"))
    external_id: Mapped[str]
    house_id: Mapped[int] = mapped_column(ForeignKey("house.id"), index=True)
    number: Mapped[str]
    kind: Mapped[str]
    floor: Mapped[Count | None]
    rooms: Mapped[Count | None]
    total_area: Mapped[Volume | None]
    living_area: Mapped[Volume | None]
    heated_area: Mapped[Volume | None]
    share: Mapped[Volume | None]

    __table_args__ = (UniqueConstraint("sender_id", "external_id"),)


class HouseVolume(Base):
    """The consumption of a house for a service and a month, and the common part of it."""

    __tablename__ = "house_volume"

    house_id: Mapped[int] = mapped_column(ForeignKey("house.id"), primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), primary_key=True)
    period: Mapped[dt.date] = mapped_column(primary_key=True)
    odpu_volume: Mapped[Volume | None]
    premises_volume: Mapped[Volume | None]
    common_volume: Mapped[Volume | None]
    odpu_reading: Mapped[Volume | None]


class HouseMeter(Base):
    """A meter of the whole house."""

    __tablename__ = "house_meter"

    id: Mapped[Id]
    sender_id: Mapped[int] = mapped_column(ForeignKey("sender.id"))
    external_id: Mapped[str]
    house_id: Mapped[int] = mapped_column(ForeignKey("house.id"), index=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    serial: Mapped[str]
    model: Mapped[str | None]
    capacity: Mapped[Count]
    decimals: Mapped[Count]
    zones: Mapped[Count]
    installed_on: Mapped[dt.date | None]
    verified_on: Mapped[dt.date | None]
    next_verification_on: Mapped[dt.date | None]
    interval_years: Mapped[Count | None]
    ratio: Mapped[Decimal | None]
    place: Mapped[str | None]
    status: Mapped[str]
    removed_on: Mapped[dt.date | None]

    __table_args__ = (UniqueConstraint("sender_id", "external_id"),)


class HouseReading(Base):
    """A reading of a house meter."""

    __tablename__ = "house_reading"

    house_meter_id: Mapped[int] = mapped_column(ForeignKey("house_meter.id"), primary_key=True)
    taken_on: Mapped[dt.date] = mapped_column(primary_key=True)
    zone: Mapped[Count] = mapped_column(primary_key=True)
    value: Mapped[Volume]
    period: Mapped[dt.date]
    source: Mapped[str]
    status: Mapped[str | None]
    consumption: Mapped[Volume | None]
    external_id: Mapped[str | None]
