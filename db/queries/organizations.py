"""Organisations: reference data that everybody may read."""

from collections.abc import Iterable, Sequence

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from db.base import AnyRow
from db.models import House, Organization

_BY_KEYS = select(Organization).where(Organization.id.in_(bindparam("keys", expanding=True)))
# two billing programmes may know an organisation each under one name
_NAMES = select(
    Organization.id,
    Organization.name,
    (func.count().over(partition_by=Organization.name) > 1).label("is_namesake"),
).order_by(Organization.name, Organization.id)
_NAME = select(Organization.name).where(Organization.id == bindparam("key"))
_WITH_HOUSES = (
    select(Organization.id, Organization.name)
    .where(select(House.id).where(House.organization_id == Organization.id).exists())
    .order_by(Organization.name, Organization.id)
)


def by_keys(session: Session, *, keys: Iterable[int]) -> dict[int, Organization]:
    """Return some organisations by key."""
    return {found.id: found for found in session.scalars(_BY_KEYS, {"keys": list(keys)})}


def with_houses(session: Session) -> Sequence[AnyRow]:
    """Return the organisations that serve houses, by name."""
    return session.execute(_WITH_HOUSES).all()


def name(session: Session, *, key: int) -> str | None:
    """Return an organisation's name."""
    return session.scalar(_NAME, {"key": key})


def names(session: Session) -> Sequence[AnyRow]:
    """Return every organisation's key and name, by name, and whether it has a namesake."""
    return session.execute(_NAMES).all()
