"""Reported mistakes: added at the gate, read and decided by those whose matter they are."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import bindparam, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.base import AnyRow
from db.models import Account, Login, LoginContact, Mistake, Organization
from db.queries import scope
from db.session import Viewer

_ADD = (
    insert(Mistake)
    .values(status="new")
    .inline()
    .on_conflict_do_nothing()
    .execution_options(preserve_rowcount=True)
)
# several centres: whose portal this is nobody can tell
_CENTRES = select(Organization.id).where(Organization.kind == "rc").limit(2)
_SERVING = (
    select(Account.organization_id).where(scope.visible(Account.id)).order_by(Account.id).limit(1)
)
_STAFFED = select(
    exists().where(
        Login.organization_id == bindparam("organization"),
        Login.role == "staff",
        Login.blocked_at.is_(None),
    )
)
_DECIDING = (
    select(LoginContact.first_name, LoginContact.email)
    .join(Login, Login.id == LoginContact.login_id)
    .where(Login.activated_at.is_not(None), Login.blocked_at.is_(None))
    .order_by(Login.id)
    .limit(50)
)
# whether an organisation's, and who decides: its staff, or the administrators
_DECIDING_OF = {
    True: _DECIDING.where(
        Login.role == "staff", Login.organization_id == bindparam("organization")
    ),
    False: _DECIDING.where(Login.role == "admin"),
}
# nobody's are the administrators'; one condition for both would be no index's
_OF_NOBODY = Mistake.organization_id.is_(None)
_OF_ORGANIZATION = Mistake.organization_id == bindparam("organization")
_WAITING = (
    select(
        Mistake.id,
        Mistake.screen,
        Mistake.selected,
        Mistake.before,
        Mistake.after,
        Mistake.comment,
        Mistake.reported_at,
        Mistake.login_id.is_not(None).label("is_signed"),
        func.count().over().label("all_waiting"),
    )
    .where(Mistake.status == "new")
    .order_by(Mistake.reported_at, Mistake.id)
    .limit(bindparam("limit"))
)
_ONE = select(
    Mistake.login_id, Mistake.selected, Mistake.status, Mistake.decided_at, Mistake.decided_by
).where(Mistake.id == bindparam("mistake"))
_DECIDE = (
    update(Mistake)
    .where(Mistake.id == bindparam("mistake"), Mistake.status == "new")
    .values(
        status=bindparam("to"),
        reason=bindparam("why"),
        decided_at=bindparam("now"),
        decided_by=bindparam("by"),
    )
    .returning(Mistake.id)
)
_TOLD = (
    select(Mistake.organization_id)
    .distinct()
    .where(Mistake.status == "new", Mistake.told_at.is_not(None))
)
_CLAIM = (
    update(Mistake)
    .where(Mistake.status == "new", Mistake.told_at.is_(None))
    .values(told_at=bindparam("now"))
    .returning(Mistake.organization_id)
    .execution_options(synchronize_session=False)
)
# whether an organisation's, and the statements
_WAITING_OF = {True: _WAITING.where(_OF_ORGANIZATION), False: _WAITING.where(_OF_NOBODY)}
_ONE_OF = {True: _ONE.where(_OF_ORGANIZATION), False: _ONE.where(_OF_NOBODY)}
_DECIDE_OF = {True: _DECIDE.where(_OF_ORGANIZATION), False: _DECIDE.where(_OF_NOBODY)}


def add_report(session: Session, **values: Any) -> bool:
    """Add a report that waits; False where its key has been used; the gate's."""
    return session.connection().execute(_ADD, values).rowcount > 0


def find_serving_organization(session: Session, *, viewer: Viewer) -> int | None:
    """Return the organisation of the viewer's first account, or None."""
    return session.scalar(_SERVING, scope.values(viewer))


def find_centre(session: Session) -> int | None:
    """Return the one centre, or None where there is none or more of them."""
    found: Sequence[int] = session.scalars(_CENTRES).all()
    return found[0] if len(found) == 1 else None


def find_staffed_organization(session: Session, *, organizations: Iterable[int]) -> int | None:
    """Return the first of the organisations in which somebody may decide; the gate's."""
    return next(
        (key for key in organizations if session.scalar(_STAFFED, {"organization": key})), None
    )


def claim_new(session: Session, *, now: dt.datetime) -> set[int | None]:
    """Mark the reports that nobody was told of; return whose they are; the operator's."""
    return set(session.scalars(_CLAIM, {"now": now}))


def list_notified(session: Session) -> set[int | None]:
    """Return whose reports wait though somebody was told of them; the operator's."""
    return set(session.scalars(_TOLD))


def list_deciders(session: Session, *, organization_id: int | None) -> Sequence[AnyRow]:
    """Return name and e-mail of those who decide an organisation's reports, or nobody's."""
    statement = _DECIDING_OF[organization_id is not None]
    return session.execute(statement, {"organization": organization_id}).all()


def list_waiting(session: Session, *, organization_id: int | None, limit: int) -> Sequence[AnyRow]:
    """Return the reports that wait for an organisation, or for nobody's, the oldest first."""
    values = {"organization": organization_id, "limit": limit}
    return session.execute(_WAITING_OF[organization_id is not None], values).all()


def find_mistake(
    session: Session, *, mistake_id: int, organization_id: int | None
) -> AnyRow | None:
    """Return one report of an organisation, or of nobody's, or None."""
    values = {"mistake": mistake_id, "organization": organization_id}
    return session.execute(_ONE_OF[organization_id is not None], values).one_or_none()


def decide_mistake(
    session: Session,
    *,
    mistake_id: int,
    organization_id: int | None,
    status: str,
    reason: str | None,
    decided_by: int,
    now: dt.datetime,
) -> bool:
    """Decide a report that waits; False where somebody was faster."""
    values = {
        "mistake": mistake_id,
        "organization": organization_id,
        "to": status,
        "why": reason,
        "by": decided_by,
        "now": now,
    }
    statement = _DECIDE_OF[organization_id is not None]
    return session.execute(statement, values).one_or_none() is not None
