"""Reports of mistakes in the text: added by readers, decided by staff or administrators."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.models import Account, Login, LoginContact, Mistake, Organization
from db.queries import scope
from db.rows import read_all, read_one
from db.session import Viewer

_ADD = (
    insert(Mistake)
    .values(status="new")
    .inline()
    .on_conflict_do_nothing()
    .execution_options(preserve_rowcount=True)
)
# two are enough to see that the centre is not the only one
_CENTRES = select(Organization.id).where(Organization.kind == "rc").limit(2)
_SERVING = (
    select(Account.organization_id)
    .where(scope.match_viewer(Account.id))
    .order_by(Account.id)
    .limit(1)
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
# who decides: an organisation's staff (True), or the administrators (False)
_DECIDING_OF = {
    True: _DECIDING.where(
        Login.role == "staff", Login.organization_id == bindparam("organization")
    ),
    False: _DECIDING.where(Login.role == "admin"),
}
# two conditions instead of one, so that each uses its index
_OF_ADMINISTRATORS = Mistake.organization_id.is_(None)
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
_MISTAKE = select(
    Mistake.login_id, Mistake.selected, Mistake.status, Mistake.decided_at, Mistake.decision_key
).where(Mistake.id == bindparam("mistake"))
_DECIDE = (
    update(Mistake)
    .where(Mistake.id == bindparam("mistake"), Mistake.status == "new")
    .values(
        status=bindparam("to"),
        reason=bindparam("why"),
        decided_at=bindparam("now"),
        decided_by=bindparam("by"),
        decision_key=bindparam("key"),
    )
    .returning(Mistake.id)
)
_NOTIFIED = (
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
# True: a report of an organisation; False: one for the administrators
_WAITING_OF = {True: _WAITING.where(_OF_ORGANIZATION), False: _WAITING.where(_OF_ADMINISTRATORS)}
_MISTAKE_OF = {True: _MISTAKE.where(_OF_ORGANIZATION), False: _MISTAKE.where(_OF_ADMINISTRATORS)}
_DECIDE_OF = {True: _DECIDE.where(_OF_ORGANIZATION), False: _DECIDE.where(_OF_ADMINISTRATORS)}


class WaitingRow(NamedTuple):
    """A report that waits; ``all_waiting`` is how many wait in all."""

    id: int
    screen: str
    selected: str
    before: str
    after: str
    comment: str
    reported_at: dt.datetime
    is_signed: bool
    all_waiting: int


class MistakeRow(NamedTuple):
    """A report as the decision about it needs it."""

    login_id: int | None
    selected: str
    status: str
    decided_at: dt.datetime | None
    decision_key: str | None


class DeciderRow(NamedTuple):
    """A person who decides reports."""

    first_name: str
    email: str


def add_report(
    session: Session,
    *,
    organization_id: int | None,
    login_id: int | None,
    screen: str,
    selected: str,
    before: str,
    after: str,
    comment: str,
    reported_at: dt.datetime,
    request_key: str,
) -> bool:
    """Add a report that waits; False where its request key is used already. The gate's role."""
    values = {
        "organization_id": organization_id,
        "login_id": login_id,
        "screen": screen,
        "selected": selected,
        "before": before,
        "after": after,
        "comment": comment,
        "reported_at": reported_at,
        "request_key": request_key,
    }
    return session.connection().execute(_ADD, values).rowcount > 0


def find_serving_organization(session: Session, *, viewer: Viewer) -> int | None:
    """Return the organisation that serves the viewer's first account."""
    return session.scalar(_SERVING, scope.bind_viewer(viewer))


def find_centre(session: Session) -> int | None:
    """Return the settlement centre; None where there are several or none."""
    found: Sequence[int] = session.scalars(_CENTRES).all()
    return found[0] if len(found) == 1 else None


def find_staffed_organization(session: Session, *, organizations: Iterable[int]) -> int | None:
    """Return the first of the organisations that has active staff. The gate's role."""
    for key in organizations:
        if session.scalar(_STAFFED, {"organization": key}):
            return key
    return None


def claim_new(session: Session, *, now: dt.datetime) -> set[int | None]:
    """Mark new reports as notified and return their organisations. The operator's role."""
    return set(session.scalars(_CLAIM, {"now": now}))


def list_notified(session: Session) -> set[int | None]:
    """Return the organisations whose notified reports still wait. The operator's role."""
    return set(session.scalars(_NOTIFIED))


def list_deciders(session: Session, *, organization_id: int | None) -> list[DeciderRow]:
    """Return at most 50 people who decide an organisation's reports (None: administrators)."""
    statement = _DECIDING_OF[organization_id is not None]
    return read_all(session.execute(statement, {"organization": organization_id}), DeciderRow)


def list_waiting(session: Session, *, organization_id: int | None, limit: int) -> list[WaitingRow]:
    """Return the reports that wait for an organisation (None: administrators), oldest first."""
    values = {"organization": organization_id, "limit": limit}
    statement = _WAITING_OF[organization_id is not None]
    return read_all(session.execute(statement, values), WaitingRow)


def find_mistake(
    session: Session, *, mistake_id: int, organization_id: int | None
) -> MistakeRow | None:
    """Return one report of an organisation (None: of the administrators)."""
    values = {"mistake": mistake_id, "organization": organization_id}
    statement = _MISTAKE_OF[organization_id is not None]
    return read_one(session.execute(statement, values), MistakeRow)


def decide_mistake(
    session: Session,
    *,
    mistake_id: int,
    organization_id: int | None,
    status: str,
    reason: str | None,
    decided_by: int,
    request_key: str,
    now: dt.datetime,
) -> bool:
    """Decide a report that waits; False where it does not wait any more."""
    values = {
        "mistake": mistake_id,
        "organization": organization_id,
        "to": status,
        "why": reason,
        "by": decided_by,
        "key": request_key,
        "now": now,
    }
    statement = _DECIDE_OF[organization_id is not None]
    return session.execute(statement, values).one_or_none() is not None
