"""What every table shares: names of constraints and kinds of columns."""

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


# a row whose columns its reader knows by name
AnyRow = Row[*tuple[Any, ...]]
# a key that the database gives
Id = Annotated[int, mapped_column(BigInteger, Identity(always=True), primary_key=True)]
# a count or a number of order
Count = Annotated[int, mapped_column(Integer)]
# roubles and kopecks; one digit more than the package carries, for sums
Money = Annotated[Decimal, mapped_column(Numeric(14, 2))]
# roubles a unit
Price = Annotated[Decimal, mapped_column(Numeric(14, 6))]
# in the service's own unit, m³, kWh, Gcal; also areas in m²
Volume = Annotated[Decimal, mapped_column(Numeric(15, 6))]
