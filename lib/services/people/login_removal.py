"""Deleting a login: what is the person's own goes, what billing must keep stays with billing."""

from db import session as database
from db.queries.people import login_removal as queries
from db.queries.people import profiles
from lib import queue
from lib.access import Actor, Permission
from lib.mail import outbox, profile_letters
from lib.services.accounts import requests
from lib.services.audit import trail
from lib.services.audit.trail import Action
from lib.services.people import _login_access, _own_password, data_exports


def delete_login(*, actor: Actor, password: str, address: str) -> None:
    """Delete the actor's login: contact, sessions, consents, subscriptions, accesses, requests.

    Bills, payments and readings are the centre's and stay. Appeals are kept three years,
    without the name; so is the way to answer those that wait. Events of the log stay
    without the name. Failed attempts stay too, nameless as they are: a new login must
    not begin with a clean slate.

    Raises:
        WrongPassword: the password is wrong.
        TooManyPasswords: it was wrong too often.
        LastAdministrator: nobody would be left to manage people.
    """
    actor.demand(Permission.PROFILE_MANAGE)
    _own_password.check_password(actor=actor, password=password, address=address)
    with database.transaction(actor.owner) as session:
        files = queries.list_files(
            session, login=actor.login_id, kinds=(data_exports.FILES, requests.FILES)
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
            queue.defer(session, "delete_file", kind=file.kind, key=file.key)
        letter = profile_letters.write_login_deleted(name=contact.first_name)
        outbox.post_letter(session, recipient=contact.email, letter=letter)
