"""The base of all models: names of constraints and types of columns."""

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any

from sqlalchemy import BigInteger, DateTime, Identity, Integer, MetaData, Numeric, Row, Text
from sqlalchemy.orm import DeclarativeBase, mapped_column


class Base(DeclarativeBase):
    """The base of every model."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads a plain class attribute
        int: BigInteger,
        str: Text,
        dt.datetime: DateTime(timezone=True),
    }


# a row with any columns, read by name
AnyRow = Row[*tuple[Any, ...]]
# a key that the database generates
Id = Annotated[int, mapped_column(BigInteger, Identity(always=True), primary_key=True)]
# a count or an ordinal number
Count = Annotated[int, mapped_column(Integer)]
# roubles and kopecks; one digit more than in a package, for totals
Money = Annotated[Decimal, mapped_column(Numeric(14, 2))]
# roubles for a unit
Price = Annotated[Decimal, mapped_column(Numeric(14, 6))]
# in the unit of the service: m³, kWh, Gcal; also areas in m²
Volume = Annotated[Decimal, mapped_column(Numeric(15, 6))]
