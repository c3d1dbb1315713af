"""Periods, bills and their lines as billing delivered them; nothing is recomputed.

``accrual`` and ``bill`` are partitioned by month, and only imports write them. They have no
foreign keys: an import finds every key by a join, the rows that they point to are never deleted,
and the trigger of a foreign key would cost more than the rest of loading a line. `kabinet doctor`
looks for orphans.
"""

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Count, Id, Money, Price, Volume


class BillingPeriod(Base):
    """A month of a sender; residents see only closed months."""

    __tablename__ = "billing_period"

    sender_id: Mapped[int] = mapped_column(ForeignKey("sender.id"), primary_key=True)
    period: Mapped[dt.date] = mapped_column(primary_key=True)
    status: Mapped[str]
    closed_at: Mapped[dt.datetime | None]

    __table_args__ = (CheckConstraint("status IN ('open', 'closed')", name="status_known"),)


class Bill(Base):
    """The bill of an account for a month, without its lines."""

    __tablename__ = "bill"

    account_id: Mapped[int] = mapped_column(primary_key=True)
    period: Mapped[dt.date] = mapped_column(primary_key=True)
    line_count: Mapped[Count]
    number: Mapped[str | None]
    ipd: Mapped[str | None]
    due_on: Mapped[dt.date | None]
    pdf_name: Mapped[str | None]

    __table_args__ = ({"postgresql_partition_by": "RANGE (period)"},)


class Accrual(Base):
    """A line of a bill: one service in one month."""

    __tablename__ = "accrual"

    account_id: Mapped[int] = mapped_column(primary_key=True)
    service_id: Mapped[int] = mapped_column(primary_key=True)
    period: Mapped[dt.date] = mapped_column(primary_key=True)
    line: Mapped[Count] = mapped_column(primary_key=True)
    tariff: Mapped[Price | None]
    method: Mapped[str | None]
    volume_ind: Mapped[Volume | None]
    volume_common: Mapped[Volume | None]
    amount_ind: Mapped[Money | None]
    amount_common: Mapped[Money | None]
    opening: Mapped[Money]
    accrued: Mapped[Money]
    coefficient: Mapped[Volume | None]
    coefficient_amount: Mapped[Money | None]
    recalculation: Mapped[Money | None]
    privilege: Mapped[Money | None]
    penalty: Mapped[Money | None]
    paid: Mapped[Money | None]
    total: Mapped[Money]
    closing: Mapped[Money]
    supplier_organization_id: Mapped[int | None]

    __table_args__ = ({"postgresql_partition_by": "RANGE (period)"},)


class Recalculation(Base):
    """A correction of a line: its reason, period and amount."""

    __tablename__ = "recalculation"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    id: Mapped[Id]
    external_id: Mapped[str]
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    period: Mapped[dt.date]
    for_period_from: Mapped[dt.date | None]
    for_period_to: Mapped[dt.date | None]
    reason: Mapped[str | None]
    amount: Mapped[Money]

    __table_args__ = (UniqueConstraint("account_id", "external_id"),)


class Penalty(Base):
    """The late-payment penalty of a service group, if billing keeps it apart from the lines."""

    __tablename__ = "penalty"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("service_group.id"), primary_key=True)
    period: Mapped[dt.date] = mapped_column(primary_key=True)
    opening: Mapped[Money]
    accrued: Mapped[Money]
    paid: Mapped[Money]
    closing: Mapped[Money]
