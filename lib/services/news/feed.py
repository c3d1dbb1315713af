"""News for a resident: those for everybody, for their organisations and for their houses."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from db import session as database
from db.queries.news import feed as queries
from db.queries.news.feed import FeedRow
from lib import clock
from lib.access import AccessDenied, Actor, Permission
from lib.documents import news_text
from lib.domain import formats
from lib.domain.news import Kind

PAGE = 20
_MOST_OUTAGES = 3
_LEAD = 200  # characters of a text that a list shows


@dataclass(frozen=True, slots=True)
class NewsItem:
    """A news item; moments are in the centre's time zone.

    Attributes:
        news_id: its key.
        organization: the name of its organisation; empty if billing sent it.
        kind: news or an outage.
        title: its heading.
        html: the text as safe HTML.
        published_at: when it was published.
        changed_at: when it was last changed; None if never.
        begins_at: the start of an outage.
        ends_at: the end of an outage.
        is_on_top: whether it is listed before the others.
        is_read: whether the actor has opened it.
    """

    news_id: int
    organization: str
    kind: Kind
    title: str
    html: Markup
    published_at: dt.datetime
    changed_at: dt.datetime | None
    begins_at: dt.datetime | None
    ends_at: dt.datetime | None
    is_on_top: bool
    is_read: bool

    @property
    def lead(self) -> str:
        """Return the first words of the text."""
        return news_text.cut_excerpt(self.html, longest=_LEAD)


@dataclass(frozen=True, slots=True)
class NewsPage:
    """A page of news, the number of all items and the number of unread ones."""

    items: tuple[NewsItem, ...]
    found: int
    unread: int


@dataclass(frozen=True, slots=True)
class Outage:
    """An outage that goes on or is still ahead, for the start page."""

    news_id: int
    title: str
    begins_at: dt.datetime
    ends_at: dt.datetime
    is_now: bool


def list_news(*, actor: Actor, page: int = 1) -> NewsPage:
    """Return a page of the actor's news: what is on top first, then the latest.

    Raises:
        AccessDenied: no permission.
    """
    actor.demand(Permission.NEWS_READ)
    with database.transaction(actor.viewer) as session:
        rows = queries.list_news(
            session, now=clock.now(), limit=PAGE, skip=(min(max(page, 1), 10_000) - 1) * PAGE
        )
    return _page(rows)


def open_news(*, actor: Actor, news_id: int) -> NewsItem:
    """Return a news item and mark it as read.

    Raises:
        AccessDenied: no permission, no such news, or the actor may not see it: it is not
            published yet, withdrawn, or for other residents.
    """
    actor.demand(Permission.NEWS_READ)
    now = clock.now()
    with database.transaction(actor.viewer) as session:
        row = queries.find_news(session, news_id=news_id, now=now)
        if row is None:
            raise AccessDenied
        if not row.is_read:
            queries.mark_read(session, login_id=actor.login_id, now=now, news_id=news_id)
    return _item(row)


def mark_all_read(*, actor: Actor) -> None:
    """Mark all the actor's news as read; a second call changes nothing.

    Raises:
        AccessDenied: no permission.
    """
    actor.demand(Permission.NEWS_READ)
    with database.transaction(actor.viewer) as session:
        queries.mark_read(session, login_id=actor.login_id, now=clock.now())


def list_outages(*, actor: Actor) -> tuple[Outage, ...]:
    """Return the current and future outages of the actor's houses, the next one first.

    Raises:
        AccessDenied: no permission.
    """
    actor.demand(Permission.NEWS_READ)
    now = clock.now()
    with database.transaction(actor.viewer) as session:
        rows = queries.list_outages(session, now=now, limit=_MOST_OUTAGES)
    return tuple(
        Outage(
            news_id=row.id,
            title=row.title,
            begins_at=clock.local(row.begins_at),
            ends_at=clock.local(row.ends_at),
            is_now=row.begins_at <= now,
        )
        for row in rows
    )


def _page(rows: Sequence[FeedRow]) -> NewsPage:
    found, unread = (rows[0].found, rows[0].unread) if rows else (0, 0)
    return NewsPage(tuple(map(_item, rows)), found, unread)


def _item(row: FeedRow) -> NewsItem:
    return NewsItem(
        news_id=row.id,
        organization=formats.quote_name(row.organization or ""),
        kind=Kind(row.kind),
        title=row.title,
        html=news_text.render_plain(row.body)
        if row.is_plain
        else news_text.render_markdown(row.body),
        published_at=clock.local(row.published_at),
        changed_at=_local(row.changed_at),
        begins_at=_local(row.begins_at),
        ends_at=_local(row.ends_at),
        is_on_top=row.is_on_top,
        is_read=row.is_read,
    )


def _local(moment: dt.datetime | None) -> dt.datetime | None:
    return None if moment is None else clock.local(moment)
