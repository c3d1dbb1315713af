"""Новости: of the centre, of one's organisations and for one's houses; outages on top."""

from lib.access import AccessDenied, Permission
from lib.services.news import feed
from lib.ui import guard, query
from lib.ui.news import listing

actor = guard.require(Permission.NEWS_READ)
news_id = query.number("id")

if news_id is None:
    page = query.number("page") or 1
    listing.show(actor, feed.list_news(actor=actor, page=page), page=page)
else:
    try:
        listing.one(feed.open_news(actor=actor, news_id=news_id))
    except AccessDenied:
        listing.gone()
