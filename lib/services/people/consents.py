"""Consents: given one by one, withdrawn as easily; a withdrawn one stays on record."""

from sqlalchemy import bindparam, insert, select, update

from db import session as database
from db.models import Consent
from lib import clock
from lib.access import Actor, Permission
from lib.domain.consents import Document, Purpose
from lib.errors import PortalError

_HELD = select(Consent.id).where(
    Consent.login_id == bindparam("login"),
    Consent.purpose == bindparam("asked"),
    Consent.withdrawn_at.is_(None),
)
_WITHDRAW = (
    update(Consent)
    .where(
        Consent.login_id == bindparam("login"),
        Consent.purpose == bindparam("asked"),
        Consent.withdrawn_at.is_(None),
    )
    .values(withdrawn_at=bindparam("now"))
)


class AgreementStays(PortalError):
    """The agreement is what the login stands on, and no consent."""

    def __init__(self) -> None:
        super().__init__(
            "Соглашение действует, пока есть учётная запись. Чтобы прекратить его, удалите её."
        )


def give_consent(*, actor: Actor, document: Document, address: str) -> None:
    """Agree to a document's present version; agreeing twice changes nothing."""
    actor.demand(Permission.PROFILE_MANAGE)
    values = {"login": actor.login_id, "asked": document.purpose.value}
    with database.transaction(actor.owner) as session:
        if session.scalars(_HELD, values).first() is None:
            session.execute(
                insert(Consent).values(
                    login_id=actor.login_id,
                    purpose=document.purpose.value,
                    text_version=document.version,
                    given_at=clock.now(),
                    address=address or None,
                )
            )


def withdraw_consent(*, actor: Actor, purpose: Purpose) -> None:
    """Withdraw a consent, from now on; withdrawing one that is not given changes nothing.

    Raises:
        AgreementStays: it is the agreement itself.
    """
    actor.demand(Permission.PROFILE_MANAGE)
    if purpose is Purpose.TERMS:
        raise AgreementStays
    values = {"login": actor.login_id, "asked": purpose.value, "now": clock.now()}
    with database.transaction(actor.owner) as session:
        session.execute(_WITHDRAW, values)
