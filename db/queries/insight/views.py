"""Saved views of analysts, in the analysts' own role."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.models import InsightView
from db.rows import read_all, read_one


class ViewRow(NamedTuple):
    """A saved view."""

    id: int
    login_id: int
    author: str
    name: str
    path: str
    query: Mapping[str, str]
    is_shared: bool
    created_at: dt.datetime


_VIEW = select(
    InsightView.id,
    InsightView.login_id,
    InsightView.author,
    InsightView.name,
    InsightView.path,
    InsightView.query,
    InsightView.is_shared,
    InsightView.created_at,
)
# row security gives one's own views and those that colleagues share
_LIST = _VIEW.order_by(func.lower(InsightView.name), InsightView.id).limit(bindparam("limit"))
_FIND = _VIEW.where(InsightView.id == bindparam("key"))
_BY_REQUEST = select(InsightView.id).where(
    InsightView.login_id == bindparam("login"), InsightView.request_key == bindparam("request")
)
_COUNT = select(func.count()).where(InsightView.login_id == bindparam("login"))
# one login saves one view at a time, so that a limit on their number holds
_LOCK = text("SELECT pg_advisory_xact_lock(hashtext('insight_view'), CAST(:login AS integer))")
_OWN = (InsightView.id == bindparam("key"), InsightView.login_id == bindparam("login"))
_CHANGE = (
    update(InsightView)
    .where(*_OWN)
    .values(
        name=bindparam("new_name"),
        is_shared=bindparam("shared"),
        organization_id=bindparam("organization"),
    )
    .returning(InsightView.id)
)
_DELETE = delete(InsightView).where(*_OWN).returning(InsightView.name)


def list_views(session: Session, *, limit: int) -> Sequence[ViewRow]:
    """Return the views that the viewer may open, by name."""
    return read_all(session.execute(_LIST, {"limit": limit}), ViewRow)


def find_view(session: Session, *, view_id: int) -> ViewRow | None:
    """Return a view that the viewer may open."""
    return read_one(session.execute(_FIND, {"key": view_id}), ViewRow)


def find_by_request(session: Session, *, login_id: int, request_key: str) -> int | None:
    """Return the view that was saved with the key of a form."""
    return session.scalar(_BY_REQUEST, {"login": login_id, "request": request_key})


def lock_views(session: Session, *, login_id: int) -> None:
    """Wait until nobody else saves a view of the login."""
    session.execute(_LOCK, {"login": login_id % 2**31})


def count_views(session: Session, *, login_id: int) -> int:
    """Return how many views the login has saved."""
    return session.scalar(_COUNT, {"login": login_id}) or 0


def add_view(session: Session, **values: object) -> int:
    """Add a view and return its key."""
    return session.scalars(insert(InsightView).values(**values).returning(InsightView.id)).one()


def change_view(
    session: Session,
    *,
    view_id: int,
    login_id: int,
    name: str,
    is_shared: bool,
    organization_id: int | None,
) -> bool:
    """Rename and share the login's own view; False if there is none."""
    values = {
        "key": view_id,
        "login": login_id,
        "new_name": name,
        "shared": is_shared,
        "organization": organization_id,
    }
    return session.scalar(_CHANGE, values) is not None


def delete_view(session: Session, *, view_id: int, login_id: int) -> str | None:
    """Delete the login's own view and return its name; None if there is none."""
    return session.scalar(_DELETE, {"key": view_id, "login": login_id})
