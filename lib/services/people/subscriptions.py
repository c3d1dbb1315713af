"""Subscriptions: which letters a login wants, and from when on."""

import datetime as dt
from collections.abc import Collection, Iterable
from enum import StrEnum

from sqlalchemy import bindparam, delete
from sqlalchemy.dialects.postgresql import insert

from db import session as database
from db.models import Subscription
from lib import clock
from lib.access import Actor, Permission
from lib.services.billing import account_cards
from lib.services.billing.account_cards import AccountCard


class Topic(StrEnum):
    """What a letter is about; in the order of the screen."""

    RECEIPTS = "receipts"
    READINGS = "readings"
    VERIFICATION = "verification"
    DUE_DATE = "due_date"


_ADD = insert(Subscription).on_conflict_do_nothing()
_REMOVE = delete(Subscription).where(
    Subscription.login_id == bindparam("login"),
    Subscription.purpose.not_in(bindparam("wanted", expanding=True)),
)


def choose_topics(*, actor: Actor, topics: Collection[Topic]) -> None:
    """Subscribe to ``topics`` and to nothing else; one that is kept keeps its beginning.

    Receipts come from the period after the last closed one: of several accounts, the one
    that is furthest behind decides.

    Raises:
        AccessDenied: no permission, or one who has no accounts to be told of.
    """
    actor.demand(Permission.PROFILE_MANAGE)
    first = get_first_period(account_cards.list_accounts(actor=actor))
    rows = [
        {
            "login_id": actor.login_id,
            "purpose": topic.value,
            "since": first if topic is Topic.RECEIPTS else clock.today(),
        }
        for topic in topics
    ]
    with database.transaction(actor.owner) as session:
        session.execute(
            _REMOVE, {"login": actor.login_id, "wanted": [row["purpose"] for row in rows]}
        )
        if rows:
            session.execute(_ADD, rows)


def get_first_period(cards: Iterable[AccountCard]) -> dt.date:
    """Return the first period that receipts of these accounts would come for."""
    return min(map(get_next_period, cards), default=clock.today().replace(day=1))


def get_next_period(card: AccountCard) -> dt.date:
    """Return the period after the account's last closed one; this month where there is none."""
    closed = card.last_closed
    if closed is None:
        return clock.today().replace(day=1)
    return (closed.replace(day=1) + dt.timedelta(days=31)).replace(day=1)
