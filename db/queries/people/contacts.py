"""Names and e-mails of logins, for letters and for lists of staff."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from db.models import Login, LoginContact
from db.rows import read_all

_CONTACTS = (
    select(
        Login.id,
        Login.username,
        LoginContact.last_name,
        LoginContact.first_name,
        LoginContact.middle_name,
        LoginContact.email,
    )
    .join(LoginContact, LoginContact.login_id == Login.id)
    .where(Login.id.in_(bindparam("logins", expanding=True)))
)


class ContactRow(NamedTuple):
    """A login with its names and e-mail."""

    id: int
    username: str
    last_name: str
    first_name: str
    middle_name: str | None
    email: str


def find_contacts(session: Session, *, logins: Iterable[int]) -> dict[int, ContactRow]:
    """Return names and e-mails of logins by key. The gate's role."""
    rows = read_all(session.execute(_CONTACTS, {"logins": list(logins)}), ContactRow)
    return {row.id: row for row in rows}
