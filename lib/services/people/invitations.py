"""Invitations: an administrator asks an employee in by a letter."""

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

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
    """Somebody cannot be asked in, or not this way."""


class InvitationOver(PortalError):
    """The link was used, is late or was never sent: strangers learn nothing more."""

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
    """Who is asked in, as what, and until when the link works (in the centre's zone)."""

    invitation_id: int
    name: str
    email: str
    role: Role
    organization_id: int | None
    expires_at: dt.datetime


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
    """Send an employee a link that works once and for 72 hours.

    Raises:
        AccessDenied: no permission, or none any more.
        NameRefused: a name is empty or no name; the patronymic may be empty.
        EmailRefused: no e-mail.
        PersonRefused: staff without an organisation.
        InvitationRefused: a resident, a taken e-mail, or an invitation that waits already.
    """
    actor.demand(Permission.PEOPLE_MANAGE)
    if role is Role.RESIDENT:
        raise InvitationRefused(_RESIDENT)
    values: dict[str, Any] = {
        "email": people.parse_email(email),
        "last_name": people.parse_name(last_name, field="Фамилия"),
        "first_name": people.parse_name(first_name, field="Имя"),
        "middle_name": people.parse_name(middle_name, field="Отчество")
        if middle_name.strip()
        else None,
        "role": role.value,
        "organization_id": employment.get_employer(
            actor=actor, role=role, organization_id=organization_id
        ),
    }
    with database.transaction(database.GATE) as session:
        if actor.login_id not in queries.lock_administrators(session):
            raise AccessDenied
        _add(session, invited_by=actor.login_id, **values)
        trail.record_event(
            session,
            action=Action.INVITED,
            actor=actor,
            address=address,
            organization_id=values["organization_id"],
            email=values["email"],
            role=role,
        )


def list_invitations(*, actor: Actor) -> tuple[Invited, ...]:
    """Return who has been asked in and has not come yet, the latest first, at most fifty.

    Raises:
        AccessDenied: no permission.
    """
    actor.demand(Permission.PEOPLE_MANAGE)
    with database.transaction(database.GATE) as session:
        return tuple(
            _invited(i) for i in queries.list_waiting_invitations(session, now=clock.now())
        )


def withdraw_invitation(*, actor: Actor, invitation_id: int, address: str | None) -> None:
    """Make an invitation's link useless; one that is gone already changes nothing.

    Raises:
        AccessDenied: no permission, or none any more.
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
    """Return whom a link asks in.

    Raises:
        InvitationOver: the link is of no use.
    """
    with database.transaction(database.GATE) as session:
        found = queries.find_valid_invitation(
            session, token_hash=hash_token(token), now=clock.now()
        )
        if found is None:
            raise InvitationOver
        return _invited(found)


def remove_spent_invitations() -> None:
    """Remove the invitations that were used or ran out."""
    with database.transaction(database.GATE) as session:
        queries.remove_spent_invitations(session, now=clock.now())


def hash_token(token: str) -> bytes:
    """Hash a link's token; it is long enough to need no salt."""
    return hashlib.sha256(token.encode(errors="replace")).digest()


def _add(session: Session, **values: Any) -> None:
    """Add an invitation and post its letter; the token is nowhere but in the letter."""
    if queries.is_email_taken(session, email=values["email"]):
        raise InvitationRefused(_EMAIL_TAKEN)
    token, now = secrets.token_urlsafe(_TOKEN_BYTES), clock.now()
    expires_at = now + LIFE
    hashed = hash_token(token)
    if not queries.add_invitation(
        session, now=now, token_hash=hashed, expires_at=expires_at, **values
    ):
        raise InvitationRefused(_WAITING)
    letter = people_letters.write_invitation(
        first_name=values["first_name"],
        middle_name=values["middle_name"],
        role=Role(values["role"]),
        token=token,
        expires_at=expires_at,
    )
    outbox.post_letter(session, recipient=values["email"], letter=letter)


def _invited(found: Invitation) -> Invited:
    names = (found.last_name, found.first_name, found.middle_name)
    return Invited(
        invitation_id=found.id,
        name=" ".join(name for name in names if name),
        email=found.email,
        role=Role(found.role),
        organization_id=found.organization_id,
        expires_at=clock.local(found.expires_at),
    )
