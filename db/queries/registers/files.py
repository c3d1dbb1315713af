"""Files of registers: which ones were imported, and the formats that banks write them in."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

import polars as pl
from sqlalchemy import exists, insert, select, update
from sqlalchemy.orm import Session

from db import loading
from db.models import Register, RegisterFormat, RegisterFormatColumn


def list_formats(
    session: Session,
) -> tuple[Sequence[RegisterFormat], Sequence[RegisterFormatColumn]]:
    """Return every format, and the columns of all of them."""
    return (
        session.scalars(select(RegisterFormat).order_by(RegisterFormat.code)).all(),
        session.scalars(select(RegisterFormatColumn)).all(),
    )


def is_imported(session: Session, *, digest: str) -> bool:
    """Tell whether a file with this content was imported before."""
    return session.scalar(select(exists().where(Register.digest == digest))) or False


def add_register(
    session: Session,
    *,
    digest: str,
    file_name: str,
    format_code: str,
    registry_no: str,
    registry_on: dt.date | None,
    row_count: int,
    amount: Decimal,
    imported_at: dt.datetime,
) -> int:
    """Record an imported file and return its key; ``amount`` is the sum of its rows."""
    values = {
        "digest": digest,
        "file_name": file_name,
        "format_code": format_code,
        "registry_no": registry_no,
        "registry_on": registry_on,
        "row_count": row_count,
        "amount": amount,
        "imported_at": imported_at,
    }
    return session.scalars(insert(Register).values(values).returning(Register.id)).one()


def set_organization(session: Session, *, register_id: int, organization_id: int) -> None:
    """Record that every payment of a file is for one organisation."""
    changed = update(Register).where(Register.id == register_id)
    session.execute(changed.values(organization_id=organization_id))


def copy_rows(session: Session, rows: pl.DataFrame) -> None:
    """Add payments of a file; the frame has columns of ``register_row``."""
    loading.copy_in(session.connection(), "register_row", rows)


def copy_parts(session: Session, parts: pl.DataFrame) -> None:
    """Add the parts that payments were split into; none of them is in billing yet."""
    loading.copy_in(
        session.connection(), "register_part", parts.with_columns(is_carried=pl.lit("f"))
    )
