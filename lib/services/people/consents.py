"""Consents: given and withdrawn one by one; a withdrawn consent stays on record."""

from db import session as database
from db.queries.people import consents as queries
from lib import clock
from lib.access import Actor, Permission
from lib.domain.consents import Document, Purpose
from lib.errors import PortalError


class AgreementStays(PortalError):
    """The user agreement is not a consent: it is in force while the login exists."""

    def __init__(self) -> None:
        super().__init__(
            "Соглашение действует, пока есть учётная запись. Чтобы прекратить его, удалите её."
        )


def give_consent(*, actor: Actor, document: Document, address: str) -> None:
    """Agree to the current version of a document; agreeing twice changes nothing."""
    actor.demand(Permission.PROFILE_MANAGE)
    purpose = document.purpose.value
    with database.transaction(actor.owner) as session:
        if not queries.has_consent(session, login_id=actor.login_id, purpose=purpose):
            queries.add_consent(
                session,
                login_id=actor.login_id,
                purpose=purpose,
                text_version=document.version,
                now=clock.now(),
                address=address or None,
            )


def withdraw_consent(*, actor: Actor, purpose: Purpose) -> None:
    """Withdraw a consent; withdrawing one that was not given changes nothing.

    Raises:
        AgreementStays: it is the user agreement.
    """
    actor.demand(Permission.PROFILE_MANAGE)
    if purpose is Purpose.TERMS:
        raise AgreementStays
    with database.transaction(actor.owner) as session:
        queries.withdraw_consent(
            session, login_id=actor.login_id, purpose=purpose.value, now=clock.now()
        )
