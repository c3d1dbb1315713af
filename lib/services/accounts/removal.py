"""An account leaves a login: the portal shows it no more, billing keeps it."""

from sqlalchemy import bindparam, delete

from db import session as database
from db.models import AccountAccess
from lib.access import Actor, Permission
from lib.services.audit import trail
from lib.services.audit.trail import Action

_REMOVE = (
    delete(AccountAccess)
    .where(
        AccountAccess.login_id == bindparam("login"),
        AccountAccess.account_id == bindparam("account"),
    )
    .returning(AccountAccess.account_id)
)


def remove_account(*, actor: Actor, account_id: int, address: str) -> None:
    """Take an account off the actor's login; other logins keep it, and so does billing.

    Removing it twice changes nothing.

    Raises:
        AccessDenied: no permission, or not the actor's account.
    """
    actor.demand(Permission.PROFILE_MANAGE)
    actor.demand_account(account_id)
    with database.transaction(database.GATE) as session:
        values = {"login": actor.login_id, "account": account_id}
        if session.scalar(_REMOVE, values) is not None:
            trail.record_event(
                session,
                action=Action.ACCOUNT_REMOVED,
                actor=actor,
                account_id=account_id,
                address=address,
            )
