"""Whom a service desk has to do with: colleagues of one organisation, and who wrote to it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from db import session as database
from db.queries.appeals import desk_people as queries
from db.queries.appeals.desk_people import PersonRow


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the desk or of a thread.

    Attributes:
        login_id: its key.
        name: surname and initials.
        first_name: how a letter greets them.
        email: where to.
        is_colleague: works for the organisation and may sign in.
    """

    login_id: int
    name: str
    first_name: str
    email: str
    is_colleague: bool


@dataclass(frozen=True, slots=True)
class People:
    """People by key."""

    known: Mapping[int, Person] = field(default_factory=dict)

    def name(self, login_id: int | None) -> str:
        """Return a name; empty where nobody is meant, a word where the login is gone."""
        if login_id is None:
            return ""
        found = self.known.get(login_id)
        return found.name if found else "бывший сотрудник"

    def first_name(self, login_id: int | None) -> str:
        """Return how to greet somebody; empty where the login is gone."""
        found = self.known.get(login_id or 0)
        return found.first_name if found else ""

    @property
    def colleagues(self) -> tuple[Person, ...]:
        """Return who may be given work, by name."""
        return tuple(person for person in self.known.values() if person.is_colleague)


def get_people(organization_id: int, *, logins: Iterable[int | None] = ()) -> People:
    """Return an organisation's staff and whoever else is asked for."""
    asked = {login for login in logins if login is not None}
    with database.transaction(database.GATE) as session:
        rows = queries.list_people(session, organization_id=organization_id, logins=asked)
    return People({row.id: _person(row, organization_id) for row in rows})


def _person(row: PersonRow, organization_id: int) -> Person:
    initials = "".join(f" {name[0]}." for name in (row.first_name, row.middle_name) if name)
    return Person(
        login_id=row.id,
        name=f"{row.last_name}{initials}",
        first_name=row.first_name,
        email=row.email,
        is_colleague=row.organization_id == organization_id and row.blocked_at is None,
    )
