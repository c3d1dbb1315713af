"""Deleting a login: personal data are deleted, data that billing must keep stay."""

from db import session as database
from db.queries.people import login_removal as queries
from db.queries.people import profiles
from lib import queue
from lib.access import Actor, Permission
from lib.mail import outbox, profile_letters
from lib.services.audit import trail
from lib.services.audit.trail import Action
from lib.services.people import _login_access, _own_password
from lib.storage import folders


def delete_login(*, actor: Actor, password: str, address: str) -> None:
    """Delete the actor's login: contact, sessions, consents, subscriptions, accesses, requests.

    Bills, payments and readings belong to the centre and stay. Appeals stay for three years
    without the name; an appeal that waits keeps the contact to answer to. Events of the audit
    log stay without the name. Failed attempts have no name and stay, so that a new login does
    not escape their limits.

    Raises:
        WrongPassword: the password is wrong.
        TooManyPasswords: the password was wrong too often.
        LastAdministrator: no administrator would be left.
    """
    actor.demand(Permission.PROFILE_MANAGE)
    _own_password.check_password(actor=actor, password=password, address=address)
    with database.transaction(actor.owner) as session:
        files = queries.list_files(
            session,
            login=actor.login_id,
            export_folder=folders.DATA_EXPORTS,
            photo_folder=folders.ACCOUNT_REQUESTS,
        )
    with database.transaction(database.GATE) as session:
        _login_access.require_other_administrator(session, login_id=actor.login_id)
        if not queries.lock_login(session, login=actor.login_id):
            return
        contact = profiles.get_contact(session, login=actor.login_id)
        trail.record_event(session, action=Action.LOGIN_DELETED, actor=actor, address=address)
        queries.remove_login(session, login=actor.login_id)
        queries.forget_author(session, login=actor.login_id)
        queries.forget_name(session, login=actor.login_id, username=actor.username)
        for file in files:
            queue.defer(session, "delete_file", kind=file.folder, key=file.key)
        letter = profile_letters.write_login_deleted(name=contact.first_name)
        outbox.post_letter(session, recipient=contact.email, letter=letter)
