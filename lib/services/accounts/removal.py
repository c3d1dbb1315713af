"""Removing an account from a login; billing keeps the account."""

from db import session as database
from db.queries.accounts import attachments as queries
from lib.access import Actor, Permission
from lib.services.audit import trail
from lib.services.audit.trail import Action


def remove_account(*, actor: Actor, account_id: int, address: str) -> None:
    """Remove an account from the actor's login; other logins keep it.

    Removing it twice changes nothing.

    Raises:
        AccessDenied: no permission, or not the actor's account.
    """
    actor.demand(Permission.PROFILE_MANAGE)
    actor.demand_account(account_id)
    with database.transaction(database.GATE) as session:
        if queries.remove_access(session, login_id=actor.login_id, account_id=account_id):
            trail.record_event(
                session,
                action=Action.ACCOUNT_REMOVED,
                actor=actor,
                account_id=account_id,
                address=address,
            )
