"""The people whom a service desk deals with: its staff and the authors of its threads."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from db.models import Login, LoginContact
from db.rows import read_all


class PersonRow(NamedTuple):
    """A member of an organisation's staff, or a login that was asked for."""

    id: int
    organization_id: int | None
    blocked_at: dt.datetime | None
    last_name: str
    first_name: str
    middle_name: str | None
    email: str


# the staff of the organisation and the logins that are asked for
_PEOPLE = (
    select(
        Login.id,
        Login.organization_id,
        Login.blocked_at,
        LoginContact.last_name,
        LoginContact.first_name,
        LoginContact.middle_name,
        LoginContact.email,
    )
    .join(LoginContact, LoginContact.login_id == Login.id)
    .where(
        or_(
            Login.id.in_(bindparam("logins", expanding=True)),
            (Login.organization_id == bindparam("organization")) & (Login.role == "staff"),
        )
    )
    .order_by(LoginContact.last_name, LoginContact.first_name, Login.id)
)


def list_people(
    session: Session, *, organization_id: int, logins: Iterable[int] = ()
) -> Sequence[PersonRow]:
    """Return an organisation's staff and the other logins that are asked for; for the gate."""
    values = {"organization": organization_id, "logins": list(logins)}
    return read_all(session.execute(_PEOPLE, values), PersonRow)
