"""Organisations: reference data that everybody may read."""

from collections.abc import Iterable

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from db.models import Organization

_BY_KEYS = select(Organization).where(Organization.id.in_(bindparam("keys", expanding=True)))
_NAME = select(Organization.name).where(Organization.id == bindparam("key"))


def by_keys(session: Session, *, keys: Iterable[int]) -> dict[int, Organization]:
    """Return some organisations by key."""
    return {found.id: found for found in session.scalars(_BY_KEYS, {"keys": list(keys)})}


def name(session: Session, *, key: int) -> str | None:
    """Return an organisation's name."""
    return session.scalar(_NAME, {"key": key})
