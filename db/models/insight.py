"""Rules of the analysts' screens that change with time: targets of collection, ages of debts."""

import datetime as dt
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Numeric
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Count


class CollectionTarget(Base):
    """What part of a charge an organisation has to collect, from a month on."""

    __tablename__ = "collection_target"

    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), primary_key=True)
    valid_from: Mapped[dt.date] = mapped_column(primary_key=True)
    share: Mapped[Decimal] = mapped_column(Numeric(5, 4))

    __table_args__ = (
        CheckConstraint("share > 0 AND share <= 2", name="share_in_range"),
        CheckConstraint("valid_from = date_trunc('month', valid_from)", name="from_a_month"),
    )


class DebtAgeBound(Base):
    """The last day of an age of debts; all bounds of one date are in force from it on."""

    __tablename__ = "debt_age_bound"

    valid_from: Mapped[dt.date] = mapped_column(primary_key=True)
    days: Mapped[Count] = mapped_column(primary_key=True, autoincrement=False)

    # older debts are not told apart in the facts
    __table_args__ = (CheckConstraint("days BETWEEN 1 AND 395", name="days_in_range"),)
