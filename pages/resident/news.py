"""Новости: of the centre, of one's organisations and for one's houses; outages on top."""

from lib.access import AccessDenied, Permission
from lib.services import news
from lib.ui import guard, news_list, query

actor = guard.require(Permission.NEWS_READ)
news_id = query.number("id")

if news_id is None:
    page = query.number("page") or 1
    news_list.show(actor, news.list_news(actor=actor, page=page), page=page)
else:
    try:
        news_list.one(news.open_news(actor=actor, news_id=news_id))
    except AccessDenied:
        news_list.gone()
