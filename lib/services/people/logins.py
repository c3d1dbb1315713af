"""Logins made without a registration: by commands, invitations and the demonstration."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from db import session as database
from db.models import Login, LoginContact
from db.queries.accounts import attachments
from db.queries.people import directory
from db.queries.people import logins as queries
from lib import clock
from lib.access import Role
from lib.services.people import passwords


@dataclass(frozen=True, slots=True)
class NewLogin:
    """A login to be made; the organisation as (code of the sender, id in its packages)."""

    username: str
    email: str
    last_name: str
    first_name: str
    role: Role
    middle_name: str | None = None
    organization: tuple[str, str] | None = None


def add_login(*, new: NewLogin, password: str) -> bool:
    """Make a login; return False and change nothing where the username is taken.

    Raises:
        PasswordRefused: the password is too short or too long.
        NoResultFound: there is no such organisation.
    """
    with database.transaction(database.OPERATOR) as session:
        if directory.find_key(session, username=new.username.lower()) is not None:
            return False
        organization_id = None
        if new.organization is not None:
            sender, code = new.organization
            organization_id = queries.get_organization(session, sender=sender, code=code)
        hashed = passwords.hash_password(password)
        insert_login(session, new=new, hashed=hashed, organization_id=organization_id)
    return True


def insert_login(
    session: Session, *, new: NewLogin, hashed: str, organization_id: int | None
) -> int:
    """Add a login that may sign in at once, in the caller's transaction, and return its key."""
    login = Login(
        username=new.username.lower(),
        password_hash=hashed,
        role=new.role.value,
        organization_id=organization_id,
        activated_at=clock.now(),
    )
    session.add(login)
    session.flush()  # the contact needs the login's key
    session.add(
        LoginContact(
            login_id=login.id,
            last_name=new.last_name,
            first_name=new.first_name,
            middle_name=new.middle_name,
            email=new.email.lower(),
        )
    )
    return login.id


def grant_access(*, username: str, sender: str, account: str, level: str = "owner") -> None:
    """Let a login see an account; repeating it changes nothing.

    Args:
        username: the login.
        sender: code of the account's sender.
        account: the account's id in the sender's packages.
        level: the level of access.

    Raises:
        NoResultFound: there is no such login or account.
    """
    with database.transaction(database.OPERATOR) as session:
        attachments.add_access(
            session,
            login_id=queries.get_login(session, username=username),
            account_id=queries.get_account(session, sender=sender, code=account),
            level=level,
        )
