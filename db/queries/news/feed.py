"""News as residents see them: through the one function that knows whom each is for."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import (
    BigInteger,
    Boolean,
    DateTime,
    Integer,
    Text,
    bindparam,
    column,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.base import AnyRow, Base
from db.models import NewsRead

_MOMENT = DateTime(timezone=True)
_ALL = 2**31 - 1
_SEEN = func.visible_news(
    bindparam("now", type_=_MOMENT),
    bindparam("wanted", type_=BigInteger),
    bindparam("most", type_=Integer),
    bindparam("skipped", type_=Integer),
    bindparam("just_outages", type_=Boolean),
).table_valued(
    column("id", BigInteger),
    column("organization", Text),
    column("kind", Text),
    column("title", Text),
    column("body", Text),
    column("is_plain", Boolean),
    column("begins_at", _MOMENT),
    column("ends_at", _MOMENT),
    column("published_at", _MOMENT),
    column("changed_at", _MOMENT),
    column("is_on_top", Boolean),
    column("is_read", Boolean),
    column("found", BigInteger),
    column("unread", BigInteger),
    name="seen",
)
_VISIBLE = select(_SEEN)
_OUTAGES = select(_SEEN.c.id, _SEEN.c.title, _SEEN.c.begins_at, _SEEN.c.ends_at).where(
    _SEEN.c.is_on_top, _SEEN.c.kind == "outage"
)
_TABLE = Base.metadata.tables[NewsRead.__tablename__]
_MARK = (
    insert(_TABLE)  # the table: the mapped class would be taken for many rows
    .from_select(
        ["login_id", "news_id", "read_at"],
        select(
            bindparam("login", type_=BigInteger), _SEEN.c.id, bindparam("now", type_=_MOMENT)
        ).where(~_SEEN.c.is_read),
    )
    .on_conflict_do_nothing()
)


def _asked(
    now: dt.datetime, *, most: int, wanted: int | None = None, skipped: int = 0
) -> dict[str, object]:
    return {"now": now, "wanted": wanted, "most": most, "skipped": skipped, "just_outages": False}


def visible(session: Session, *, now: dt.datetime, most: int, skipped: int) -> Sequence[AnyRow]:
    """Return some news of the viewer's accounts: what is on top first, then the latest."""
    return session.execute(_VISIBLE, _asked(now, most=most, skipped=skipped)).all()


def one(session: Session, *, news_id: int, now: dt.datetime) -> AnyRow | None:
    """Return one piece of news, where the viewer may see it."""
    return session.execute(_VISIBLE, _asked(now, most=1, wanted=news_id)).one_or_none()


def outages(session: Session, *, now: dt.datetime, most: int) -> Sequence[AnyRow]:
    """Return the outages that stand on top for the viewer, the next one first."""
    values = _asked(now, most=most) | {"just_outages": True}
    return session.execute(_OUTAGES, values).all()


def mark_read(
    session: Session, *, login_id: int, now: dt.datetime, news_id: int | None = None
) -> None:
    """Mark one piece of news, or all, that the viewer sees as read."""
    values = _asked(now, most=_ALL, wanted=news_id) | {"login": login_id}
    session.execute(_MARK, values)
