"""Новости организации: staff write, schedule, change and withdraw them."""

from lib.access import AccessDenied, Permission
from lib.domain.news import Kind
from lib.services.news import desk
from lib.ui import guard, query
from lib.ui.news import editor
from lib.ui.news import own as news_own

actor = guard.require(Permission.NEWS_WRITE)
news_id = query.number("id")
kind = next((one for one in Kind if one == query.words("new")), None)

if news_id is not None:
    try:
        own = desk.get_news(actor=actor, news_id=news_id)
    except AccessDenied:
        guard.refuse()
    reach = desk.get_reach(actor=actor)
    news_own.card(own, reach)
    if own.withdrawn is None:
        if own.is_ours:
            editor.change(actor, own, reach)
        news_own.withdrawal(actor, own)
    news_own.back()
elif kind is not None:
    editor.write(actor, kind, desk.get_reach(actor=actor))
    news_own.back()
else:
    page = query.number("page") or 1
    news_own.show(desk.list_news(actor=actor, page=page), page=page)
