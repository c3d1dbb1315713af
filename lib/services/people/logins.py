"""Logins, as operators make them; residents' own registration is a screen of its own."""

from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db import session as database
from db.models import Account, AccountAccess, Login, LoginContact, Organization, Sender
from lib import clock
from lib.access import Role
from lib.services.people import passwords


@dataclass(frozen=True, slots=True)
class NewLogin:
    """What a login is made of; names as in documents, organisation as (sender, id)."""

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
    """
    with database.transaction(database.OPERATOR) as session:
        taken = select(Login.id).where(Login.username == new.username.lower())
        if session.scalar(taken) is not None:
            return False
        organization_id = None
        if new.organization is not None:
            organization_id = session.scalars(_organization(*new.organization)).one()
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
    """Let a login see an account, named by the sender's code and id; repeating changes nothing."""
    with database.transaction(database.OPERATOR) as session:
        login_id = session.scalars(select(Login.id).where(Login.username == username)).one()
        account_id = session.scalars(
            select(Account.id)
            .join(Sender, Sender.id == Account.sender_id)
            .where(Sender.code == sender, Account.external_id == account)
        ).one()
        session.execute(
            insert(AccountAccess)
            .values(login_id=login_id, account_id=account_id, level=level)
            .on_conflict_do_nothing()
        )


def _organization(sender: str, code: str) -> Select[int]:
    return (
        select(Organization.id)
        .join(Sender, Sender.id == Organization.sender_id)
        .where(Sender.code == sender, Organization.external_id == code)
    )
