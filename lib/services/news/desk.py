"""News of an organisation for its staff: published, waiting and withdrawn."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from markupsafe import Markup

from db import session as database
from db.queries.news import desk as queries
from db.queries.news.desk import NewsRow, ReachRow
from lib import clock
from lib.access import AccessDenied, Actor, Permission
from lib.documents import news_text
from lib.domain import address
from lib.domain import news as domain
from lib.domain.news import Audience, Kind, State
from lib.domain.texts import clean_text

PAGE = 20
_CENTRE = "rc"


@dataclass(frozen=True, slots=True)
class OwnNews:
    """A news item of the organisation; moments are in the centre's time zone.

    Attributes:
        news_id: its key.
        kind: news or an outage.
        title: its heading.
        body: as written.
        is_ours: whether it was written here; an item from billing can only be withdrawn.
        begins_at: the start of an outage.
        ends_at: the end of an outage.
        is_pinned: whether it stays on top of the list.
        audience: whom it is for.
        houses: keys of the houses, if it is for houses.
        published_at: the moment from which residents see it; may be in the future.
        author: the name of its author.
        changed_at: when it was last changed.
        changed_by: the name of the person who changed it.
        version: how many times it was changed.
        state: whether residents see it.
        withdrawn: when, by whom and why it was withdrawn; None if it was not.
    """

    news_id: int
    kind: Kind
    title: str
    body: str
    is_ours: bool
    begins_at: dt.datetime | None
    ends_at: dt.datetime | None
    is_pinned: bool
    audience: Audience
    houses: tuple[int, ...]
    published_at: dt.datetime
    author: str
    changed_at: dt.datetime | None
    changed_by: str
    version: int
    state: State
    withdrawn: tuple[dt.datetime, str, str] | None

    @property
    def html(self) -> Markup:
        """Return the text as residents see it."""
        return (
            news_text.render_markdown(self.body)
            if self.is_ours
            else news_text.render_plain(self.body)
        )


@dataclass(frozen=True, slots=True)
class OwnNewsPage:
    """A page of the organisation's news and the number of all items."""

    items: tuple[OwnNews, ...]
    found: int


@dataclass(frozen=True, slots=True)
class Reach:
    """The audiences and houses that the organisation may write to.

    Attributes:
        audiences: the choices, the usual one first.
        houses: addresses of houses by key.
    """

    audiences: tuple[Audience, ...]
    houses: Mapping[int, str]


def list_news(*, actor: Actor, page: int = 1) -> OwnNewsPage:
    """Return a page of the organisation's news, the latest first.

    Raises:
        AccessDenied: no permission, or no organisation.
    """
    actor.demand(Permission.NEWS_WRITE)
    organization_id = actor.demand_organization()
    skip = (min(max(page, 1), 10_000) - 1) * PAGE
    with database.transaction(actor.viewer) as session:
        rows = queries.list_news(session, organization_id=organization_id, limit=PAGE, skip=skip)
    return OwnNewsPage(tuple(map(_own, rows)), rows[0].found if rows else 0)


def get_news(*, actor: Actor, news_id: int) -> OwnNews:
    """Return a news item of the organisation.

    Raises:
        AccessDenied: no permission, no such news, or another organisation's.
    """
    actor.demand(Permission.NEWS_WRITE)
    organization_id = actor.demand_organization()
    with database.transaction(actor.viewer) as session:
        row = queries.find_news(session, organization_id=organization_id, news_id=news_id)
    if row is None:
        raise AccessDenied
    return _own(row)


def get_reach(*, actor: Actor) -> Reach:
    """Return the audiences and houses that the actor's organisation may write to.

    Raises:
        AccessDenied: no permission, or no organisation.
    """
    actor.demand(Permission.NEWS_WRITE)
    organization_id = actor.demand_organization()
    with database.transaction(actor.viewer) as session:
        organization = queries.get_reach(session, organization_id=organization_id)
        houses = queries.list_houses(session, organization_id=organization_id)
    names = {
        row.id: address.format_house(row.city, row.street, row.house, row.building)
        for row in houses
    }
    return Reach(list_audiences(organization), MappingProxyType(names))


def list_audiences(organization: ReachRow) -> tuple[Audience, ...]:
    """Return the audiences of an organisation by its kind and whether it manages houses."""
    centre = (Audience.EVERYBODY,) if organization.kind == _CENTRE else ()
    manager = (Audience.ORGANIZATION,) if organization.has_houses else ()
    return (*centre, *manager, Audience.HOUSES)


def preview_news(*, actor: Actor, body: str) -> Markup:
    """Return a text as residents would see it, as safe HTML.

    Raises:
        AccessDenied: no permission.
        NewsRefused: it is empty or too long.
    """
    actor.demand(Permission.NEWS_WRITE)
    domain.check_body(body)
    return news_text.render_markdown(clean_text(body))


def _own(row: NewsRow) -> OwnNews:
    withdrawn = (
        (clock.local(row.withdrawn_at), row.withdrawn_by or "", row.withdrawn_reason or "")
        if row.withdrawn_at
        else None
    )
    return OwnNews(
        news_id=row.id,
        kind=Kind(row.kind),
        title=row.title,
        body=row.body,
        is_ours=row.news_item_id is None,
        begins_at=_local(row.begins_at),
        ends_at=_local(row.ends_at),
        is_pinned=row.is_pinned,
        audience=Audience(row.audience),
        houses=tuple(row.houses or ()),
        published_at=clock.local(row.published_at),
        author=row.author or "",
        changed_at=_local(row.changed_at),
        changed_by=row.changed_by or "",
        version=row.version,
        state=domain.get_state(
            published_at=row.published_at, withdrawn_at=row.withdrawn_at, now=clock.now()
        ),
        withdrawn=withdrawn,
    )


def _local(moment: dt.datetime | None) -> dt.datetime | None:
    return None if moment is None else clock.local(moment)
