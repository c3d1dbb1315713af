"""Invitations: an administrator invites an employee by a letter."""

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass

from sqlalchemy.orm import Session

from db import session as database
from db.models import Invitation
from db.queries.people import directory as queries
from lib import clock
from lib.access import AccessDenied, Actor, Permission, Role
from lib.domain import people
from lib.errors import PortalError
from lib.mail import outbox, people_letters
from lib.services.audit import trail
from lib.services.audit.trail import Action
from lib.services.people import employment

LIFE = dt.timedelta(hours=72)
_TOKEN_BYTES = 32


class InvitationRefused(PortalError):
    """The invitation is not allowed."""


class InvitationOver(PortalError):
    """The link is used, expired or unknown; the message does not tell which."""

    def __init__(self) -> None:
        super().__init__(
            "Приглашение не действует: срок истёк, его отозвали или по нему уже вошли. "
            "Попросите администратора прислать новое."
        )


_EMAIL_TAKEN = "Этот e-mail уже есть у другой учётной записи. Укажите другой, рабочий."
_WAITING = (
    "На этот e-mail приглашение уже отправлено. Отзовите его ниже, если нужно отправить новое."
)
_RESIDENT = "Жители регистрируются сами, приглашать можно только сотрудников."


@dataclass(frozen=True, slots=True)
class Invited:
    """An invited employee; ``expires_at`` is in the centre's time zone."""

    invitation_id: int
    name: str
    email: str
    role: Role
    organization_id: int | None
    expires_at: dt.datetime


@dataclass(frozen=True, slots=True)
class _Invitee:
    """An employee to be invited, checked."""

    email: str
    last_name: str
    first_name: str
    middle_name: str | None
    role: Role
    organization_id: int | None


def invite_employee(
    *,
    actor: Actor,
    email: str,
    last_name: str,
    first_name: str,
    middle_name: str,
    role: Role,
    organization_id: int | None,
    address: str | None,
) -> None:
    """Post an employee a letter with a link that works once, within 72 hours.

    Raises:
        AccessDenied: no permission, or the actor is no longer an administrator.
        NameRefused: a name is empty or not a name; the patronymic may be empty.
        EmailRefused: the e-mail is not an address.
        PersonRefused: staff without an organisation.
        InvitationRefused: the role is resident, the e-mail is taken, or an invitation to it
            waits already.
    """
    actor.demand(Permission.PEOPLE_MANAGE)
    if role is Role.RESIDENT:
        raise InvitationRefused(_RESIDENT)
    invitee = _Invitee(
        email=people.parse_email(email),
        last_name=people.parse_name(last_name, field="Фамилия"),
        first_name=people.parse_name(first_name, field="Имя"),
        middle_name=people.parse_name(middle_name, field="Отчество")
        if middle_name.strip()
        else None,
        role=role,
        organization_id=employment.get_employer(
            actor=actor, role=role, organization_id=organization_id
        ),
    )
    with database.transaction(database.GATE) as session:
        if actor.login_id not in queries.lock_administrators(session):
            raise AccessDenied
        _add(session, invitee, invited_by=actor.login_id)
        trail.record_event(
            session,
            action=Action.INVITED,
            actor=actor,
            address=address,
            organization_id=invitee.organization_id,
            email=invitee.email,
            role=role,
        )


def list_invitations(*, actor: Actor) -> tuple[Invited, ...]:
    """Return the invitations that wait, latest first, at most fifty.

    Raises:
        AccessDenied: no permission.
    """
    actor.demand(Permission.PEOPLE_MANAGE)
    with database.transaction(database.GATE) as session:
        return tuple(
            _invited(i) for i in queries.list_waiting_invitations(session, now=clock.now())
        )


def withdraw_invitation(*, actor: Actor, invitation_id: int, address: str | None) -> None:
    """Withdraw an invitation; does nothing where it is used or withdrawn already.

    Raises:
        AccessDenied: no permission, or the actor is no longer an administrator.
    """
    actor.demand(Permission.PEOPLE_MANAGE)
    with database.transaction(database.GATE) as session:
        if actor.login_id not in queries.lock_administrators(session):
            raise AccessDenied
        email = queries.withdraw_invitation(session, invitation_id=invitation_id)
        if email is not None:
            trail.record_event(
                session,
                action=Action.INVITED,
                actor=actor,
                address=address,
                email=email,
                withdrawn=True,
            )


def get_invitation(*, token: str) -> Invited:
    """Return the invitation of a link.

    Raises:
        InvitationOver: the link is not valid.
    """
    with database.transaction(database.GATE) as session:
        invitation = queries.find_valid_invitation(
            session, token_hash=hash_token(token), now=clock.now()
        )
        if invitation is None:
            raise InvitationOver
        return _invited(invitation)


def remove_spent_invitations() -> None:
    """Remove the invitations that are used or expired."""
    with database.transaction(database.GATE) as session:
        queries.remove_spent_invitations(session, now=clock.now())


def hash_token(token: str) -> bytes:
    """Hash a token of a link; it is random and long, so it needs no salt."""
    return hashlib.sha256(token.encode(errors="replace")).digest()


def _add(session: Session, invitee: _Invitee, *, invited_by: int) -> None:
    """Add an invitation and post its letter; only the hash of the token is stored."""
    if queries.is_email_taken(session, email=invitee.email):
        raise InvitationRefused(_EMAIL_TAKEN)
    token, now = secrets.token_urlsafe(_TOKEN_BYTES), clock.now()
    expires_at = now + LIFE
    is_added = queries.add_invitation(
        session,
        token_hash=hash_token(token),
        email=invitee.email,
        last_name=invitee.last_name,
        first_name=invitee.first_name,
        middle_name=invitee.middle_name,
        role=invitee.role.value,
        organization_id=invitee.organization_id,
        invited_by=invited_by,
        now=now,
        expires_at=expires_at,
    )
    if not is_added:
        raise InvitationRefused(_WAITING)
    letter = people_letters.write_invitation(
        first_name=invitee.first_name,
        middle_name=invitee.middle_name,
        role=invitee.role,
        token=token,
        expires_at=expires_at,
    )
    outbox.post_letter(session, recipient=invitee.email, letter=letter)


def _invited(invitation: Invitation) -> Invited:
    names = (invitation.last_name, invitation.first_name, invitation.middle_name)
    return Invited(
        invitation_id=invitation.id,
        name=" ".join(name for name in names if name),
        email=invitation.email,
        role=Role(invitation.role),
        organization_id=invitation.organization_id,
        expires_at=clock.local(invitation.expires_at),
    )
