"""Meters of accounts and their readings."""

import datetime as dt
from decimal import Decimal

from sqlalchemy import ForeignKey, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Count, Id, Volume


class Meter(Base):
    """An individual meter."""

    __tablename__ = "meter"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    id: Mapped[Id]
    external_id: Mapped[str]
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

    __table_args__ = (UniqueConstraint("account_id", "external_id"),)


class Reading(Base):
    """A reading of a meter, in the unit of the meter."""

    __tablename__ = "reading"

    account_id: Mapped[int] = mapped_column(primary_key=True)
    meter_id: Mapped[int] = mapped_column(primary_key=True)
    taken_on: Mapped[dt.date] = mapped_column(primary_key=True)
    zone: Mapped[Count] = mapped_column(primary_key=True)
    value: Mapped[Volume]
    period: Mapped[dt.date]
    source: Mapped[str]
    status: Mapped[str | None]
    consumption: Mapped[Volume | None]
    external_id: Mapped[str | None]

    __table_args__ = (
        ForeignKeyConstraint(["account_id", "meter_id"], ["meter.account_id", "meter.id"]),
    )
