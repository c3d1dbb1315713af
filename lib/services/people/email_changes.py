"""Changing the e-mail: started in the profile, confirmed from the old and the new address."""

import datetime as dt
import secrets
from enum import Enum, auto

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db import session as database
from db.models import LoginToken
from db.queries.people import email_changes as queries
from db.queries.people.email_changes import ChangeRow, OwnerRow
from db.queries.people.profiles import EMAIL_NEW, EMAIL_OLD
from lib import clock
from lib.access import Actor, Permission
from lib.domain import people
from lib.errors import PortalError
from lib.mail import outbox, profile_letters
from lib.services.audit import trail
from lib.services.audit.trail import Action
from lib.services.people.web_sessions import hash_token

LIFE = dt.timedelta(hours=24)
_DAY = dt.timedelta(days=1)
_JUST_NOW = dt.timedelta(minutes=1)
_PER_DAY = 5
_TOKEN_BYTES = 32
_CHANGE = (EMAIL_OLD, EMAIL_NEW)


class EmailUnchanged(PortalError):
    """The new address is the old one."""

    def __init__(self) -> None:
        super().__init__("Это и есть ваш нынешний e-mail. Укажите другой.")


class TooManyEmailChanges(PortalError):
    """Too many changes were started today."""

    def __init__(self) -> None:
        super().__init__("Сегодня письма отправлены уже несколько раз. Повторите завтра.")


class EmailTokenRefused(PortalError):
    """The link is used, expired, or replaced by a later one."""

    def __init__(self) -> None:
        super().__init__(
            "Ссылка уже не действует: ею воспользовались, прошли сутки или вы начали смену заново. "
            "Начните смену e-mail ещё раз в разделе «Мой профиль»."
        )


class EmailTaken(PortalError):
    """Another login took the address while its letter was on the way."""

    def __init__(self) -> None:
        super().__init__(
            "Этот e-mail уже указан в другой учётной записи. Ваш прежний e-mail не изменился."
        )


class Confirmation(Enum):
    """The result of a confirmation."""

    WAITING = auto()  # for the other address
    CHANGED = auto()


def start_email_change(*, actor: Actor, email: str, address: str) -> None:
    """Post a letter with a link to the old address and to the new one.

    A new address that another login has gets the same answer; its owner gets another letter.
    Repeating the call within a minute changes nothing.

    Raises:
        EmailRefused: ``email`` is not an address.
        EmailUnchanged: it is the actor's present address.
        TooManyEmailChanges: five changes were started in the last day.
    """
    actor.demand(Permission.PROFILE_MANAGE)
    new_email, now = people.parse_email(email), clock.now()
    with database.transaction(database.GATE) as session:
        owner = queries.lock_owner(session, login=actor.login_id)
        if new_email == owner.email:
            raise EmailUnchanged
        counts = queries.count_begun(
            session,
            login=actor.login_id,
            email=new_email,
            since=now - _DAY,
            recent=now - _JUST_NOW,
        )
        if counts.repeated:
            return
        if counts.begun >= _PER_DAY:
            raise TooManyEmailChanges
        queries.expire_tokens(session, login=actor.login_id, purposes=_CHANGE, now=now)
        _send(session, actor=actor, owner=owner, new_email=new_email, address=address)


def _send(session: Session, *, actor: Actor, owner: OwnerRow, new_email: str, address: str) -> None:
    """Make both tokens and post both letters; the owner of a taken address gets no token."""
    now = clock.now()
    tokens = {purpose: secrets.token_urlsafe(_TOKEN_BYTES) for purpose in _CHANGE}
    session.add_all(
        LoginToken(
            login_id=actor.login_id,
            purpose=purpose,
            token_hash=hash_token(token),
            email=new_email,
            created_at=now,
            expires_at=now + LIFE,
        )
        for purpose, token in tokens.items()
    )
    to_old = profile_letters.write_to_old_email(
        name=owner.first_name, email=new_email, token=tokens[EMAIL_OLD], address=address
    )
    outbox.post_letter(session, recipient=owner.email, letter=to_old)
    if queries.is_email_taken(session, email=new_email):
        to_new = profile_letters.write_email_taken()
    else:
        to_new = profile_letters.write_to_new_email(
            name=owner.first_name, username=owner.username, token=tokens[EMAIL_NEW]
        )
    outbox.post_letter(session, recipient=new_email, letter=to_new)


def cancel_email_change(*, actor: Actor) -> None:
    """Cancel a change that waits; do nothing if none waits."""
    actor.demand(Permission.PROFILE_MANAGE)
    with database.transaction(database.GATE) as session:
        queries.expire_tokens(session, login=actor.login_id, purposes=_CHANGE, now=clock.now())


def confirm_email(*, token: str, address: str) -> Confirmation:
    """Confirm one of the two addresses; the second confirmation makes the change.

    Raises:
        EmailTokenRefused: the link is used, expired or replaced.
        EmailTaken: another login has taken the new address meanwhile.
    """
    now = clock.now()
    with database.transaction(database.GATE) as session:
        change = queries.claim_change(session, token_hash=hash_token(token), now=now)
        if change is None:
            raise EmailTokenRefused
        queries.use_token(session, key=change.id, now=now)
        if not queries.is_confirmed_by_other(session, change=change, now=now):
            return Confirmation.WAITING
        is_changed = _change_email(session, change)
        if is_changed:
            _record_and_notify(session, change=change, address=address)
    if not is_changed:
        raise EmailTaken
    return Confirmation.CHANGED


def _change_email(session: Session, change: ChangeRow) -> bool:
    try:
        with session.begin_nested():
            queries.change_email(session, login=change.login_id, email=change.new_email)
    except IntegrityError:  # the address is unique: another login has just taken it
        return False
    return True


def _record_and_notify(session: Session, *, change: ChangeRow, address: str) -> None:
    revoke_tokens(session, login_id=change.login_id)
    trail.record_event(
        session,
        action=Action.EMAIL_CHANGED,
        login_id=change.login_id,
        username=change.username,
        address=address,
        old=change.email,
        new=change.new_email,
    )
    letter = profile_letters.write_email_changed(name=change.first_name, email=change.new_email)
    for recipient in (change.email, change.new_email):
        outbox.post_letter(session, recipient=recipient, letter=letter)


def revoke_tokens(session: Session, *, login_id: int) -> None:
    """Make the links of letters already posted to a login invalid, in the caller's transaction.

    Until now another person may have read its mail or known its password.
    """
    queries.expire_tokens(session, login=login_id, purposes=("recovery", *_CHANGE), now=clock.now())
