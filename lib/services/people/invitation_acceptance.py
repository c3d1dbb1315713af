"""Accepting an invitation: an employee chooses a username and a password."""

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db import session as database
from db.models import Invitation
from db.queries.people import consents as consent_queries
from db.queries.people import directory as queries
from lib import clock
from lib.access import Role
from lib.domain import consents, people
from lib.errors import PortalError
from lib.services.audit import trail
from lib.services.audit.trail import Action
from lib.services.people import invitations, logins, passwords
from lib.services.people.invitations import InvitationOver
from lib.services.people.logins import NewLogin


class AcceptanceRefused(PortalError):
    """The form of the invitation has a wrong value."""


_NO_TERMS = "Чтобы работать в кабинете, примите пользовательское соглашение."
_DIFFERENT = "Пароль и повтор пароля не совпадают. Введите их ещё раз."
_EMAIL_TAKEN = (
    "Учётная запись с e-mail из приглашения уже есть: войдите в неё "
    "или обратитесь к администратору."
)
_USERNAME_TAKEN = "Это имя пользователя занято. Придумайте другое."


def accept_invitation(
    *,
    token: str,
    username: str,
    password: str,
    repeated: str,
    agrees: bool,
    address: str | None,
) -> None:
    """Make the login of an invitation; its e-mail, role and names come from the invitation.

    Raises:
        InvitationOver: the link is used, expired, or its author is no longer an administrator.
        UsernameRefused: the username is not well formed.
        PasswordRefused: too short or too long.
        AcceptanceRefused: the agreement is not accepted, the passwords differ, or the username
            or e-mail is taken.
    """
    if not agrees:
        raise AcceptanceRefused(_NO_TERMS)
    if password != repeated:
        raise AcceptanceRefused(_DIFFERENT)
    chosen, hashed = people.parse_username(username), passwords.hash_password(password)
    try:
        with database.transaction(database.GATE) as session:
            _accept(session, token=token, username=chosen, hashed=hashed, address=address)
    except IntegrityError as taken:  # another login has just taken it
        raise AcceptanceRefused(_USERNAME_TAKEN) from taken


def _accept(
    session: Session, *, token: str, username: str, hashed: str, address: str | None
) -> None:
    now = clock.now()
    invitation = queries.find_valid_invitation(
        session, token_hash=invitations.hash_token(token), now=now, lock=True
    )
    if invitation is None:
        raise InvitationOver
    if queries.find_key(session, username=username) is not None:
        raise AcceptanceRefused(_USERNAME_TAKEN)
    if queries.is_email_taken(session, email=invitation.email):
        raise AcceptanceRefused(_EMAIL_TAKEN)
    invitation.used_at = now
    login_id = _add_login(session, invitation, username=username, hashed=hashed, address=address)
    trail.record_event(
        session,
        action=Action.ACTIVATED,
        login_id=login_id,
        username=username,
        organization_id=invitation.organization_id,
        address=address,
        role=invitation.role,
        invited_by=invitation.invited_by,
    )


def _add_login(
    session: Session, invitation: Invitation, *, username: str, hashed: str, address: str | None
) -> int:
    """Add the login with its consent to the user agreement."""
    new = NewLogin(
        username=username,
        email=invitation.email,
        last_name=invitation.last_name,
        first_name=invitation.first_name,
        middle_name=invitation.middle_name,
        role=Role(invitation.role),
    )
    login_id = logins.insert_login(
        session, new=new, hashed=hashed, organization_id=invitation.organization_id
    )
    consent_queries.add_consent(
        session,
        login_id=login_id,
        purpose=consents.TERMS.purpose.value,
        text_version=consents.TERMS.version,
        now=clock.now(),
        address=address,
    )
    return login_id
