"""Logins, as the gate reads them before there is an actor."""

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from db.base import AnyRow
from db.models import Login, LoginContact

_BY_NAME = (
    select(Login.id, Login.username, Login.password_hash)
    .join(LoginContact, LoginContact.login_id == Login.id)
    .where(
        or_(Login.username == bindparam("name"), LoginContact.email == bindparam("name")),
        Login.blocked_at.is_(None),
    )
)


def by_name(session: Session, *, name: str) -> AnyRow | None:
    """Return the login whose username or e-mail is ``name`` (in lower case), unless blocked."""
    return session.execute(_BY_NAME, {"name": name}).one_or_none()
