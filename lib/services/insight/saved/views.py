"""Saved views of analysts: a screen with its filters under a name, one's own or a colleague's."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from db import session as database
from db.queries.insight import views as queries
from db.queries.insight.views import ViewRow
from lib import clock, links
from lib.access import AccessDenied, Actor, Permission
from lib.domain.insight import saved
from lib.errors import PortalError
from lib.services.audit import trail
from lib.services.audit.trail import Action
from lib.services.insight import screens

MOST_VIEWS = 100
_MOST_SHOWN = 500


class TooManyViews(PortalError):
    """The login has saved as many views as it may."""

    def __init__(self) -> None:
        super().__init__(
            f"Сохранено уже {MOST_VIEWS} видов, больше нельзя. Удалите ненужные в «Моих видах»."
        )


@dataclass(frozen=True, slots=True)
class SavedView:
    """A saved view.

    Attributes:
        view_id: its key.
        name: as its owner called it.
        path: the screen.
        query: values of the address.
        address: opens the same picture.
        is_own: whether the actor saved it.
        author: who saved it.
        is_shared: whether colleagues see it.
        is_moving: whether it moves on with each closed month.
        is_mailed: whether its figures can be sent by e-mail.
        created_at: in the centre's time zone.
    """

    view_id: int
    name: str
    path: str
    query: Mapping[str, str]
    address: str
    is_own: bool
    author: str
    is_shared: bool
    is_moving: bool
    is_mailed: bool
    created_at: dt.datetime


def save_view(
    *,
    actor: Actor,
    name: str,
    path: str,
    query: Mapping[str, str],
    is_shared: bool,
    request_key: str,
    address: str,
) -> int:
    """Save a screen with its filters and return the key of the view.

    Repeating the call with the same ``request_key`` returns the first view.

    Args:
        actor: needs ``insight:read``.
        name: what the person calls it.
        path: a screen of analysts.
        query: values of its address; without months the view moves on with them.
        is_shared: colleagues of the same organisation, or of all, see it, too.
        request_key: one value per rendered form.
        address: the client's IP address.

    Raises:
        AccessDenied: no permission, or no such screen.
        TextRefused: the name is missing or too long, or the query is too long.
        TooManyViews: the login has as many views as it may.
    """
    actor.demand(Permission.INSIGHT_READ)
    if path not in screens.BUILDERS and path != links.FREE_QUERY:
        raise AccessDenied
    cleaned, kept = saved.clean_name(name), saved.clean_query(query)
    with database.transaction(actor.viewer) as session:
        queries.lock_views(session, login_id=actor.login_id)
        known = queries.find_by_request(session, login_id=actor.login_id, request_key=request_key)
        if known is not None:
            return known
        if queries.count_views(session, login_id=actor.login_id) >= MOST_VIEWS:
            raise TooManyViews
        view_id = queries.add_view(
            session,
            login_id=actor.login_id,
            organization_id=actor.organization_id,
            author=actor.full_name,
            name=cleaned,
            path=path,
            query=kept,
            is_shared=is_shared,
            created_at=clock.now(),
            request_key=request_key,
        )
        _record(
            session, Action.VIEW_SAVED, actor, address, (view_id, cleaned, is_shared), path=path
        )
    return view_id


def list_views(*, actor: Actor) -> list[SavedView]:
    """Return the actor's views and those that colleagues share, by name.

    Raises:
        AccessDenied: no permission.
    """
    actor.demand(Permission.INSIGHT_READ)
    with database.transaction(actor.viewer) as session:
        rows = queries.list_views(session, limit=_MOST_SHOWN)
    return [_make_view(actor, row) for row in rows]


def get_view(*, actor: Actor, view_id: int) -> SavedView:
    """Return a view of the actor or of a colleague.

    Raises:
        AccessDenied: no permission, or no such view.
    """
    actor.demand(Permission.INSIGHT_READ)
    with database.transaction(actor.viewer) as session:
        row = queries.find_view(session, view_id=view_id)
    if row is None:
        raise AccessDenied
    return _make_view(actor, row)


def change_view(*, actor: Actor, view_id: int, name: str, is_shared: bool, address: str) -> None:
    """Rename the actor's own view, share it with colleagues or stop sharing it.

    Raises:
        AccessDenied: no permission, or not the actor's view.
        TextRefused: the name is missing or too long.
    """
    actor.demand(Permission.INSIGHT_READ)
    cleaned = saved.clean_name(name)
    with database.transaction(actor.viewer) as session:
        is_changed = queries.change_view(
            session,
            view_id=view_id,
            login_id=actor.login_id,
            name=cleaned,
            is_shared=is_shared,
            organization_id=actor.organization_id,
        )
        if not is_changed:
            raise AccessDenied
        _record(session, Action.VIEW_CHANGED, actor, address, (view_id, cleaned, is_shared))


def delete_view(*, actor: Actor, view_id: int, address: str) -> None:
    """Delete the actor's own view, with all subscriptions to it; a second call does nothing.

    Raises:
        AccessDenied: no permission.
    """
    actor.demand(Permission.INSIGHT_READ)
    with database.transaction(actor.viewer) as session:
        name = queries.delete_view(session, view_id=view_id, login_id=actor.login_id)
        if name is not None:
            _record(session, Action.VIEW_DELETED, actor, address, (view_id, name, None))


def _make_view(actor: Actor, row: ViewRow) -> SavedView:
    return SavedView(
        view_id=row.id,
        name=row.name,
        path=row.path,
        query=row.query,
        address=saved.link_to_saved(row.path, row.query, view_id=row.id),
        is_own=row.login_id == actor.login_id,
        author=row.author,
        is_shared=row.is_shared,
        is_moving=saved.is_moving(row.query),
        is_mailed=row.path in screens.BUILDERS,
        created_at=clock.local(row.created_at),
    )


def _record(
    session: Session,
    action: Action,
    actor: Actor,
    address: str,
    view: tuple[int, str, bool | None],
    *,
    path: str | None = None,
) -> None:
    """Record what was done to a view: its key, its name, whether it is shared, its screen."""
    view_id, name, is_shared = view
    trail.record_event(
        session,
        action=action,
        actor=actor,
        address=address,
        view_id=view_id,
        name=name,
        shared=is_shared,
        screen=path,
    )
