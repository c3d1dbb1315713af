"""People at a service desk: the staff of an organisation and the authors of its threads."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from db import session as database
from db.queries.appeals import desk_people as queries
from db.queries.appeals.desk_people import PersonRow


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff or an author of a thread.

    Attributes:
        login_id: the key of the login.
        name: surname and initials.
        first_name: for the greeting of a letter.
        email: for letters.
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

    def get_name(self, login_id: int | None) -> str:
        """Return the name of a login; empty for None, «бывший сотрудник» for a deleted login."""
        if login_id is None:
            return ""
        found = self.known.get(login_id)
        return found.name if found else "бывший сотрудник"

    def get_first_name(self, login_id: int | None) -> str:
        """Return the first name of a login; empty for a deleted login."""
        found = self.known.get(login_id or 0)
        return found.first_name if found else ""

    @property
    def colleagues(self) -> tuple[Person, ...]:
        """Return the people to whom work may be assigned, by name."""
        return tuple(person for person in self.known.values() if person.is_colleague)


def get_people(organization_id: int, *, logins: Iterable[int | None] = ()) -> People:
    """Return the staff of an organisation and the other logins that are given."""
    others = {login for login in logins if login is not None}
    with database.transaction(database.GATE) as session:
        rows = queries.list_people(session, organization_id=organization_id, logins=others)
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
