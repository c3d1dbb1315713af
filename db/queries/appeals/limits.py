"""How much a login has written lately, of whatever it may see."""

import datetime as dt

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from db.base import AnyRow
from db.models import Appeal, AppealEntry
from db.queries import scope
from db.session import Viewer

_OPENED = select(
    func.count().filter(Appeal.sent_at > bindparam("hour")).label("hour"),
    func.count().label("day"),
).where(
    scope.visible(Appeal.account_id),
    Appeal.login_id == bindparam("login"),
    Appeal.sent_at > bindparam("day"),
)
_WRITTEN = select(func.count()).where(
    scope.visible(AppealEntry.account_id),
    AppealEntry.login_id == bindparam("login"),
    AppealEntry.happened_at > bindparam("since"),
)


def opened(
    session: Session, *, viewer: Viewer, login_id: int, hour: dt.datetime, day: dt.datetime
) -> AnyRow:
    """Count the threads that a login has opened since an ``hour`` and a ``day`` ago."""
    values = {"login": login_id, "hour": hour, "day": day} | scope.values(viewer)
    return session.execute(_OPENED, values).one()


def written(session: Session, *, viewer: Viewer, login_id: int, since: dt.datetime) -> int:
    """Count the lines that a login has written since then."""
    values = {"login": login_id, "since": since} | scope.values(viewer)
    return session.execute(_WRITTEN, values).scalar_one()
