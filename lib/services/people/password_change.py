"""A new password: the old one is asked, every session ends, this browser gets a new one."""

from sqlalchemy import bindparam, update

from db import session as database
from db.models import Login
from db.queries.people import profiles as queries
from lib import clock
from lib.access import Actor, Permission
from lib.errors import PortalError
from lib.mail import outbox, profile_letters
from lib.services.audit import trail
from lib.services.audit.trail import Action
from lib.services.people import _own_password, email_changes, passwords, web_sessions
from lib.services.people.sign_in import CookiesOff

_CHANGE = update(Login).where(Login.id == bindparam("key")).values(password_hash=bindparam("hash"))


class PasswordsDiffer(PortalError):
    """The new password was not typed twice the same."""

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
        actor: whose password; needs ``profile:manage``.
        old: the password so far.
        new: the new one, 10 to 64 characters.
        repeated: the new one again.
        visit: the browser's pre-session cookie, which the ticket is bound to.
        remember: whether the session to come is kept for 30 days, as the one so far.
        address: the client's address.

    Raises:
        CookiesOff: the browser has no pre-session cookie.
        PasswordsDiffer: ``repeated`` is not ``new``.
        PasswordRefused: the new one is too short or too long.
        PasswordUnchanged: the new one is the old one.
        WrongPassword: the old one is wrong.
        TooManyPasswords: it was wrong too often.
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
        session.execute(_CHANGE, {"key": actor.login_id, "hash": hashed})
        ended = web_sessions.end_all_sessions(session, login_id=actor.login_id, but=None)
        # letters on their way were written to whoever may have known the old password
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
