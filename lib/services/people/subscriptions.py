"""Subscriptions: which letters a login wants, and from which day."""

import datetime as dt
from collections.abc import Collection, Iterable
from enum import StrEnum

from db import session as database
from db.queries.people import subscriptions as queries
from lib import clock
from lib.access import Actor, Permission
from lib.domain import periods
from lib.services.billing import account_cards
from lib.services.billing.account_cards import AccountCard


class Topic(StrEnum):
    """The topic of letters, in the order of the screen."""

    RECEIPTS = "receipts"
    READINGS = "readings"
    VERIFICATION = "verification"
    DUE_DATE = "due_date"


def choose_topics(*, actor: Actor, topics: Collection[Topic]) -> None:
    """Subscribe to ``topics`` only; an existing subscription keeps its first day.

    Receipts start with the period after the last closed one; of several accounts the earliest
    such period counts.

    Raises:
        AccessDenied: no permission, or no accounts.
    """
    actor.demand(Permission.PROFILE_MANAGE)
    first = get_first_period(account_cards.list_accounts(actor=actor))
    since = {topic.value: first if topic is Topic.RECEIPTS else clock.today() for topic in topics}
    with database.transaction(actor.owner) as session:
        queries.replace_subscriptions(session, login_id=actor.login_id, since=since)


def get_first_period(cards: Iterable[AccountCard]) -> dt.date:
    """Return the first period for which receipts of these accounts would be posted."""
    return min(map(get_next_period, cards), default=clock.today().replace(day=1))


def get_next_period(card: AccountCard) -> dt.date:
    """Return the period after the account's last closed one; this month where none is closed."""
    closed = card.last_closed
    if closed is None:
        return clock.today().replace(day=1)
    return periods.add_months(closed, 1)
