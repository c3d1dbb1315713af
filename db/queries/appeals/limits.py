"""How much a login has written lately in the threads that it may see."""

import datetime as dt
from typing import NamedTuple

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from db.models import Appeal, AppealEntry
from db.queries import scope
from db.rows import get_one
from db.session import Viewer


class SentCounts(NamedTuple):
    """How many threads a login has opened in the last hour and in the last day."""

    hour: int
    day: int


_SENT = select(
    func.count().filter(Appeal.sent_at > bindparam("hour")).label("hour"),
    func.count().label("day"),
).where(
    scope.match_viewer(Appeal.account_id),
    Appeal.login_id == bindparam("login"),
    Appeal.sent_at > bindparam("day"),
)
_ENTRIES = select(func.count()).where(
    scope.match_viewer(AppealEntry.account_id),
    AppealEntry.login_id == bindparam("login"),
    AppealEntry.happened_at > bindparam("since"),
)


def count_sent(
    session: Session,
    *,
    viewer: Viewer,
    login_id: int,
    hour_ago: dt.datetime,
    day_ago: dt.datetime,
) -> SentCounts:
    """Count the threads that a login has opened since these two moments."""
    values = {"login": login_id, "hour": hour_ago, "day": day_ago} | scope.bind_viewer(viewer)
    return get_one(session.execute(_SENT, values), SentCounts)


def count_entries(session: Session, *, viewer: Viewer, login_id: int, since: dt.datetime) -> int:
    """Count the lines that a login has written since a moment."""
    values = {"login": login_id, "since": since} | scope.bind_viewer(viewer)
    return session.execute(_ENTRIES, values).scalar_one()
