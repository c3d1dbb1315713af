"""News as residents see them, through the database function that knows whom each item is for."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

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

from db.base import Base
from db.models import NewsRead
from db.rows import read_all, read_one


class FeedRow(NamedTuple):
    """A news item that the viewer may see; ``found`` and ``unread`` count all such items."""

    id: int
    organization: str | None
    kind: str
    title: str
    body: str
    is_plain: bool
    begins_at: dt.datetime | None
    ends_at: dt.datetime | None
    published_at: dt.datetime
    changed_at: dt.datetime | None
    is_on_top: bool
    is_read: bool
    found: int
    unread: int


class OutageRow(NamedTuple):
    """An outage that goes on or is still ahead."""

    id: int
    title: str
    begins_at: dt.datetime
    ends_at: dt.datetime


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
    insert(_TABLE)  # the table, because an insert into the mapped class is run row by row
    .from_select(
        ["login_id", "news_id", "read_at"],
        select(
            bindparam("login", type_=BigInteger), _SEEN.c.id, bindparam("now", type_=_MOMENT)
        ).where(~_SEEN.c.is_read),
    )
    .on_conflict_do_nothing()
)


def _values(
    now: dt.datetime, *, most: int, wanted: int | None = None, skipped: int = 0
) -> dict[str, object]:
    return {"now": now, "wanted": wanted, "most": most, "skipped": skipped, "just_outages": False}


def list_news(session: Session, *, now: dt.datetime, limit: int, skip: int) -> Sequence[FeedRow]:
    """Return a page of the viewer's news: what is on top first, then the latest."""
    found = session.execute(_VISIBLE, _values(now, most=limit, skipped=skip))
    return read_all(found, FeedRow)


def find_news(session: Session, *, news_id: int, now: dt.datetime) -> FeedRow | None:
    """Return a news item if the viewer may see it, or None."""
    return read_one(session.execute(_VISIBLE, _values(now, most=1, wanted=news_id)), FeedRow)


def list_outages(session: Session, *, now: dt.datetime, limit: int) -> Sequence[OutageRow]:
    """Return the outages that concern the viewer now or soon, the next one first."""
    values = _values(now, most=limit) | {"just_outages": True}
    return read_all(session.execute(_OUTAGES, values), OutageRow)


def mark_read(
    session: Session, *, login_id: int, now: dt.datetime, news_id: int | None = None
) -> None:
    """Mark one news item, or all that the viewer may see, as read."""
    values = _values(now, most=_ALL, wanted=news_id) | {"login": login_id}
    session.execute(_MARK, values)
