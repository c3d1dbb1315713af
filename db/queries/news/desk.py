"""News of an organisation as its staff see them, under its policy."""

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, func, or_, select
from sqlalchemy.orm import Session, aliased

from db.base import AnyRow
from db.models import House, News, NewsHouse, Organization

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
)
_OWN = News.organization_id == bindparam("organization")
_PAGE = (
    select(*_COLUMNS, func.count().over().label("found"))
    .where(_OWN)
    .order_by(News.published_at.desc(), News.id.desc())
    .limit(bindparam("most"))
    .offset(bindparam("skipped"))
)
_ONE = select(*_COLUMNS).where(_OWN, News.id == bindparam("news"))
_LOCKED = select(News).where(_OWN, News.id == bindparam("news")).with_for_update()
_BY_KEY = select(News.id).where(_OWN, News.request_key == bindparam("key"))
_NO_HOUSES = delete(NewsHouse).where(
    NewsHouse.organization_id == bindparam("organization"), NewsHouse.news_id == bindparam("news")
)
_own = aliased(Organization)
_manager = aliased(Organization)
# a manager's houses are its own; a supplier and the centre serve those of their billing
_REACHED = (
    select(House.id, House.city, House.street, House.house, House.building, House.organization_id)
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
_KIND = select(
    _manager.kind,
    select(House.id).where(House.organization_id == _manager.id).exists().label("has_houses"),
).where(_manager.id == bindparam("organization"))


def page(session: Session, *, organization_id: int, most: int, skipped: int) -> Sequence[AnyRow]:
    """Return some of the organisation's news, the latest first, and how many there are."""
    values = {"organization": organization_id, "most": most, "skipped": skipped}
    return session.execute(_PAGE, values).all()


def one(session: Session, *, organization_id: int, news_id: int) -> AnyRow | None:
    """Return one of the organisation's news."""
    values = {"organization": organization_id, "news": news_id}
    return session.execute(_ONE, values).one_or_none()


def locked(session: Session, *, organization_id: int, news_id: int) -> News | None:
    """Return one of the organisation's news, held until the transaction ends."""
    values = {"organization": organization_id, "news": news_id}
    return session.scalars(_LOCKED, values).one_or_none()


def by_request(session: Session, *, organization_id: int, request_key: str) -> int | None:
    """Return the key of what a form has published already."""
    return session.scalar(_BY_KEY, {"organization": organization_id, "key": request_key})


def put_houses(
    session: Session, *, organization_id: int, news_id: int, houses: Sequence[int]
) -> None:
    """Set the houses that a piece of news is for."""
    session.execute(_NO_HOUSES, {"organization": organization_id, "news": news_id})
    session.add_all(
        NewsHouse(news_id=news_id, house_id=house, organization_id=organization_id)
        for house in houses
    )


def houses(session: Session, *, organization_id: int) -> Sequence[AnyRow]:
    """Return the houses that the organisation may write to, by address."""
    return session.execute(_ALL_REACHED, {"organization": organization_id}).all()


def reached(session: Session, *, organization_id: int, houses: Sequence[int]) -> set[int]:
    """Return which of these houses the organisation may write to."""
    rows = session.execute(_KEYS_REACHED, {"organization": organization_id, "houses": houses})
    return {row.id for row in rows}


def reach(session: Session, *, organization_id: int) -> AnyRow:
    """Return the organisation's kind and whether houses are its own."""
    return session.execute(_KIND, {"organization": organization_id}).one()
