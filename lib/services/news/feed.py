"""News as a resident reads them: what is for everybody, their organisations and their houses."""

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
_LEAD = 200  # letters of a text that a list shows


@dataclass(frozen=True, slots=True)
class NewsItem:
    """A piece of news; moments are by the centre's clocks.

    Attributes:
        news_id: its key.
        organization: whose; empty where billing sent it.
        kind: news or an outage.
        title: its heading.
        html: the text, safe as it is.
        published_at: since when it is seen.
        changed_at: when it was last put right; None where never.
        begins_at: of an outage.
        ends_at: of an outage.
        is_on_top: it stands before the others.
        is_read: the actor has opened it.
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
        return news_text.excerpt(self.html, longest=_LEAD)


@dataclass(frozen=True, slots=True)
class NewsPage:
    """A page of news, how many there are in all and how many of them are unread."""

    items: tuple[NewsItem, ...]
    found: int
    unread: int


@dataclass(frozen=True, slots=True)
class Outage:
    """An outage that lasts or lies ahead, for the line on Главная."""

    news_id: int
    title: str
    begins_at: dt.datetime
    ends_at: dt.datetime
    is_now: bool


def list_news(*, actor: Actor, page: int = 1) -> NewsPage:
    """Return a page of the actor's news: outages that matter first, then the latest.

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
    """Return one piece of news and mark it as read.

    Raises:
        AccessDenied: no permission, no such news, or none of the actor's: not published yet,
            withdrawn, or for others.
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
    """Mark all the actor's news as read; a second time changes nothing.

    Raises:
        AccessDenied: no permission.
    """
    actor.demand(Permission.NEWS_READ)
    with database.transaction(actor.viewer) as session:
        queries.mark_read(session, login_id=actor.login_id, now=clock.now())


def list_outages(*, actor: Actor) -> tuple[Outage, ...]:
    """Return the outages of the actor's houses that last or lie ahead, the next one first.

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
        organization=formats.quoted(row.organization or ""),
        kind=Kind(row.kind),
        title=row.title,
        html=news_text.plain(row.body) if row.is_plain else news_text.markdown(row.body),
        published_at=clock.local(row.published_at),
        changed_at=_local(row.changed_at),
        begins_at=_local(row.begins_at),
        ends_at=_local(row.ends_at),
        is_on_top=row.is_on_top,
        is_read=row.is_read,
    )


def _local(moment: dt.datetime | None) -> dt.datetime | None:
    return None if moment is None else clock.local(moment)
