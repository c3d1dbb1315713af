"""The directory of logins, as an administrator sees it."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from db import session as database
from db.queries import organizations
from db.queries.people import directory as queries
from db.queries.people.directory import PersonRow
from lib import clock
from lib.access import Actor, Permission, Role
from lib.domain import formats, masking
from lib.services.audit import trail

PAGE = 50
EMPLOYEES = (Role.STAFF, Role.ANALYST, Role.ADMIN)


class State(StrEnum):
    """Whether a login may sign in."""

    WORKS = "работает"
    BLOCKED = "заблокирована"
    WAITS = "ждёт подтверждения"


@dataclass(frozen=True, slots=True)
class Person:
    """A login as an administrator sees it; a resident's name and e-mail are masked.

    Attributes:
        login_id: its key.
        username: the name typed at sign-in.
        name: surname and names.
        email: the e-mail.
        role: its role.
        organization_id: key of the organisation, for staff.
        signed_in_at: the last sign-in on record, in the centre's time zone.
        state: whether the login may sign in.
    """

    login_id: int
    username: str
    name: str
    email: str
    role: Role
    organization_id: int | None
    signed_in_at: dt.datetime | None
    state: State


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """A page of logins; ``has_more`` tells whether another page follows."""

    people: tuple[Person, ...]
    has_more: bool


def list_organizations(*, actor: Actor) -> dict[int, str]:
    """Return the names of all organisations by key, in the order of names.

    Raises:
        AccessDenied: no permission.
    """
    actor.demand(Permission.PEOPLE_MANAGE)
    with database.transaction(actor.viewer) as session:
        return {
            row.id: formats.quote_name(row.name) + (f" ({row.id})" if row.is_namesake else "")
            for row in organizations.list_names(session)
        }


def list_people(
    *, actor: Actor, search: str = "", role: Role | None = None, page: int = 1
) -> PeoplePage:
    """Return a page of logins by username; ``search`` is a part of login, e-mail or name.

    Raises:
        AccessDenied: no permission.
    """
    actor.demand(Permission.PEOPLE_MANAGE)
    with database.transaction(database.GATE) as session:
        rows = queries.list_people(
            session,
            search=trail.clean(search).strip(),
            role=role,
            skip=(min(max(page, 1), 10_000) - 1) * PAGE,
            limit=PAGE + 1,
        )
    return PeoplePage(tuple(make_person(row) for row in rows[:PAGE]), len(rows) > PAGE)


def find_person(*, actor: Actor, login_id: int) -> Person | None:
    """Return one login.

    Raises:
        AccessDenied: no permission.
    """
    actor.demand(Permission.PEOPLE_MANAGE)
    with database.transaction(database.GATE) as session:
        row = queries.find_person(session, login_id=login_id)
    return None if row is None else make_person(row)


def make_person(row: PersonRow) -> Person:
    """Make a ``Person``; a resident's name and e-mail are masked."""
    role = Role(row.role)
    full_name = " ".join(part for part in (row.last_name, row.first_name, row.middle_name) if part)
    is_employee = role in EMPLOYEES
    return Person(
        login_id=row.id,
        username=row.username,
        name=full_name if is_employee else masking.mask_name(row.last_name, row.first_name),
        email=row.email if is_employee else masking.mask_email(row.email),
        role=role,
        organization_id=row.organization_id,
        signed_in_at=clock.local(row.signed_in_at) if row.signed_in_at else None,
        state=_state(row),
    )


def _state(row: PersonRow) -> State:
    if row.blocked_at is not None:
        return State.BLOCKED
    return State.WORKS if row.activated_at is not None else State.WAITS
