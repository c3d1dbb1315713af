"""Rules of the analysts' screens with their dates: targets of collection and ages of debts."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import bindparam, delete, func, insert, or_, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from db.models import CollectionTarget, DebtAgeBound, House, Organization
from db.rows import read_all


class TargetRow(NamedTuple):
    """The target of an organisation from a month on."""

    organization: int
    valid_from: dt.date
    share: Decimal


class BoundRow(NamedTuple):
    """The last day of an age, from a day on."""

    valid_from: dt.date
    days: int


class ManagerRow(NamedTuple):
    """An organisation that manages houses."""

    organization: int
    name: str


_TARGETS = (
    select(
        CollectionTarget.organization_id.label("organization"),
        CollectionTarget.valid_from,
        CollectionTarget.share,
    )
    .where(
        or_(
            bindparam("organization", type_=postgresql.BIGINT).is_(None),
            CollectionTarget.organization_id == bindparam("organization"),
        )
    )
    .order_by(CollectionTarget.organization_id, CollectionTarget.valid_from)
)
_BOUNDS = select(DebtAgeBound.valid_from, DebtAgeBound.days).order_by(
    DebtAgeBound.valid_from, DebtAgeBound.days
)
_MANAGERS = (
    select(Organization.id.label("organization"), Organization.name)
    .where(Organization.id.in_(select(House.organization_id)))
    .order_by(Organization.name, Organization.id)
)
_LOCK_BOUNDS = select(func.pg_advisory_xact_lock(func.hashtext("kabinet debt ages")))


def list_targets(session: Session, *, organization: int | None = None) -> Sequence[TargetRow]:
    """Return the targets of an organisation, or of all, the oldest first."""
    return read_all(session.execute(_TARGETS, {"organization": organization}), TargetRow)


def list_bounds(session: Session) -> Sequence[BoundRow]:
    """Return the bounds of ages, the oldest first."""
    return read_all(session.execute(_BOUNDS), BoundRow)


def list_managers(session: Session) -> Sequence[ManagerRow]:
    """Return the organisations that manage houses, by name."""
    return read_all(session.execute(_MANAGERS), ManagerRow)


def set_target(session: Session, *, organization: int, valid_from: dt.date, share: Decimal) -> None:
    """Set the target of an organisation from a month on, in place of one of the same month."""
    statement = postgresql.insert(CollectionTarget).values(
        organization_id=organization, valid_from=valid_from, share=share
    )
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["organization_id", "valid_from"], set_={"share": share}
        )
    )


def delete_target(session: Session, *, organization: int, valid_from: dt.date) -> bool:
    """Delete a target; return False if there is none."""
    statement = (
        delete(CollectionTarget)
        .where(
            CollectionTarget.organization_id == organization,
            CollectionTarget.valid_from == valid_from,
        )
        .returning(CollectionTarget.valid_from)
    )
    return session.scalar(statement) is not None


def lock_bounds(session: Session) -> None:
    """Let one transaction at a time change bounds."""
    session.execute(_LOCK_BOUNDS)


def set_bounds(session: Session, *, valid_from: dt.date, days: Sequence[int]) -> None:
    """Set the bounds of ages from a day on, in place of those of the same day."""
    delete_bounds(session, valid_from=valid_from)
    values = [{"valid_from": valid_from, "days": count} for count in days]
    session.execute(insert(DebtAgeBound).values(values).inline())


def delete_bounds(session: Session, *, valid_from: dt.date) -> None:
    """Delete the bounds of a day."""
    session.execute(delete(DebtAgeBound).where(DebtAgeBound.valid_from == valid_from))
