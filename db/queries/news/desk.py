"""News of an organisation as its staff see them."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, delete, func, or_, select
from sqlalchemy.orm import Session, aliased

from db.models import House, News, NewsHouse, Organization
from db.rows import get_one, read_all, read_one


class NewsRow(NamedTuple):
    """A news item of the organisation; ``found`` is how many there are without a limit."""

    id: int
    kind: str
    title: str
    body: str
    news_item_id: int | None
    begins_at: dt.datetime | None
    ends_at: dt.datetime | None
    is_pinned: bool
    audience: str
    published_at: dt.datetime
    author: str | None
    changed_at: dt.datetime | None
    changed_by: str | None
    version: int
    withdrawn_at: dt.datetime | None
    withdrawn_by: str | None
    withdrawn_reason: str | None
    houses: list[int] | None
    found: int


class HouseRow(NamedTuple):
    """A house that the organisation may write to."""

    id: int
    city: str
    street: str | None
    house: str
    building: str | None


class ReachRow(NamedTuple):
    """The kind of an organisation and whether it manages houses."""

    kind: str
    has_houses: bool


_HOUSES = (
    select(func.array_agg(NewsHouse.house_id))
    .where(NewsHouse.news_id == News.id)
    .correlate(News)
    .scalar_subquery()
)
_COLUMNS = (
    News.id,
    News.kind,
    News.title,
    News.body,
    News.news_item_id,
    News.begins_at,
    News.ends_at,
    News.is_pinned,
    News.audience,
    News.published_at,
    News.author,
    News.changed_at,
    News.changed_by,
    News.version,
    News.withdrawn_at,
    News.withdrawn_by,
    News.withdrawn_reason,
    _HOUSES.label("houses"),
    func.count().over().label("found"),
)
_OWN = News.organization_id == bindparam("organization")
_PAGE = (
    select(*_COLUMNS)
    .where(_OWN)
    .order_by(News.published_at.desc(), News.id.desc())
    .limit(bindparam("limit"))
    .offset(bindparam("skip"))
)
_ITEM = select(*_COLUMNS).where(_OWN, News.id == bindparam("news"))
_LOCKED = select(News).where(_OWN, News.id == bindparam("news")).with_for_update()
_BY_KEY = select(News.id).where(_OWN, News.request_key == bindparam("key"))
_NO_HOUSES = delete(NewsHouse).where(
    NewsHouse.organization_id == bindparam("organization"), NewsHouse.news_id == bindparam("news")
)
_own = aliased(Organization)
_manager = aliased(Organization)
# a manager writes to its own houses; a supplier and the centre to all houses of their sender
_REACHED = (
    select(House.id, House.city, House.street, House.house, House.building)
    .join(
        _own,
        or_(
            House.organization_id == _own.id,
            _own.kind.not_in(("uk", "tsg")) & (House.sender_id == _own.sender_id),
        ),
    )
    .where(_own.id == bindparam("organization"))
)
_NUMBER = func.lpad(func.substring(House.house, "^[0-9]{1,8}"), 8, "0")
_ALL_REACHED = _REACHED.order_by(House.city, House.street, _NUMBER, House.house, House.building)
_KEYS_REACHED = _REACHED.where(House.id.in_(bindparam("houses", expanding=True)))
_REACH = select(
    _manager.kind,
    select(House.id).where(House.organization_id == _manager.id).exists().label("has_houses"),
).where(_manager.id == bindparam("organization"))


def list_news(
    session: Session, *, organization_id: int, limit: int, skip: int
) -> Sequence[NewsRow]:
    """Return a page of the organisation's news, the latest first."""
    values = {"organization": organization_id, "limit": limit, "skip": skip}
    return read_all(session.execute(_PAGE, values), NewsRow)


def find_news(session: Session, *, organization_id: int, news_id: int) -> NewsRow | None:
    """Return a news item of the organisation, or None."""
    values = {"organization": organization_id, "news": news_id}
    return read_one(session.execute(_ITEM, values), NewsRow)


def lock_news(session: Session, *, organization_id: int, news_id: int) -> News | None:
    """Return a news item of the organisation and lock its row; None if there is none."""
    values = {"organization": organization_id, "news": news_id}
    return session.scalars(_LOCKED, values).one_or_none()


def find_by_request(session: Session, *, organization_id: int, request_key: str) -> int | None:
    """Return the key of the news item that a form has already published, or None."""
    return session.scalar(_BY_KEY, {"organization": organization_id, "key": request_key})


def set_houses(
    session: Session, *, organization_id: int, news_id: int, houses: Sequence[int]
) -> None:
    """Replace the houses that a news item is for."""
    session.execute(_NO_HOUSES, {"organization": organization_id, "news": news_id})
    session.add_all(
        NewsHouse(news_id=news_id, house_id=house, organization_id=organization_id)
        for house in houses
    )


def list_houses(session: Session, *, organization_id: int) -> Sequence[HouseRow]:
    """Return the houses that the organisation may write to, by address."""
    return read_all(session.execute(_ALL_REACHED, {"organization": organization_id}), HouseRow)


def filter_houses(session: Session, *, organization_id: int, houses: Sequence[int]) -> set[int]:
    """Return those of the given houses that the organisation may write to."""
    rows = session.execute(_KEYS_REACHED, {"organization": organization_id, "houses": houses})
    return {row.id for row in rows}


def get_reach(session: Session, *, organization_id: int) -> ReachRow:
    """Return the kind of an organisation and whether it manages houses."""
    return get_one(session.execute(_REACH, {"organization": organization_id}), ReachRow)
