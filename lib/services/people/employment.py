"""Roles of employees: changed, blocked and unblocked by an administrator."""

from sqlalchemy.orm import Session

from db import session as database
from db.models import Login
from db.queries import organizations
from db.queries.people import directory as queries
from lib.access import AccessDenied, Actor, Permission, Role
from lib.errors import PortalError
from lib.services.audit import trail
from lib.services.audit.trail import Action
from lib.services.people import _login_access


class PersonRefused(PortalError):
    """This change of a login is not allowed."""


_OWN = "Свою учётную запись изменить нельзя: попросите другого администратора."
_RESIDENT = "Житель не становится сотрудником: пригласите человека на рабочий e-mail."
_NO_ORGANIZATION = "Выберите организацию: сотрудник работает в одной организации."


def change_role(
    *, actor: Actor, login_id: int, role: Role, organization_id: int | None, address: str | None
) -> None:
    """Change an employee's role or organisation; it works from their next click.

    Raises:
        AccessDenied: the actor is no longer an administrator, or there is no such login.
        PersonRefused: the actor's own login, a resident, or staff without an organisation.
    """
    actor.demand(Permission.PEOPLE_MANAGE)
    organization_id = get_employer(actor=actor, role=role, organization_id=organization_id)
    with database.transaction(database.GATE) as session:
        login = _lock_login(session, actor=actor, login_id=login_id)
        if Role.RESIDENT in {login.role, role}:
            raise PersonRefused(_RESIDENT)
        if (login.role, login.organization_id) == (role, organization_id):
            return
        trail.record_event(
            session,
            action=Action.ROLE_CHANGED,
            actor=actor,
            address=address,
            organization_id=organization_id or login.organization_id,
            login=login.username,
            role=role,
            before=login.role,
        )
        login.role, login.organization_id = role, organization_id


def block_login(*, actor: Actor, login_id: int, address: str | None) -> None:
    """Block a login and end its sessions; blocking twice changes nothing.

    Raises:
        AccessDenied: the actor is no longer an administrator, or there is no such login.
        PersonRefused: the actor's own login.
    """
    actor.demand(Permission.PEOPLE_MANAGE)
    with database.transaction(database.GATE) as session:
        login = _lock_login(session, actor=actor, login_id=login_id)
        if login.blocked_at is None:
            _login_access.block_login(session, login=login)
            _record(session, Action.LOGIN_BLOCKED, actor, login, address)


def unblock_login(*, actor: Actor, login_id: int, address: str | None) -> None:
    """Let a blocked login sign in again.

    Raises:
        AccessDenied: the actor is no longer an administrator, or there is no such login.
        PersonRefused: the actor's own login.
    """
    actor.demand(Permission.PEOPLE_MANAGE)
    with database.transaction(database.GATE) as session:
        login = _lock_login(session, actor=actor, login_id=login_id)
        if login.blocked_at is not None:
            login.blocked_at = None
            _record(session, Action.LOGIN_UNBLOCKED, actor, login, address)


def end_sessions(*, actor: Actor, login_id: int, address: str | None) -> None:
    """End every session of a login.

    Raises:
        AccessDenied: the actor is no longer an administrator, or there is no such login.
        PersonRefused: the actor's own login.
    """
    actor.demand(Permission.PEOPLE_MANAGE)
    with database.transaction(database.GATE) as session:
        login = _lock_login(session, actor=actor, login_id=login_id)
        _login_access.revoke_access(session, login_id=login.id)
        _record(session, Action.SESSIONS_ENDED, actor, login, address)


def get_employer(*, actor: Actor, role: Role, organization_id: int | None) -> int | None:
    """Return the organisation of a role: staff need one, analysts may have one, others none.

    Raises:
        AccessDenied: no permission.
        PersonRefused: staff without an organisation, or no such organisation.
    """
    actor.demand(Permission.PEOPLE_MANAGE)
    if role not in {Role.STAFF, Role.ANALYST}:
        return None
    if organization_id is None:
        if role is Role.ANALYST:
            return None  # of all organisations
        raise PersonRefused(_NO_ORGANIZATION)
    with database.transaction(actor.viewer) as session:
        if organizations.find_name(session, key=organization_id) is None:
            raise PersonRefused(_NO_ORGANIZATION)
    return organization_id


def _lock_login(session: Session, *, actor: Actor, login_id: int) -> Login:
    """Return a login to be changed, after checking that the actor is still an administrator.

    Administrators are locked first: of two who block each other at once, one stays.
    """
    if actor.login_id not in queries.lock_administrators(session):
        raise AccessDenied
    login = queries.lock_login(session, login_id=login_id)
    if login is None:
        raise AccessDenied
    if login.id == actor.login_id:
        raise PersonRefused(_OWN)
    return login


def _record(
    session: Session, action: Action, actor: Actor, login: Login, address: str | None
) -> None:
    trail.record_event(
        session,
        action=action,
        actor=actor,
        address=address,
        organization_id=login.organization_id,
        login=login.username,
    )
