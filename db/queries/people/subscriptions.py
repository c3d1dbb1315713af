"""Subscriptions of a login to letters."""

import datetime as dt
from collections.abc import Mapping

from sqlalchemy import bindparam, delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.models import Subscription

_ADD = insert(Subscription).on_conflict_do_nothing()
_REMOVE = delete(Subscription).where(
    Subscription.login_id == bindparam("login"),
    Subscription.purpose.not_in(bindparam("purposes", expanding=True)),
)


def replace_subscriptions(session: Session, *, login_id: int, since: Mapping[str, dt.date]) -> None:
    """Leave the login with these subscriptions; ``since`` gives the first day by purpose.

    A subscription that exists keeps its first day.
    """
    session.execute(_REMOVE, {"login": login_id, "purposes": list(since)})
    if since:
        rows = [
            {"login_id": login_id, "purpose": purpose, "since": day}
            for purpose, day in since.items()
        ]
        session.execute(_ADD, rows)
