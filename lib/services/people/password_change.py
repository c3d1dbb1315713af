"""Changing the password: every session ends, and this browser gets a new one."""

from db import session as database
from db.queries.people import logins
from db.queries.people import profiles as queries
from lib import clock
from lib.access import Actor, Permission
from lib.errors import PortalError
from lib.mail import outbox, profile_letters
from lib.services.audit import trail
from lib.services.audit.trail import Action
from lib.services.people import _own_password, email_changes, passwords, web_sessions
from lib.services.people.sign_in import CookiesOff


class PasswordsDiffer(PortalError):
    """The two copies of the new password differ."""

    def __init__(self) -> None:
        super().__init__("Новый пароль и повтор не совпадают. Наберите их ещё раз.")


class PasswordUnchanged(PortalError):
    """The new password is the old one."""

    def __init__(self) -> None:
        super().__init__("Новый пароль совпадает с текущим. Придумайте другой.")


def change_password(
    *, actor: Actor, old: str, new: str, repeated: str, visit: str, remember: bool, address: str
) -> str:
    """Change the actor's password, end all their sessions, and return a ticket for this browser.

    Args:
        actor: needs ``profile:manage``.
        old: the present password.
        new: the new one, 10 to 64 characters.
        repeated: the new one again.
        visit: the browser's pre-session cookie, which the ticket is bound to.
        remember: whether the new session lasts 30 days.
        address: the client's address.

    Raises:
        CookiesOff: the browser has no pre-session cookie.
        PasswordsDiffer: ``repeated`` is not ``new``.
        PasswordRefused: the new one is too short or too long.
        PasswordUnchanged: the new one is the old one.
        WrongPassword: the old one is wrong.
        TooManyPasswords: the old one was wrong too often.
    """
    actor.demand(Permission.PROFILE_MANAGE)
    if not visit:
        raise CookiesOff
    if new != repeated:
        raise PasswordsDiffer
    if new == old:
        raise PasswordUnchanged
    hashed = passwords.hash_password(new)
    _own_password.check_password(actor=actor, password=old, address=address)
    with database.transaction(database.GATE) as session:
        logins.set_password(session, login_id=actor.login_id, password_hash=hashed)
        ended = web_sessions.end_all_sessions(session, login_id=actor.login_id, keep_token=None)
        # letters already posted may have been requested by a person who knew the old password
        email_changes.revoke_tokens(session, login_id=actor.login_id)
        ticket = web_sessions.issue_ticket(
            session, login_id=actor.login_id, visit=visit, remember=remember
        )
        contact = queries.get_contact(session, login=actor.login_id)
        trail.record_event(
            session, action=Action.PASSWORD_CHANGED, actor=actor, address=address, ended=ended - 1
        )
        letter = profile_letters.write_password_changed(
            name=actor.first_name, changed_at=clock.now(), address=address
        )
        outbox.post_letter(session, recipient=contact.email, letter=letter)
    return ticket
